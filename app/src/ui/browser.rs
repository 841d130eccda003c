//! What only a browser can do, behind functions that do nothing on the server.

/// Puts `text` on the clipboard; a browser that refuses leaves things as they are.
#[cfg(feature = "hydrate")]
pub fn copy_text(text: &str) {
    // The promise is dropped on purpose: there is nothing to do when the person refused.
    drop(
        leptos::prelude::window()
            .navigator()
            .clipboard()
            .write_text(text),
    );
}

/// Puts `text` on the clipboard; there is none on the server.
#[cfg(not(feature = "hydrate"))]
pub fn copy_text(_text: &str) {}

/// How many minutes east of UTC this browser was at that moment.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn offset_minutes(at: chrono::DateTime<chrono::Utc>) -> i32 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds of our era fit a double exactly"
    )]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(
        at.timestamp_millis() as f64
    ));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "offsets are within 14 hours"
    )]
    let west = date.get_timezone_offset() as i32;
    -west
}

/// The server writes UTC.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn offset_minutes(_at: chrono::DateTime<chrono::Utc>) -> i32 {
    0
}

/// Shuts every open popover that does not hold `target`; all of them when there is none.
#[cfg(feature = "hydrate")]
pub fn close_popovers(target: Option<&leptos::web_sys::EventTarget>) {
    use wasm_bindgen::JsCast;

    let pressed = target.and_then(|target| target.dyn_ref::<leptos::web_sys::Node>());
    let Ok(open) = leptos::prelude::document().query_selector_all("details.popover[open]") else {
        return;
    };
    for index in 0..open.length() {
        if let Some(element) = open
            .item(index)
            .and_then(|node| node.dyn_into::<leptos::web_sys::Element>().ok())
        {
            // A link inside was followed: the page changes, so the popover has done its work.
            let followed = pressed
                .and_then(|node| node.parent_element())
                .is_some_and(|parent| {
                    element.contains(pressed)
                        && parent.closest("a.nav-link").ok().flatten().is_some()
                });
            if followed || !element.contains(pressed) {
                // It is not open any more if this fails.
                drop(element.remove_attribute("open"));
            }
        }
    }
}

/// There is nothing open on the server.
#[cfg(not(feature = "hydrate"))]
pub fn close_popovers(_target: Option<&leptos::web_sys::EventTarget>) {}

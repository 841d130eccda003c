//! What only a browser can do, behind functions that do nothing on the server.

/// Puts `text` on the clipboard; a browser that refuses leaves things as they are.
#[cfg(feature = "hydrate")]
pub fn copy_text(text: &str) {
    // The promise is dropped on purpose: there is nothing to do when the person refused.
    drop(leptos::prelude::window().navigator().clipboard().write_text(text));
}

/// Puts `text` on the clipboard; there is none on the server.
#[cfg(not(feature = "hydrate"))]
pub fn copy_text(_text: &str) {}

/// How many minutes east of UTC this browser was at that moment.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn offset_minutes(at: chrono::DateTime<chrono::Utc>) -> i32 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of our era fit a double exactly")]
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.timestamp_millis() as f64));
    #[expect(clippy::cast_possible_truncation, reason = "offsets are within 14 hours")]
    let west = date.get_timezone_offset() as i32;
    -west
}

/// The server writes UTC.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn offset_minutes(_at: chrono::DateTime<chrono::Utc>) -> i32 {
    0
}

/// The texts of a form that is being sent, in the order of its controls. Files are left out.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn fields_of(event: &leptos::web_sys::SubmitEvent) -> Vec<(String, String)> {
    use leptos::web_sys::{FormData, HtmlFormElement};
    use wasm_bindgen::JsCast;

    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(data) = form.and_then(|form| FormData::new_with_form(&form).ok()) else {
        return Vec::new();
    };
    js_sys::Array::from(&data)
        .iter()
        .filter_map(|entry| {
            let entry = js_sys::Array::from(&entry);
            Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
        })
        .collect()
}

/// Nothing is sent on the server.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn fields_of(_event: &leptos::web_sys::SubmitEvent) -> Vec<(String, String)> {
    Vec::new()
}

/// Shuts every open popover that does not hold `target`, and one in whose navigation `target` was followed.
///
/// Without a target all are shut, and the focus goes back to what opened the one it was in.
#[cfg(feature = "hydrate")]
pub fn close_popovers(target: Option<&leptos::web_sys::EventTarget>) {
    use leptos::web_sys::{Element, HtmlElement};
    use wasm_bindgen::JsCast;

    let document = leptos::prelude::document();
    let pressed = target.and_then(|target| target.dyn_ref::<Element>());
    let followed = pressed.and_then(|element| element.closest("a.nav-link").ok().flatten()).is_some();
    let focused = document.active_element();
    let Ok(open) = document.query_selector_all("details.popover[open]") else {
        return;
    };
    for index in 0..open.length() {
        let Some(popover) = open.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else {
            continue;
        };
        let holds = |element: Option<&Element>| element.is_some_and(|element| popover.contains(Some(element)));
        if holds(pressed) && !followed {
            continue;
        }
        if target.is_none()
            && holds(focused.as_ref())
            && let Ok(Some(summary)) = popover.query_selector("summary")
            && let Ok(summary) = summary.dyn_into::<HtmlElement>()
        {
            // A browser that will not move the focus leaves it where it was.
            drop(summary.focus());
        }
        // It is not open any more if this fails.
        drop(popover.remove_attribute("open"));
    }
}

/// There is nothing open on the server.
#[cfg(not(feature = "hydrate"))]
pub fn close_popovers(_target: Option<&leptos::web_sys::EventTarget>) {}

/// Whether anybody can see the page right now: a tab behind others has no need to ask for news.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn is_visible() -> bool {
    !leptos::prelude::document().hidden()
}

/// On the server nobody is looking.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn is_visible() -> bool {
    false
}

/// Goes to the sign-in page, which leads back here: for a session that ended while the page was open.
#[cfg(feature = "hydrate")]
pub fn go_to_sign_in() {
    let location = leptos::prelude::location();
    let here =
        format!("{}{}", location.pathname().unwrap_or_else(|_| "/".to_owned()), location.search().unwrap_or_default());
    let next = js_sys::encode_uri_component(&here);
    // A browser that refuses leaves the page as it is, which says what to do.
    drop(location.assign(&format!("/login?next={next}")));
}

/// The server answers with a redirect instead.
#[cfg(not(feature = "hydrate"))]
pub fn go_to_sign_in() {}

//! What the browser runs: it takes over the page that the server has written. Nothing else belongs here.

use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in the document's head, once the module is there.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(App);
}

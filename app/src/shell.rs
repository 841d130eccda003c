//! The document around every page: what the browser needs before and beside the page itself. Only the server writes
//! it; the browser takes over what is inside `<body>`.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    App,
    error::AppError,
    ui::{ButtonVariant, ErrorPage, LinkButton},
};

/// Where the site's own files are, each address with the hash of its content, so that a browser keeps them for good.
#[derive(Clone, Debug)]
pub struct SiteLinks {
    pub stylesheet: String,
    pub script: String,
    pub module: String,
    pub icon: String,
    /// Fonts that every page uses; asked for before the stylesheet has been read.
    pub fonts: Vec<String>,
}

/// The document of one answer. The hydration script carries the answer's nonce, as the content security policy asks,
/// and marks the document once the browser has taken it over.
#[must_use]
pub fn shell(options: LeptosOptions, links: SiteLinks) -> impl IntoView {
    let start = format!(
        "import init, {{ hydrate }} from {script:?}; await init({{ module_or_path: {module:?} }}); hydrate(); \
         document.documentElement.dataset.hydrated = \"true\";",
        script = links.script,
        module = links.module,
    );
    let fonts = links
        .fonts
        .into_iter()
        .map(|font| view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin=""/> })
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=links.stylesheet/>
                {fonts}
                <link rel="icon" href=links.icon r#type="image/svg+xml"/>
                <link rel="modulepreload" href=links.script nonce=use_nonce()/>
                <link rel="preload" href=links.module r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <AutoReload options=options/>
                <script type="module" nonce=use_nonce()>
                    {start}
                </script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The whole document in place of any page while the database cannot be reached: nobody can be recognised, so it has
/// nothing of the person and no script, and offers to try `path` again.
#[must_use]
pub fn outage(links: SiteLinks, error: AppError, path: &str) -> String {
    let again = path.to_owned();
    let page = Owner::new().with(|| {
        let actions =
            view! { <LinkButton href=again variant=ButtonVariant::Primary>"Try again"</LinkButton> }.into_any();
        view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content="light dark"/>
                    <title>"Back in a moment · Purser"</title>
                    <link rel="stylesheet" href=links.stylesheet/>
                    <link rel="icon" href=links.icon r#type="image/svg+xml"/>
                </head>
                <body>
                    <main class="outage">
                        <ErrorPage
                            title="Back in a moment"
                            code=error.status.to_string()
                            request_id=error.request_id
                            actions=actions
                        >
                            <p>{error.message}</p>
                        </ErrorPage>
                    </main>
                </body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{page}")
}

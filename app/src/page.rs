//! How a page is read and shown: one view model from one server function, read before anything is sent, the page it
//! becomes, and the page that says why there is none. Old content stays while newer is on its way.

use std::{any::Any, convert::Infallible, pin::Pin, sync::Arc};

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use leptos_meta::Title as DocumentTitle;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    codec,
    error::AppError,
    routes,
    ui::{ButtonVariant, ErrorPage, FieldProblem, LinkButton, TableSkeleton, browser},
};

/// Reads the page's view model again, and shows it in place.
pub type Again = Callback<()>;

/// A page of the view model that `read` gives for what `query` takes from the address. What `show` needs of the
/// context is taken before: there is none inside.
pub fn page<Q, T, Reading>(
    query: impl Fn() -> Q + Send + Sync + 'static,
    read: impl Fn(Q) -> Reading + Send + Sync + 'static,
    show: impl Fn(T, Again) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    Q: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Reading: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let answers = answers(query, read);
    let again = Callback::new(move |()| answers.refetch());
    shown(answers, Arc::new(move |answer: &Answer| answer.model().map(|model| show(model, again))))
}

/// What becomes of an answer: the page, or why there is none.
type Show = Arc<dyn Fn(&Answer) -> Result<AnyView, AppError> + Send + Sync>;

fn shown(answers: Resource<Answer, Travelling>, show: Show) -> AnyView {
    view! {
        <Transition fallback=|| view! { <TableSkeleton/> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    match show(&answers.await) {
                        Ok(page) => page,
                        Err(error) => view! { <Failure error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}

/// What a page shows, read before anything of the page is sent, and again when `query` changes.
pub fn answers<Q, T, Reading>(
    query: impl Fn() -> Q + Send + Sync + 'static,
    read: impl Fn(Q) -> Reading + Send + Sync + 'static,
) -> Resource<Answer, Travelling>
where
    Q: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static,
    Reading: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let query = Memo::new(move |_| query());
    // Reading is set off by a number that changes with the query: its type is the same for all pages.
    let changes = Memo::new(move |before: Option<&u64>| {
        // Read, not only tracked: one that was never computed would count as changed later.
        query.with(|_| ());
        before.map_or(0, |before| before.wrapping_add(1))
    });
    let read = Arc::new(move || {
        let reading = read(query.get_untracked());
        Box::pin(async move { Answer(Arc::new(Content::Given(Box::new(reading.await)))) }) as PendingAnswer
    });
    resource(changes, read)
}

fn resource(changes: Memo<u64>, read: Arc<dyn Fn() -> PendingAnswer + Send + Sync>) -> Resource<Answer, Travelling> {
    Resource::new_with_options(move || changes.get(), move |_| read(), true)
}

type PendingAnswer = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a server function gave for a page, of one type for all pages: the browser loads the machinery that waits for it,
/// keeps it and shows it once, not once for every view model.
#[derive(Clone)]
pub struct Answer(Arc<Content>);

enum Content {
    /// As the server function gave it.
    Given(Box<dyn Given>),
    /// As it stands in the document.
    Written(String),
}

/// A result of any view model.
trait Given: Any + Send + Sync {
    #[cfg(feature = "ssr")]
    fn written(&self) -> serde_json::Result<String>;
}

impl<T: Serialize + Send + Sync + 'static> Given for Result<T, AppError> {
    #[cfg(feature = "ssr")]
    fn written(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl Answer {
    /// The view model of the page that asked, or why there is none.
    ///
    /// # Errors
    /// What the server function answered; [`AppError::malformed`] when the document's own text cannot be read.
    pub fn model<T: DeserializeOwned + Clone + 'static>(&self) -> Result<T, AppError> {
        let given: Option<Result<T, AppError>> = match &*self.0 {
            Content::Given(given) => (&**given as &dyn Any).downcast_ref().cloned(),
            Content::Written(text) => codec::read(text.as_bytes()).ok(),
        };
        given.unwrap_or_else(|| Err(AppError::malformed()))
    }
}

/// How an answer travels inside the document.
#[derive(Debug)]
pub struct Travelling;

impl Encoder<Answer> for Travelling {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(answer: &Answer) -> Result<String, serde_json::Error> {
        match &*answer.0 {
            Content::Written(text) => Ok(text.clone()),
            #[cfg(feature = "ssr")]
            Content::Given(given) => given.written(),
            // A browser sends no document.
            #[cfg(not(feature = "ssr"))]
            Content::Given(_) => Ok(String::new()),
        }
    }
}

impl Decoder<Answer> for Travelling {
    type Error = Infallible;
    type Encoded = str;

    fn decode(text: &str) -> Result<Answer, Self::Error> {
        Ok(Answer(Arc::new(Content::Written(text.to_owned()))))
    }
}

/// A part of the address: `?name=`; empty when it is not there.
pub fn query_of(name: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let query = leptos_router::hooks::use_query_map();
    move || query.read().get(name).unwrap_or_default()
}

/// A part of the path: `:name`; empty when it is not there.
pub fn parameter_of(name: &'static str) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let parameters = leptos_router::hooks::use_params_map();
    move || parameters.read().get(name).unwrap_or_default()
}

/// What an action answered last, as a form shows it; what the server found in a kept form until then.
pub fn problems_of<T: Clone + Send + Sync + 'static>(
    answer: impl Fn() -> Option<Result<T, AppError>> + Send + Sync + 'static,
    before: Vec<FieldProblem>,
) -> Signal<Vec<FieldProblem>> {
    Signal::derive(move || match answer() {
        None => before.clone(),
        Some(Ok(_)) => Vec::new(),
        Some(Err(error)) => error.problems(),
    })
}

/// The sentence for a code that a form without script brought back in the address; nothing for a code nobody knows.
#[must_use]
pub fn problem_text(code: &str) -> Option<&'static str> {
    Some(match code {
        "role" => "Your role does not allow this. Ask an administrator of your organisation.",
        "feature_disabled" => "This is not switched on for your organisation. Ask the operator of this installation.",
        "not_found" => "What you wanted to change is not there any more.",
        "invalid" => "Some of what was entered needs another look.",
        "too_many" | "too_many_attempts" | "rate_limited" => "Too many attempts. Wait a little, then try again.",
        "unavailable" => "Purser cannot reach its database right now. Nothing was changed; try again in a moment.",
        "internal" => "Something went wrong on our side. No money or data is affected.",
        _ => return None,
    })
}

/// What the page is called in the title of its document.
#[component]
pub fn Title(#[prop(into)] text: String) -> impl IntoView {
    view! { <DocumentTitle text=text/> }.into_any()
}

/// The page in place of one that could not be read.
#[component]
pub fn Failure(error: AppError) -> impl IntoView {
    if error.is_signed_out() {
        Effect::new(browser::go_to_sign_in);
    }
    let title = match error.status {
        401 => "Sign in again",
        403 => "Not allowed",
        404 => "Nothing here",
        429 => "Too many attempts",
        0 => "No connection",
        _ => "This page could not be shown",
    };
    let code = if error.status == 0 { String::new() } else { error.status.to_string() };
    let actions = if error.is_signed_out() {
        view! { <LinkButton href=routes::LOGIN variant=ButtonVariant::Primary attr:rel="external">"Sign in"</LinkButton> }.into_any()
    } else {
        view! { <LinkButton href=routes::OVERVIEW variant=ButtonVariant::Primary>"Go to the overview"</LinkButton> }
            .into_any()
    };
    view! {
        <Title text=title/>
        <ErrorPage title=title code=code request_id=error.request_id actions=actions>
            <p>{error.message}</p>
        </ErrorPage>
    }
    .into_any()
}

/// The page for an address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::session::set_status(http::StatusCode::NOT_FOUND);
    let home =
        view! { <LinkButton href=routes::OVERVIEW variant=ButtonVariant::Primary>"Go to the overview"</LinkButton> };
    view! {
        <Title text="Page not found"/>
        <ErrorPage title="Page not found" code="404" actions=home.into_any()>
            <p>"There is no page under this address. No money or data is affected. Check the address, or start from the overview."</p>
        </ErrorPage>
    }
    .into_any()
}

//! Who is looking, and how a page or a server function learns of it.
//!
//! The server's middleware puts three things into every request's extensions: [`service::Purser`], a
//! [`service::Session`] when somebody is signed in, and a [`RequestId`]. A server function takes them in its first
//! line with [`Here::signed_in`], because the context is gone after the first `await`. The browser learns only what a
//! [`Viewer`] holds, once with each document.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{codec::Json, layout};

/// The signed-in person as pages need them: what to show and what to offer. What they may do is decided elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own that a page asks for by name")]
pub struct Viewer {
    pub email: String,
    /// The role in its exact word: `ADMIN`.
    pub role: String,
    pub organisation_id: String,
    pub organisation_name: String,
    pub is_sandbox: bool,
    /// May change customers and wallets.
    pub may_edit: bool,
    /// May make and revoke API keys.
    pub may_manage_keys: bool,
    /// The operator lets this organisation create customers.
    pub customer_creation: bool,
    /// Only money of listed senders is taken.
    pub sender_validation: bool,
}

impl Viewer {
    /// Learns of the viewer on the server, and of the same one in the browser that takes the page over. `None` when
    /// nobody is signed in. Once, at the root.
    #[must_use]
    pub fn provide() -> Option<Self> {
        let viewer = SharedValue::<Option<Self>, Json>::new_with_encoding(from_request).into_inner();
        if let Some(viewer) = viewer.clone() {
            provide_context(viewer);
        }
        viewer
    }

    /// The viewer of this page; one who may nothing when nobody is signed in.
    #[must_use]
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }

    /// As the frame shows it.
    #[must_use]
    pub fn for_frame(&self) -> layout::Viewer {
        let name = self.email.split('@').next().unwrap_or_default();
        layout::Viewer {
            name: name.to_owned(),
            email: self.email.clone(),
            role: self.role.clone(),
            organisation_name: self.organisation_name.clone(),
            organisation_id: self.organisation_id.clone(),
            is_sandbox: self.is_sandbox,
        }
    }
}

#[cfg(not(feature = "ssr"))]
fn from_request() -> Option<Viewer> {
    None
}

#[cfg(feature = "ssr")]
pub use server::{Here, RequestId, set_status};

#[cfg(feature = "ssr")]
use server::from_request;

#[cfg(feature = "ssr")]
mod server {
    use domain::fault::FieldError;
    use http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{ACCEPT, LOCATION, REFERER, RETRY_AFTER, SET_COOKIE},
        request::Parts,
    };
    use leptos::prelude::use_context;
    use leptos_axum::ResponseOptions;
    use serde::de::DeserializeOwned;
    use service::{Editor, Feature, KeyManager, Purser, Reader, Session};

    use super::Viewer;
    use crate::{
        cookies,
        error::{AppError, chain},
        routes,
    };

    /// The number under which this request stands in the log. The server's middleware makes it.
    #[derive(Clone, Debug)]
    pub struct RequestId(pub String);

    pub(super) fn from_request() -> Option<Viewer> {
        let session = use_context::<Parts>()?.extensions.get::<Session>()?.clone();
        Some(Viewer::from(&session))
    }

    impl From<&Session> for Viewer {
        fn from(session: &Session) -> Self {
            let (organisation, role) = (&session.organisation, session.role);
            Self {
                email: session.email.clone(),
                role: role.code().to_owned(),
                organisation_id: organisation.id.to_string(),
                organisation_name: organisation.name.clone(),
                is_sandbox: organisation.is_sandbox,
                may_edit: role.may_edit(),
                may_manage_keys: role.may_manage_keys(),
                customer_creation: organisation.has(Feature::CustomerCreation),
                sender_validation: organisation.has(Feature::SenderValidation),
            }
        }
    }

    /// The request that is being answered, taken out of the context before the first `await`.
    #[derive(Clone)]
    pub struct Here {
        pub purser: Purser,
        pub session: Session,
        request_id: String,
        headers: HeaderMap,
        response: ResponseOptions,
        /// A browser without script sent a form: the answer is a page, not data.
        plain_form: bool,
        /// The page it was sent from: path and query, never another site's.
        came_from: String,
    }

    impl Here {
        /// The request and who sent it.
        ///
        /// # Errors
        /// When nobody is signed in.
        pub fn signed_in() -> Result<Self, AppError> {
            let parts = use_context::<Parts>().ok_or_else(AppError::signed_out)?;
            let response = use_context::<ResponseOptions>().unwrap_or_default();
            let accepts = parts.headers.get(ACCEPT).and_then(|accepts| accepts.to_str().ok()).unwrap_or_default();
            let plain_form = parts.method == Method::POST && accepts.contains("text/html");
            let found = (parts.extensions.get::<Purser>().cloned(), parts.extensions.get::<Session>().cloned());
            let (Some(purser), Some(session)) = found else {
                if !plain_form {
                    response.set_status(StatusCode::UNAUTHORIZED);
                }
                return Err(AppError::signed_out());
            };
            let referer = parts.headers.get(REFERER).and_then(|referer| referer.to_str().ok());
            let came_from = referer.and_then(path_of).unwrap_or_else(|| routes::OVERVIEW.to_owned());
            Ok(Self {
                purser,
                session,
                request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
                headers: parts.headers,
                response,
                plain_form,
                came_from,
            })
        }

        /// What anyone who is signed in may ask.
        #[must_use]
        pub fn reader(&self) -> Reader {
            self.purser.reader(&self.session.authority)
        }

        /// What may be changed.
        ///
        /// # Errors
        /// When the role does not allow it.
        pub fn editor(&self) -> Result<Editor, service::Error> {
            self.purser.editor(&self.session.authority)
        }

        /// What may be done with keys.
        ///
        /// # Errors
        /// When the role does not allow it.
        pub fn key_manager(&self) -> Result<KeyManager, service::Error> {
            self.purser.key_manager(&self.session.authority)
        }

        /// Whether a browser without script sent a form.
        #[must_use]
        pub fn is_plain_form(&self) -> bool {
            self.plain_form
        }

        /// The last word of every server function: a failure gets its status and its line in the log, and becomes
        /// what the browser may learn. A plain form is sent back to its page with the code.
        ///
        /// # Errors
        /// The failure, as the browser may learn it.
        pub fn answer<T>(&self, result: Result<T, service::Error>) -> Result<T, AppError> {
            result.map_err(|error| {
                let told = self.told(&error);
                if self.plain_form {
                    see_other(&self.response, &routes::with_problem(&self.came_from, &told.code));
                } else {
                    self.set_failure(&told);
                }
                told
            })
        }

        /// The same for a form: without script, what was typed and what is wrong with it are kept on the server, and
        /// the browser is sent to `form_page` (a path) to see both. Names and values as the form sent them.
        ///
        /// # Errors
        /// The failure, as the browser may learn it.
        pub async fn answer_form<T>(
            &self,
            form_page: &str,
            typed: &[(&str, &str)],
            result: Result<T, service::Error>,
        ) -> Result<T, AppError> {
            let error = match result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let told = self.told(&error);
            if !self.plain_form {
                self.set_failure(&told);
                return Err(told);
            }
            let typed: std::collections::BTreeMap<_, _> = typed.iter().copied().collect();
            let body = serde_json::to_string(&typed).unwrap_or_default();
            let target = match self.reader().save_form_draft(body, draft_errors(&told)).await {
                Ok(draft) => routes::with_draft(form_page, &draft.to_string()),
                Err(_) => routes::with_problem(form_page, &told.code),
            };
            see_other(&self.response, &target);
            Err(told)
        }

        /// A form that was refused without script, by the id in the address: what was typed, and what is wrong with it.
        /// A draft that is not there any more is an empty form.
        ///
        /// # Errors
        /// When the database cannot be read.
        pub async fn kept_form<T: DeserializeOwned + Default>(
            &self,
            draft_id: &str,
        ) -> Result<(T, Vec<FieldError>), service::Error> {
            let Ok(draft_id) = draft_id.parse() else { return Ok(Default::default()) };
            let Some(draft) = self.reader().form_draft(draft_id).await? else { return Ok(Default::default()) };
            Ok((serde_json::from_str(&draft.body).unwrap_or_default(), draft.errors))
        }

        /// Sends the browser to another page once a form has done its work, with or without script.
        pub fn then_go_to(&self, path: &str) {
            if self.plain_form {
                see_other(&self.response, path);
            } else if let Ok(value) = HeaderValue::from_str(path) {
                self.response.insert_header(LOCATION, value);
                self.response.insert_header(
                    http::HeaderName::from_static(leptos::server_fn::redirect::REDIRECT_HEADER),
                    HeaderValue::from_static(""),
                );
            }
        }

        /// Leaves a note for the next page of this browser.
        pub fn leave_note(&self, name: &str, text: &str) {
            if let Ok(cookie) = cookies::leave_note(name, text) {
                self.response.append_header(SET_COOKIE, cookie);
            }
        }

        /// The note that an earlier answer left; it is there only once.
        #[must_use]
        pub fn take_note(&self, name: &str) -> Option<String> {
            let note = cookies::note(&self.headers, name)?;
            if let Ok(cookie) = cookies::forget(name) {
                self.response.append_header(SET_COOKIE, cookie);
            }
            Some(note)
        }

        fn told(&self, error: &service::Error) -> AppError {
            let told = AppError { request_id: self.request_id.clone(), ..AppError::from(error) };
            if told.status >= 500 {
                tracing::error!(request_id = %self.request_id, code = %told.code, cause = %chain(error), "a page could not be answered");
            }
            told
        }

        fn set_failure(&self, told: &AppError) {
            if let Ok(status) = StatusCode::from_u16(told.status) {
                self.response.set_status(status);
            }
            if let Some(seconds) = told.retry_after_s {
                self.response.insert_header(RETRY_AFTER, HeaderValue::from(seconds));
            }
        }
    }

    /// Sets the status of the page that is being written.
    pub fn set_status(status: StatusCode) {
        if let Some(response) = use_context::<ResponseOptions>() {
            response.set_status(status);
        }
    }

    fn see_other(response: &ResponseOptions, path: &str) {
        if let Ok(value) = HeaderValue::from_str(path) {
            response.insert_header(LOCATION, value);
            response.set_status(StatusCode::SEE_OTHER);
        }
    }

    /// What a form shows again later: the fields, and what belongs to none.
    fn draft_errors(told: &AppError) -> Vec<FieldError> {
        told.problems().into_iter().map(|problem| FieldError::new(problem.field, &told.code, problem.message)).collect()
    }

    fn path_of(referer: &str) -> Option<String> {
        let (_, rest) = referer.split_once("://")?;
        let path = &rest[rest.find('/')?..];
        Some(path.split('#').next().unwrap_or(path).to_owned())
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_referer_is_reduced_to_its_path() {
            assert_eq!(
                path_of("http://127.0.0.1:3000/wallets?currency=AUD#x").as_deref(),
                Some("/wallets?currency=AUD")
            );
            assert_eq!(path_of("http://127.0.0.1:3000"), None);
            assert_eq!(path_of("/wallets"), None);
        }
    }
}

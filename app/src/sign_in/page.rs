//! The sign-in page.

use leptos::prelude::*;

use crate::{
    codec::Json,
    page::{Title, query_of},
    routes,
    session::Viewer,
    ui::{
        Banner, Button, ButtonSize, ButtonVariant, ErrorSummary, FieldProblem, InputKind, TextField, Tone,
        format::span, problem_of,
    },
};

#[component]
pub fn SignInPage() -> impl IntoView {
    let next = query_of("next")();
    if use_context::<Viewer>().is_some() {
        go_on(&next);
    }
    let (error, wait) = (query_of("error")(), query_of("wait")());
    set_status(&error, &wait);
    let found = problems(&error, &wait);
    let problems = Signal::stored(found);
    let email = SharedValue::<String, Json>::new_with_encoding(typed_email).into_inner();
    let signed_out = query_of("notice")() == "signed_out" && error.is_empty();
    view! {
        <Title text="Sign in"/>
        <div class="sign-in card">
            <h1>"Sign in"</h1>
            {signed_out.then(|| view! { <Banner tone=Tone::Info>"You are signed out."</Banner> })}
            <ErrorSummary problems/>
            <form method="post" action=routes::LOGIN>
                {(!next.is_empty()).then(|| view! { <input type="hidden" name="next" value=routes::local(&next).to_owned()/> })}
                <TextField
                    name="email" label="Email" kind=InputKind::Email autocomplete="username" value=email
                    error=problem_of(problems, "email") maxlength=254
                />
                <TextField
                    name="password" label="Password" kind=InputKind::Password autocomplete="current-password"
                    error=problem_of(problems, "password") maxlength=1024
                />
                <Button variant=ButtonVariant::Primary size=ButtonSize::Large>"Sign in"</Button>
            </form>
        </div>
        <p class="sign-in-note">"No account, or a password lost? Ask the operator of this installation."</p>
    }
    .into_any()
}

/// What the code in the address means, beside the field it is about.
fn problems(error: &str, wait: &str) -> Vec<FieldProblem> {
    let problem = match error {
        "" => return Vec::new(),
        "wrong_credentials" => FieldProblem::new("password", "E-mail and password do not belong together. Check both."),
        "too_many" => {
            let wait = wait.parse().map_or_else(|_| "a few minutes".to_owned(), span);
            FieldProblem::new("", format!("Too many attempts. Try again in {wait}."))
        }
        "unavailable" => FieldProblem::new("", "Purser cannot reach its database right now. Try again in a moment."),
        _ => FieldProblem::new("", "That did not work. Enter both and try again."),
    };
    vec![problem]
}

#[cfg(feature = "ssr")]
fn typed_email() -> String {
    let headers = use_context::<http::request::Parts>().map(|parts| parts.headers).unwrap_or_default();
    crate::cookies::note(&headers, crate::cookies::TYPED_EMAIL).unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
fn typed_email() -> String {
    String::new()
}

/// Who is signed in already has nothing to do here.
#[cfg(feature = "ssr")]
fn go_on(next: &str) {
    leptos_axum::redirect(routes::local(next));
}

#[cfg(not(feature = "ssr"))]
fn go_on(_next: &str) {}

#[cfg(feature = "ssr")]
fn set_status(error: &str, wait: &str) {
    if error == "too_many" {
        crate::session::set_status(http::StatusCode::TOO_MANY_REQUESTS);
        if let (Some(response), Ok(wait)) = (use_context::<leptos_axum::ResponseOptions>(), wait.parse::<u32>()) {
            response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from(wait));
        }
    }
}

#[cfg(not(feature = "ssr"))]
fn set_status(_error: &str, _wait: &str) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_braked_sign_in_says_when_to_try_again() {
        assert_eq!(problems("too_many", "61"), [FieldProblem::new("", "Too many attempts. Try again in 2 minutes.")]);
        assert_eq!(
            problems("too_many", "<x>"),
            [FieldProblem::new("", "Too many attempts. Try again in a few minutes.")]
        );
        assert_eq!(problems("wrong_credentials", "").first().map(|problem| problem.field.as_str()), Some("password"));
        assert!(problems("", "").is_empty());
    }
}

//! The cookies of this site: the session's, and short notes from one answer to the next page of the same browser, for
//! what may stand in no address. All are `__Host-`: this host's alone, over a trustworthy connection, unseen by script.

use http::{
    HeaderMap, HeaderValue,
    header::{COOKIE, InvalidHeaderValue},
};

use crate::routes;

/// Holds the secret of the session.
pub const SESSION: &str = "__Host-session";
/// Holds the e-mail that was typed into a sign-in that failed, so that it need not be typed again.
pub const TYPED_EMAIL: &str = "__Host-typed-email";
/// Holds the secret of a key made without script, until the next page has shown it.
pub const NEW_KEY: &str = "__Host-new-key";

/// How long a note waits for the page it is for.
const NOTE_S: i64 = 60;

/// The secret of the session that a request came with.
#[must_use]
pub fn session_token(headers: &HeaderMap) -> Option<&str> {
    raw(headers, SESSION)
}

/// Starts the session in the browser.
///
/// # Errors
/// When the token is none.
pub fn set_session(token: &str, max_age_s: i64) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::try_from(format!("{SESSION}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={max_age_s}"))
}

/// Leaves a note for the next page.
///
/// # Errors
/// Never: what is escaped is always a header's value.
pub fn leave_note(name: &str, text: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let text = routes::escaped(text);
    HeaderValue::try_from(format!("{name}={text}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age={NOTE_S}"))
}

/// The note that an earlier answer left.
#[must_use]
pub fn note(headers: &HeaderMap, name: &str) -> Option<String> {
    raw(headers, name).map(routes::unescaped).filter(|text| !text.is_empty())
}

/// Takes a cookie away.
///
/// # Errors
/// Never: the names are constants.
pub fn forget(name: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    HeaderValue::try_from(format!("{name}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"))
}

fn raw<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(found, value)| (found == name).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        let headers =
            HeaderMap::from_iter([(COOKIE, HeaderValue::from_static("a=1; __Host-session=t-o_k; x__Host-session=no"))]);
        assert_eq!(session_token(&headers), Some("t-o_k"));
        assert_eq!(session_token(&HeaderMap::new()), None);
    }

    #[test]
    fn a_note_carries_any_text() {
        let set = leave_note(TYPED_EMAIL, "ö;=, \"x\"\n@y").unwrap();
        let pair = set.to_str().unwrap().split(';').next().unwrap().to_owned();
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(pair).unwrap())]);
        assert_eq!(note(&headers, TYPED_EMAIL).as_deref(), Some("ö;=, \"x\"\n@y"));
    }
}

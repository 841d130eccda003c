//! Who calls: the API key of a request, and a bound on guessing at keys.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{
        HeaderMap, HeaderValue,
        header::{AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE},
        request::Parts,
    },
};
use chrono::{DateTime, Utc};
use service::{Authority, Editor, Purser, Reader};

use crate::{ApiState, problem::Problem};

/// Wrong keys that one network may show in a minute before it is told to wait.
const FAILURES_MAX: u32 = 30;
const WINDOW_S: i64 = 60;
/// Networks that are remembered at once.
const NETWORKS_MAX: usize = 10_000;

/// A caller whose key was found.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The verbs.
    pub purser: Purser,
    /// On whose behalf.
    pub authority: Authority,
}

impl Caller {
    /// What any role may look at.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.purser.reader(&self.authority)
    }

    /// What an ADMIN may change.
    ///
    /// # Errors
    /// 403 `role` for the others.
    pub fn editor(&self) -> Result<Editor, Problem> {
        Ok(self.purser.editor(&self.authority)?)
    }
}

impl FromRequestParts<ApiState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let secret =
            bearer(&parts.headers).ok_or_else(|| unauthenticated("Send the header Authorization: Bearer sk_…", ""))?;
        if let Some(authority) = state.purser.authenticate_key(secret).await? {
            return Ok(Self { purser: state.purser.clone(), authority });
        }
        // A right key always opens: otherwise whoever shares an address with a merchant could lock them out.
        match state.failures.note(network(parts), state.purser.now()) {
            None => Err(unauthenticated("This API key is not known, or was withdrawn.", ", error=\"invalid_token\"")),
            Some(retry_after_s) => Err(Problem::new(
                "too_many_requests",
                format!("Too many wrong API keys. Try again in {retry_after_s} seconds."),
            )
            .with_header(RETRY_AFTER, HeaderValue::from(retry_after_s))),
        }
    }
}

/// How often each network showed a wrong key of late.
#[derive(Debug, Default)]
pub struct Failures(Mutex<HashMap<IpAddr, Window>>);

#[derive(Clone, Copy, Debug)]
struct Window {
    began_at: DateTime<Utc>,
    count: u32,
}

impl Failures {
    /// Counts one. Tells in how many seconds to try again when it was one too many.
    fn note(&self, network: IpAddr, now: DateTime<Utc>) -> Option<u64> {
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let age_s = |window: &Window| (now - window.began_at).num_seconds();
        if networks.len() >= NETWORKS_MAX {
            networks.retain(|_, window| age_s(window) < WINDOW_S);
        }
        if networks.len() >= NETWORKS_MAX && !networks.contains_key(&network) {
            // A flood from everywhere: not one network's doing, and memory stays bounded.
            return None;
        }
        let window = networks.entry(network).or_insert(Window { began_at: now, count: 0 });
        if age_s(window) >= WINDOW_S {
            *window = Window { began_at: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        (window.count > FAILURES_MAX).then(|| u64::try_from(WINDOW_S - age_s(window)).unwrap_or(1).max(1))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

fn unauthenticated(detail: &str, parameters: &str) -> Problem {
    let challenge = HeaderValue::try_from(format!("Bearer realm=\"purser\"{parameters}"));
    Problem::new("unauthenticated", detail)
        .with_header(WWW_AUTHENTICATE, challenge.unwrap_or(HeaderValue::from_static("Bearer")))
}

/// The peer's address; of an IPv6 address the half that a network has.
fn network(parts: &Parts) -> IpAddr {
    match parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_canonical()) {
        Some(IpAddr::V6(address)) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        Some(address) => address,
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn one_network_may_guess_thirty_times_a_minute() {
        let (failures, network) = (Failures::default(), IpAddr::V4(Ipv4Addr::LOCALHOST));
        for _ in 0..FAILURES_MAX {
            assert_eq!(failures.note(network, at(0)), None);
        }
        assert_eq!(failures.note(network, at(20)), Some(40));
        assert_eq!(
            failures.note(IpAddr::V4(Ipv4Addr::BROADCAST), at(20)),
            None,
            "another network is not held to account"
        );
        assert_eq!(failures.note(network, at(60)), None, "a new minute");
    }

    #[test]
    fn memory_is_bounded() {
        let failures = Failures::default();
        for i in 0..=u32::try_from(NETWORKS_MAX).unwrap() {
            failures.note(IpAddr::V4(Ipv4Addr::from_bits(i)), at(0));
        }
        assert_eq!(failures.0.lock().unwrap().len(), NETWORKS_MAX);
        failures.note(IpAddr::V4(Ipv4Addr::BROADCAST), at(WINDOW_S));
        assert_eq!(failures.0.lock().unwrap().len(), 1);
    }

    #[test]
    fn only_a_bearer_token_is_a_key() {
        let header = |text: &'static str| HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(text))]);
        assert_eq!(bearer(&header("Bearer sk_a")), Some("sk_a"));
        assert_eq!(bearer(&header("bearer  sk_a ")), Some("sk_a"));
        assert_eq!(bearer(&header("Basic sk_a")), None);
        assert_eq!(bearer(&header("sk_a")), None);
    }
}

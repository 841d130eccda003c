//! A page that follows a review: asks soon, then less and less often, and stops when the status is final.

use leptos::prelude::*;

use super::model::Live;

/// Milliseconds until the first question.
const FIRST_WAIT_MS: u64 = 300;
/// The longest wait between two questions.
#[cfg(any(feature = "hydrate", test))]
const WAIT_MS_MAX: u64 = 5_000;
/// The same once a person has to decide, or while nobody sees the page.
#[cfg(any(feature = "hydrate", test))]
const IDLE_WAIT_MS: u64 = 15_000;

/// The wait after one of `wait_ms`: longer by more than half, up to the longest.
#[cfg(any(feature = "hydrate", test))]
#[must_use]
pub const fn next_wait_ms(wait_ms: u64, is_idle: bool) -> u64 {
    let next = wait_ms.saturating_mul(8) / 5;
    if is_idle {
        IDLE_WAIT_MS
    } else if next > WAIT_MS_MAX {
        WAIT_MS_MAX
    } else {
        next
    }
}

/// Keeps `live` up to date while the status is moving. The server does not ask itself.
pub fn follow(id: String, live: RwSignal<Live>) {
    let is_moving = Memo::new(move |_| live.read().status.is_moving());
    Effect::new(move |_| {
        if is_moving.get() {
            ask_later(id.clone(), live, FIRST_WAIT_MS);
        }
    });
}

#[cfg(feature = "hydrate")]
fn ask_later(id: String, live: RwSignal<Live>, wait_ms: u64) {
    use leptos::task::spawn_local;

    use super::rpc::follow_customer;
    use crate::ui::browser::is_visible;

    let ask = move || {
        // The page may be gone by now.
        if live.is_disposed() {
            return;
        }
        spawn_local(async move {
            let answer = follow_customer(id.clone()).await;
            let is_over = match &answer {
                Ok(now) => !now.status.is_moving(),
                Err(error) => error.status == 404 || error.is_signed_out(),
            };
            let is_idle = !is_visible() || answer.as_ref().is_ok_and(Live::is_referred);
            if let Ok(now) = answer
                && live.try_with_untracked(|shown| *shown != now).unwrap_or(false)
            {
                live.set(now);
            }
            if !is_over && !live.is_disposed() {
                ask_later(id, live, next_wait_ms(wait_ms, is_idle));
            }
        });
    };
    set_timeout(ask, std::time::Duration::from_millis(wait_ms));
}

/// Nobody looks at the server.
#[cfg(not(feature = "hydrate"))]
fn ask_later(_id: String, _live: RwSignal<Live>, _wait_ms: u64) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_become_rarer_up_to_a_bound() {
        let mut waits = vec![FIRST_WAIT_MS];
        while let Some(last) = waits.last().copied().filter(|wait| *wait < WAIT_MS_MAX) {
            waits.push(next_wait_ms(last, false));
        }
        assert_eq!(waits, [300, 480, 768, 1228, 1964, 3142, 5000]);
        assert_eq!(next_wait_ms(5_000, false), 5_000);
        assert_eq!(next_wait_ms(300, true), IDLE_WAIT_MS);
    }
}

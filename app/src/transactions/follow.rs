//! Shows money that comes in while a page is open: asks for the newest movement while somebody looks, and reads the page
//! again when there is another one.

use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

use super::rpc::newest_transaction;
use crate::{page::Again, ui::browser};

/// Between two questions. With the time of an answer, news shows within two seconds.
const PERIOD: Duration = Duration::from_millis(1200);

/// After this many failures in a row it is given up: the person is offline or signed out.
const FAILURES_MAX: u32 = 8;

/// Nothing to see. `newest` is the movement that the page knows; an empty `wallet_id` follows them all.
#[component]
pub fn FollowNewest(#[prop(into)] wallet_id: String, newest: Option<String>, again: Again) -> impl IntoView {
    Effect::new(move |_| {
        let (wallet_id, newest) = (wallet_id.clone(), newest.clone());
        let asking = StoredValue::new(false);
        let failures = StoredValue::new(0_u32);
        let ask = move || {
            let busy = asking.try_get_value().unwrap_or(true);
            if busy || !browser::is_visible() || failures.try_get_value().unwrap_or(u32::MAX) >= FAILURES_MAX {
                return;
            }
            asking.set_value(true);
            let (wallet_id, newest) = (wallet_id.clone(), newest.clone());
            spawn_local(async move {
                match newest_transaction(wallet_id).await {
                    // The page is read again, and then begins to follow anew.
                    Ok(found) if found != newest && asking.try_get_value().is_some() => {
                        failures.try_set_value(0);
                        again.run(());
                    }
                    Ok(_) => drop(failures.try_set_value(0)),
                    Err(_) => drop(failures.try_update_value(|count| *count = count.saturating_add(1))),
                }
                asking.try_set_value(false);
            });
        };
        if let Ok(handle) = set_interval_with_handle(ask, PERIOD) {
            on_cleanup(move || handle.clear());
        }
    });
    ().into_any()
}

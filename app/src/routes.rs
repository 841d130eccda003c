//! Every address of the portal, so that no page spells one out.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

pub const LOGIN: &str = "/login";
pub const LOGOUT: &str = "/logout";
pub const LOGOUT_EVERYWHERE: &str = "/logout/everywhere";
pub const OVERVIEW: &str = "/";
pub const SEARCH: &str = "/search";
pub const CUSTOMERS: &str = "/customers";
pub const CUSTOMERS_NEW: &str = "/customers/new";
pub const CUSTOMERS_CSV: &str = "/customers.csv";
pub const CUSTOMERS_COLUMNS: &str = "/customers/columns";
pub const UPLOADS: &str = "/uploads";
pub const WALLETS: &str = "/wallets";
pub const WALLETS_NEW: &str = "/wallets/new";
pub const WALLET_STATEMENT: &str = "/wallets/{id}/statement";
pub const TRANSACTIONS: &str = "/wallet-transactions";
pub const TRANSACTIONS_CSV: &str = "/wallet-transactions.csv";
pub const DEPOSITS: &str = "/payins/deposits";
pub const DEVELOPERS: &str = "/developers";
pub const SETTINGS: &str = "/settings";
pub const AUDIT_TRAIL: &str = "/settings/audit-trail";
pub const API_DOCS: &str = "/api/docs";

/// Signing in, and coming back to `next` after it.
#[must_use]
pub fn sign_in(next: &str) -> String {
    with_query(LOGIN, &[("next", local(next))])
}

/// One customer.
#[must_use]
pub fn customer(id: &str) -> String {
    format!("{CUSTOMERS}/{id}")
}

/// Changing one customer.
#[must_use]
pub fn customer_edit(id: &str) -> String {
    format!("{CUSTOMERS}/{id}/edit")
}

/// The bytes of an uploaded file. Looking is put on record.
#[must_use]
pub fn document_content(id: &str) -> String {
    format!("/documents/{id}/content")
}

/// The customers of one status.
#[must_use]
pub fn customers_of_status(status: &str) -> String {
    with_query(CUSTOMERS, &[("status", status)])
}

/// One wallet.
#[must_use]
pub fn wallet(id: &str) -> String {
    format!("{WALLETS}/{id}")
}

/// The statement of one wallet, as a file.
#[must_use]
pub fn wallet_statement(id: &str) -> String {
    format!("{WALLETS}/{id}/statement")
}

/// Issuing a wallet to one customer.
#[must_use]
pub fn issue_wallet(customer_id: &str) -> String {
    with_query(WALLETS_NEW, &[("customer_id", customer_id)])
}

/// One movement.
#[must_use]
pub fn transaction(id: &str) -> String {
    format!("{TRANSACTIONS}/{id}")
}

/// The movements on one wallet.
#[must_use]
pub fn transactions_of_wallet(wallet_id: &str) -> String {
    with_query(TRANSACTIONS, &[("wallet_id", wallet_id)])
}

/// One deposit.
#[must_use]
pub fn deposit(id: &str) -> String {
    format!("{DEPOSITS}/{id}")
}

/// The deposits of one status.
#[must_use]
pub fn deposits_of_status(status: &str) -> String {
    with_query(DEPOSITS, &[("status", status)])
}

/// Withdrawing one API key, asked before it is done.
#[must_use]
pub fn revoke_key(id: &str) -> String {
    with_query(DEVELOPERS, &[("revoke", id)])
}

/// A path with those parameters that are set, in this order, after those it may already have.
#[must_use]
pub fn with_query(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.push(if query.is_empty() && !path.contains('?') { '?' } else { '&' });
        query.push_str(&escaped(name));
        query.push('=');
        query.push_str(&escaped(value));
    }
    format!("{path}{query}")
}

/// The form page that shows a refused form again.
#[must_use]
pub fn with_draft(form_page: &str, draft_id: &str) -> String {
    with_query(&without(form_page, &["draft", "problem"]), &[("draft", draft_id)])
}

/// A page that says what went wrong, by its code alone.
#[must_use]
pub fn with_problem(page: &str, code: &str) -> String {
    with_query(&without(page, &["draft", "problem"]), &[("problem", code)])
}

/// The path itself when it leads to a page of this site; else the overview. What a link brought along may say anything.
#[must_use]
pub fn local(path: &str) -> &str {
    let mut characters = path.chars();
    let is_local = characters.next() == Some('/') && !matches!(characters.next(), Some('/' | '\\'));
    if is_local && path.chars().all(|c| c.is_ascii_graphic() && c != '\\') { path } else { OVERVIEW }
}

/// What stays as it is in an address: the unreserved characters of RFC 3986, section 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes; the same on both sides, unlike the router's.
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// Takes percent-encoding away; what is not encoded well stays as it is.
#[cfg(any(feature = "ssr", test))]
pub(crate) fn unescaped(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn without(address: &str, names: &[&str]) -> String {
    let Some((path, query)) = address.split_once('?') else {
        return address.to_owned();
    };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !names.contains(&pair.split('=').next().unwrap_or_default()))
        .collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_are_local() {
        for path in ["/", "/customers?status=APPROVED", "/wallets/wallet_1"] {
            assert_eq!(local(path), path);
        }
        for path in
            ["", "//evil.test", "/\\evil.test", "https://evil.test", "javascript:alert(1)", "/a\nb", "/ä", "/a\\b"]
        {
            assert_eq!(local(path), OVERVIEW, "{path}");
        }
    }

    #[test]
    fn a_second_refusal_replaces_the_first() {
        assert_eq!(
            with_draft("/wallets/new?draft=draft_1&customer_id=c", "draft_2"),
            "/wallets/new?customer_id=c&draft=draft_2"
        );
        assert_eq!(with_problem("/developers?problem=role", "internal"), "/developers?problem=internal");
    }

    #[test]
    fn what_was_escaped_reads_back() {
        let text = "ö a+b&c=%25/é";
        assert_eq!(unescaped(&escaped(text)), text);
        assert_eq!(unescaped("100%"), "100%");
        assert_eq!(unescaped("%+1%zz"), "%+1%zz");
    }

    #[test]
    fn parameters_that_are_not_set_are_left_out() {
        assert_eq!(with_query("/wallets", &[("currency", ""), ("cursor", "a b&c")]), "/wallets?cursor=a%20b%26c");
        assert_eq!(with_query("/wallets", &[]), "/wallets");
    }
}

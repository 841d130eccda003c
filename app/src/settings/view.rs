//! What the pages of settings show.

use chrono::{DateTime, Utc, serde::ts_milliseconds};
use serde::{Deserialize, Serialize};

/// The trail's place and filter as the address has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditQuery {
    /// Only what was done to this object.
    pub object_id: String,
    pub cursor: String,
    pub trail: String,
}

/// A page of the audit trail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditView {
    pub rows: Vec<AuditLine>,
    pub next: Option<String>,
}

/// A change on record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// `customer.update`.
    pub action: String,
    /// Who did it, as a word and an id.
    pub actor: String,
    pub object_id: String,
    /// The page of the object, where it has one.
    pub href: Option<String>,
    #[serde(with = "ts_milliseconds")]
    pub at: DateTime<Utc>,
    /// What differs, field by field: name, before, after.
    pub changes: Vec<(String, String, String)>,
}

#[cfg(feature = "ssr")]
mod from_service {
    use std::collections::BTreeMap;

    use domain::{id, permission::Actor};
    use serde_json::Value;
    use service::{AuditRow, Session};

    use super::AuditLine;
    use crate::routes;

    impl AuditLine {
        /// A line of the trail as `session`'s person reads it.
        #[must_use]
        pub fn of(row: AuditRow, session: &Session) -> Self {
            let actor = match row.actor {
                Actor::User(id) if id == session.user_id => session.email.clone(),
                Actor::User(id) => id.to_string(),
                Actor::ApiKey(id) => format!("API key {id}"),
                Actor::Operator(_) => "Operator".to_owned(),
                Actor::System => "Purser".to_owned(),
            };
            let changes = changes(row.before.as_deref(), row.after.as_deref());
            Self {
                action: row.action,
                actor,
                href: href(&row.object_id),
                object_id: row.object_id,
                at: row.at,
                changes,
            }
        }
    }

    fn href(object_id: &str) -> Option<String> {
        let is = |prefix: &str| object_id.starts_with(prefix);
        if is(id::CustomerId::PREFIX) {
            Some(routes::customer(object_id))
        } else if is(id::WalletId::PREFIX) {
            Some(routes::wallet(object_id))
        } else {
            None
        }
    }

    /// What differs between two JSON documents, by dotted path.
    fn changes(before: Option<&str>, after: Option<&str>) -> Vec<(String, String, String)> {
        let (before, after) = (leaves(before), leaves(after));
        let paths: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let text = |side: &BTreeMap<String, String>, path: &String| side.get(path).cloned().unwrap_or_default();
        paths
            .into_iter()
            .filter(|path| before.get(*path) != after.get(*path))
            .map(|path| (path.clone(), text(&before, path), text(&after, path)))
            .collect()
    }

    fn leaves(json: Option<&str>) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        if let Some(value) = json.and_then(|json| serde_json::from_str::<Value>(json).ok()) {
            collect(String::new(), &value, &mut found);
        }
        found
    }

    fn collect(path: String, value: &Value, found: &mut BTreeMap<String, String>) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        match value {
            Value::Null => {}
            Value::Object(fields) => fields.iter().for_each(|(name, value)| collect(below(name), value, found)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(at, value)| collect(below(&at.to_string()), value, found));
            }
            Value::String(text) => drop(found.insert(path, text.clone())),
            other => drop(found.insert(path, other.to_string())),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn only_what_differs_is_shown() {
            let before = r#"{"name":"Mara","address":{"city":"Perth","line2":null},"tags":[1,2]}"#;
            let after = r#"{"name":"Mara","address":{"city":"Hobart"},"tags":[1,3]}"#;
            let owned = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
            assert_eq!(
                changes(Some(before), Some(after)),
                [owned("address.city", "Perth", "Hobart"), owned("tags.1", "2", "3")]
            );
            assert_eq!(changes(None, Some("not json")), []);
        }
    }
}

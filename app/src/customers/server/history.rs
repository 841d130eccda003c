//! Everything that happened to a customer, from the status changes and the audit trail, in words for people.

use chrono::{DateTime, Utc};
use domain::{
    id::CustomerId,
    permission::Actor,
    standing::{Reason, Status},
};
use serde_json::Value;
use service::{AuditRow, Error, PageRequest, Reader, Session, TransitionRow};

use crate::customers::{
    form::control_of,
    model::{HistoryItem, WalletLine},
};

/// How much later than the status it led to a line of the audit trail may be written.
const WRITTEN_WITHIN_MS: i64 = 500;
/// Lines of the audit trail that are shown.
const LINES_MAX: u32 = 100;

/// The newest first.
///
/// # Errors
/// When it cannot be read.
pub async fn of(
    reader: &Reader,
    session: &Session,
    id: CustomerId,
    wallets: &[WalletLine],
) -> Result<Vec<HistoryItem>, Error> {
    let transitions = reader.transitions(id).await?;
    let lines = reader.audit_trail(Some(&id.to_string()), &PageRequest { limit: LINES_MAX, after: None }).await?.rows;
    let who = |actor: &Actor| who(actor, session);
    let mut items: Vec<HistoryItem> =
        lines.iter().filter_map(|line| of_line(line, began_at(line, &transitions), &who)).collect();
    items.extend(transitions.iter().filter_map(|transition| of_transition(transition, &lines, &who)));
    items.extend(wallets.iter().map(|wallet| HistoryItem {
        title: format!("{} wallet issued", wallet.currency),
        at: wallet.created_at,
        by: String::new(),
        status: None,
        notes: Vec::new(),
    }));
    // A status follows from what was done at the same moment, so it stands above it.
    items.sort_by(|a, b| b.at.cmp(&a.at).then(b.status.is_some().cmp(&a.status.is_some())));
    Ok(items)
}

fn of_line(line: &AuditRow, at: DateTime<Utc>, who: &impl Fn(&Actor) -> String) -> Option<HistoryItem> {
    let (title, notes) = match line.action.as_str() {
        "customer.create" => ("Created", Vec::new()),
        "customer.update" => ("Edited", changed_fields(line.before.as_deref(), line.after.as_deref())),
        "customer.enable" => ("Enabled", Vec::new()),
        "customer.disable" => ("Disabled", Vec::new()),
        "customer.delete" => ("Deleted", Vec::new()),
        // A review that decides is told by the status it leads to.
        "customer.review" if status_in(line.after.as_deref()) == Some(Status::UnderReview) => {
            ("Review referred to a person", reasons_in(line.after.as_deref()))
        }
        "customer.review" => return None,
        "customer.simulate_review" => ("Review decided by hand in the sandbox", Vec::new()),
        other => return Some(plain(other, line, who)),
    };
    Some(HistoryItem { title: title.to_owned(), at, by: who(&line.actor), status: None, notes })
}

/// When what a line tells of began. The line itself is written last, after the status it led to.
fn began_at(line: &AuditRow, transitions: &[TransitionRow]) -> DateTime<Utc> {
    let led_to = |transition: &&TransitionRow| {
        let later_ms = (line.at - transition.at).num_milliseconds();
        transition.actor == line.actor && (0..=WRITTEN_WITHIN_MS).contains(&later_ms)
    };
    transitions.iter().find(led_to).map_or(line.at, |transition| transition.at)
}

fn plain(action: &str, line: &AuditRow, who: &impl Fn(&Actor) -> String) -> HistoryItem {
    let title = action.trim_start_matches("customer.").replace(['_', '.'], " ");
    HistoryItem { title, at: line.at, by: who(&line.actor), status: None, notes: Vec::new() }
}

fn of_transition(
    transition: &TransitionRow,
    lines: &[AuditRow],
    who: &impl Fn(&Actor) -> String,
) -> Option<HistoryItem> {
    // The audit trail says that it was created.
    transition.from?;
    let cause = match transition.cause.as_str() {
        "completed" => "Nothing is missing any more.".to_owned(),
        "edited" => "Something that identifies the customer was changed.".to_owned(),
        "review_passed" => "Every check passed.".to_owned(),
        "review_failed" => String::new(),
        other => format!("{}.", other.replace('_', " ")),
    };
    let decided = lines.iter().find(|line| line.at == transition.at && line.action == "customer.review");
    let mut notes = decided.map(|line| reasons_in(line.after.as_deref())).unwrap_or_default();
    if !cause.is_empty() {
        notes.insert(0, cause);
    }
    Some(HistoryItem {
        title: format!("Status became {}", transition.to.code()),
        at: transition.at,
        by: who(&transition.actor),
        status: Some(transition.to),
        notes,
    })
}

fn who(actor: &Actor, session: &Session) -> String {
    match actor {
        Actor::User(id) if *id == session.user_id => session.email.clone(),
        Actor::User(id) => format!("a colleague ({id})"),
        Actor::ApiKey(id) => format!("API key {id}"),
        Actor::Operator(_) => "the operator".to_owned(),
        Actor::System => "Purser".to_owned(),
    }
}

fn status_in(json: Option<&str>) -> Option<Status> {
    let value: Value = serde_json::from_str(json?).ok()?;
    Status::from_code(value.get("status")?.as_str()?)
}

fn reasons_in(json: Option<&str>) -> Vec<String> {
    let read = || -> Option<Vec<Reason>> {
        let value: Value = serde_json::from_str(json?).ok()?;
        serde_json::from_value(value.get("reasons")?.clone()).ok()
    };
    read().unwrap_or_default().into_iter().map(|reason| reason.message).collect()
}

/// Which fields an edit changed, by their names alone: the values are in the audit trail, for those who may see it.
fn changed_fields(before: Option<&str>, after: Option<&str>) -> Vec<String> {
    let parsed = |json: Option<&str>| json.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let (Some(before), Some(after)) = (parsed(before), parsed(after)) else { return Vec::new() };
    let mut names = Vec::new();
    walk("", &before, &after, &mut names);
    names.dedup();
    if names.is_empty() { Vec::new() } else { vec![format!("Changed: {}.", names.join(", "))] }
}

fn walk(path: &str, before: &Value, after: &Value, names: &mut Vec<String>) {
    if before == after {
        return;
    }
    if let (Value::Object(old), Value::Object(new)) = (before, after) {
        let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let at = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            walk(&at, old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null), names);
        }
        return;
    }
    names.push(words_of(path.trim_start_matches("subject.")));
}

fn words_of(path: &str) -> String {
    let control = control_of(path);
    let name = if control.is_empty() || control.starts_with("owner_") {
        path.rsplit('.').next().unwrap_or(path)
    } else {
        control.as_str()
    };
    name.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_names_its_fields_and_no_values() {
        let before = r#"{"subject":{"individual":{"first_name":"Ada","identification":{"number":"A1"}}},"address":{"city":"Perth"},"email":null}"#;
        let after = r#"{"subject":{"individual":{"first_name":"Ada","identification":{"number":"A2"}}},"address":{"city":"Hobart"},"email":"a@b.example"}"#;
        assert_eq!(changed_fields(Some(before), Some(after)), ["Changed: city, email, identification number."]);
        assert!(changed_fields(Some(before), Some(before)).is_empty());
        assert!(changed_fields(None, Some(after)).is_empty());
    }

    #[test]
    fn a_decision_tells_its_reasons() {
        let after = r#"{"status":"SUSPENDED","reasons":[{"code":"age","message":"The customer is younger than 18."}]}"#;
        assert_eq!(status_in(Some(after)), Some(Status::Suspended));
        assert_eq!(reasons_in(Some(after)), ["The customer is younger than 18."]);
        assert!(reasons_in(Some("{}")).is_empty());
    }
}

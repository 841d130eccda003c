//! Query parameters: each is asked for by name, all faults are told together, and what nobody asked for is refused.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use domain::{
    fault::{FieldError, FieldFault},
    input::parse_date,
};
use url::form_urlencoded;

use crate::problem::Problem;

/// The parameters of a request, as they are being read.
#[derive(Clone, Debug, Default)]
pub struct Query {
    given: Vec<(String, String)>,
    asked: Vec<&'static str>,
    errors: Vec<FieldError>,
}

/// Refuses a request that has parameters: a route that knows none must not seem to heed one.
#[derive(Clone, Copy, Debug)]
pub struct NoQuery;

/// Which end of a day a date means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its first moment.
    Begin,
    /// The first moment of the next day.
    End,
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts.uri.query().unwrap_or_default()))
    }
}

impl<S: Sync> FromRequestParts<S> for NoQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::of(parts.uri.query().unwrap_or_default()).finish().map(|()| Self)
    }
}

impl Query {
    fn of(text: &str) -> Self {
        let given = form_urlencoded::parse(text.as_bytes()).into_owned();
        // An empty value is what a form sends for a field left blank.
        let given = given.filter(|(name, value)| !(name.is_empty() && value.is_empty())).collect();
        Self { given, ..Self::default() }
    }

    /// The text of a parameter; nothing when it is absent or blank.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.asked.push(name);
        let mut values = self.given.iter().filter(|(given, _)| given == name).map(|(_, value)| value.trim().to_owned());
        let first = values.next();
        if values.next().is_some() {
            self.errors.push(FieldError::new(name, "repeated", "Give this parameter once"));
        }
        first.filter(|value| !value.is_empty())
    }

    /// A parameter read as something else.
    pub fn value<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, FieldFault>) -> Option<T> {
        let text = self.text(name)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.errors.push(fault.at(name));
                None
            }
        }
    }

    /// A parameter that is one of some words.
    pub fn word<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        self.value(name, |text| {
            let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
            let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            found.ok_or_else(|| FieldFault::new("invalid", format!("Choose one of {}", all())))
        })
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &'static str) -> Option<bool> {
        self.word(name, &[("true", true), ("false", false)])
    }

    /// A whole number of minor units.
    pub fn amount(&mut self, name: &'static str) -> Option<i64> {
        self.value(name, |text| {
            text.parse().map_err(|_| FieldFault::new("invalid", "Give a whole number of minor units, such as 12500"))
        })
    }

    /// A moment, or a day that stands for one of its ends.
    pub fn moment(&mut self, name: &'static str, edge: Edge) -> Option<DateTime<Utc>> {
        self.value(name, |text| moment(text, edge))
    }

    /// A moment.
    pub fn time(&mut self, name: &'static str) -> Option<DateTime<Utc>> {
        self.value(name, |text| {
            let fault = || FieldFault::new("invalid", "Give a time with its zone, such as 2026-03-25T10:00:00Z");
            time(text).ok_or_else(fault)
        })
    }

    /// What else was given, for the cursor to be bound to: all but `limit` and `cursor`, in a fixed order.
    #[must_use]
    pub fn filters(&self) -> Vec<(&str, &str)> {
        let mut pairs: Vec<(&str, &str)> = self
            .given
            .iter()
            .map(|(name, value)| (name.as_str(), value.trim()))
            .filter(|(name, value)| !["limit", "cursor"].contains(name) && !value.is_empty())
            .collect();
        pairs.sort_unstable();
        pairs
    }

    /// Adds a fault.
    pub fn fault(&mut self, name: &str, code: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(name, code, message));
    }

    /// Done reading.
    ///
    /// # Errors
    /// 422 that names every parameter that is wrong or that nobody asked for.
    pub fn finish(mut self) -> Result<(), Problem> {
        let mut unknown: Vec<String> = Vec::new();
        for (name, _) in &self.given {
            if !self.asked.contains(&name.as_str()) && !unknown.contains(name) {
                unknown.push(name.clone());
            }
        }
        let sentence = if self.asked.is_empty() {
            "Remove this parameter: none is known here".to_owned()
        } else {
            format!("Remove this parameter: those known here are {}", self.asked.join(", "))
        };
        self.errors.extend(unknown.into_iter().map(|name| FieldError::new(name, "unknown", sentence.clone())));
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors)) }
    }
}

/// Reads RFC 3339 with a time zone, or a day of the calendar.
///
/// # Errors
/// When the text is neither.
pub fn moment(text: &str, edge: Edge) -> Result<DateTime<Utc>, FieldFault> {
    if let Some(at) = time(text) {
        return Ok(at);
    }
    let fault = || FieldFault::new("invalid", "Give a time such as 2026-03-25T10:00:00Z, or a day such as 2026-03-25");
    let day = parse_date(text).map_err(|_| fault())?;
    let day: Option<NaiveDate> = if edge == Edge::Begin { Some(day) } else { day.checked_add_days(Days::new(1)) };
    Ok(day.ok_or_else(fault)?.and_time(NaiveTime::MIN).and_utc())
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    // A plus sign that was not percent-encoded reaches us as a blank.
    DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|at| at.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_told_at_once() {
        let mut query = Query::of("flag=maybe&limit=1&limit=2&other=x&other=y&word=z");
        assert_eq!(query.flag("flag"), None);
        assert_eq!(query.text("limit").as_deref(), Some("1"));
        assert_eq!(query.word("word", &[("a", 1), ("b", 2)]), None);
        let problem = query.finish().unwrap_err();
        let told: Vec<(&str, &str)> = problem.errors.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect();
        assert_eq!(told, [("flag", "invalid"), ("limit", "repeated"), ("word", "invalid"), ("other", "unknown")]);
    }

    #[test]
    fn a_blank_is_as_good_as_nothing() {
        let mut query = Query::of("flag=&word=+&");
        assert_eq!((query.flag("flag"), query.text("word")), (None, None));
        assert!(query.finish().is_ok());
    }

    #[test]
    fn a_day_stands_for_one_of_its_ends() {
        let read = |text: &str, edge| moment(text, edge).unwrap().to_rfc3339();
        assert_eq!(read("2026-03-25", Edge::Begin), "2026-03-25T00:00:00+00:00");
        assert_eq!(read("2026-03-25", Edge::End), "2026-03-26T00:00:00+00:00");
        assert_eq!(read("2026-03-25T10:00:00 11:00", Edge::End), "2026-03-24T23:00:00+00:00");
        for text in ["2026-02-30", "2026-03-25T10:00:00", "yesterday", "", "+262142-12-31"] {
            assert!(moment(text, Edge::End).is_err(), "{text}");
        }
    }
}

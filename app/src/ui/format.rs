//! How figures, ids and times are written: pure text, the same on both sides.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};

/// The true minus sign; a hyphen is too short beside figures.
pub const MINUS: char = '\u{2212}';

/// Writes an amount of minor units with grouped thousands and `digits` decimals, sign first: `−1,250.00`.
#[must_use]
pub fn figure(amount_minor: i64, digits: u8) -> String {
    let plain = amount_minor.unsigned_abs().to_string();
    let digits = usize::from(digits);
    let padded = format!("{plain:0>width$}", width = digits + 1);
    let (whole, part) = padded.split_at(padded.len() - digits);
    let mut text = String::with_capacity(padded.len() + 8);
    if amount_minor < 0 {
        text.push(MINUS);
    }
    text.push_str(&grouped(whole));
    if !part.is_empty() {
        text.push('.');
        text.push_str(part);
    }
    text
}

/// Groups a run of digits by thousands: `1,204`.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The three parts of an id for a narrow place: what stays in front, what is folded away, what stays behind.
///
/// The front keeps the prefix and four digits, the back the last six, which differ most between ids made together.
#[must_use]
pub fn shortened(id: &str) -> (&str, &str, &str) {
    let front = id.find('_').map_or(6, |at| at + 5);
    let back = id.len().saturating_sub(6);
    if back <= front + 2 || !id.is_ascii() {
        return (id, "", "");
    }
    (&id[..front], &id[front..back], &id[back..])
}

/// The short names of the months. The patterns of the calendar's own crate would bring its reader of patterns along, a
/// fiftieth of all that a browser loads.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

fn month(day: &impl Datelike) -> &'static str {
    usize::try_from(day.month0()).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default()
}

/// A day of the year as a chart names it: `22 Nov`.
#[must_use]
pub fn day_and_month(day: &impl Datelike) -> String {
    format!("{} {}", day.day(), month(day))
}

/// A day as people read it: `22 Nov 2026`.
#[must_use]
pub fn day(day: &impl Datelike) -> String {
    format!("{} {}", day_and_month(day), day.year())
}

fn day_and_minute(at: &(impl Datelike + Timelike)) -> String {
    format!("{}, {:02}:{:02}", day(at), at.hour(), at.minute())
}

/// A moment as people read it, in UTC and saying so: `22 Nov 2026, 13:05 UTC`.
#[must_use]
pub fn utc(at: DateTime<Utc>) -> String {
    format!("{} UTC", day_and_minute(&at))
}

/// A moment at an offset east of UTC: `23 Nov 2026, 00:05`.
#[must_use]
pub fn local(at: DateTime<Utc>, offset_minutes: i32) -> String {
    at.checked_add_signed(TimeDelta::minutes(offset_minutes.into()))
        .map_or_else(|| utc(at), |there| day_and_minute(&there))
}

/// The whole moment, for the title of a time: `2026-11-22 13:05:09.123 UTC`.
#[must_use]
pub fn exact(at: DateTime<Utc>) -> String {
    let (date, time) = digits(at);
    format!("{date} {time} UTC")
}

/// A moment for machines: RFC 3339 with milliseconds and `Z`.
#[must_use]
pub fn machine(at: DateTime<Utc>) -> String {
    let (date, time) = digits(at);
    format!("{date}T{time}Z")
}

fn digits(at: DateTime<Utc>) -> (String, String) {
    let (seconds, millis) = (at.second(), at.timestamp_subsec_millis());
    (
        format!("{:04}-{:02}-{:02}", at.year(), at.month(), at.day()),
        format!("{:02}:{:02}:{seconds:02}.{millis:03}", at.hour(), at.minute()),
    )
}

/// How long ago, in the largest unit that says enough: `just now`, `4 min ago`, `3 h ago`, `12 days ago`.
#[must_use]
pub fn ago(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let since: TimeDelta = now.signed_duration_since(at);
    match (since.num_days(), since.num_hours(), since.num_minutes()) {
        (1, ..) => "1 day ago".to_owned(),
        (days, ..) if days > 1 => format!("{days} days ago"),
        (_, hours, _) if hours > 0 => format!("{hours} h ago"),
        (_, _, minutes) if minutes > 0 => format!("{minutes} min ago"),
        _ => "just now".to_owned(),
    }
}

/// A time to wait, rounded up so that it is not promised too early: `40 seconds`, `1 minute`, `15 minutes`.
#[must_use]
pub fn span(seconds: u64) -> String {
    let (count, unit) = if seconds < 60 { (seconds.max(1), "second") } else { (seconds.div_ceil(60), "minute") };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn a_figure_keeps_every_minor_unit() {
        assert_eq!(figure(125_000, 2), "1,250.00");
        assert_eq!(figure(-5, 2), "\u{2212}0.05");
        assert_eq!(figure(1_234_567, 0), "1,234,567");
        assert_eq!(figure(1_234_567, 3), "1,234.567");
        assert_eq!(figure(i64::MIN, 2), "\u{2212}92,233,720,368,547,758.08");
        assert_eq!(figure(0, 2), "0.00");
    }

    #[test]
    fn a_shortened_id_still_holds_all_of_it() {
        let id = "customer_01975fab0f3c7d0c9a4e1b2c3d4e5f60";
        let (front, middle, back) = shortened(id);
        assert_eq!((front, back), ("customer_0197", "4e5f60"));
        assert_eq!(format!("{front}{middle}{back}"), id);
        assert_eq!(shortened("short"), ("short", "", ""));
        assert_eq!(shortened("zoë_01975fab0f3c7d0c9a4e"), ("zoë_01975fab0f3c7d0c9a4e", "", ""));
    }

    #[test]
    fn a_time_is_written_for_people_and_for_machines() {
        let at = Utc.with_ymd_and_hms(2026, 11, 22, 13, 5, 9).unwrap();
        assert_eq!(utc(at), "22 Nov 2026, 13:05 UTC");
        assert_eq!(local(at, 660), "23 Nov 2026, 00:05");
        assert_eq!(local(at, -14 * 60), "21 Nov 2026, 23:05");
        assert_eq!(exact(at + TimeDelta::milliseconds(7)), "2026-11-22 13:05:09.007 UTC");
        assert_eq!(day_and_month(&at), "22 Nov");
        assert_eq!(machine(at), "2026-11-22T13:05:09.000Z");
        assert_eq!(ago(at, at + TimeDelta::minutes(61)), "1 h ago");
    }
}

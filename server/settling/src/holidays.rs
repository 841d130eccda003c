//! Days on which banks are closed, from the rules that set them. `docs/settlement.md` names the source of each.

use chrono::{Datelike as _, Days, Duration, NaiveDate, Weekday};
use domain::settlement::CalendarName;

/// A year's closed days that are no Saturday or Sunday. `None` outside of what is known.
pub(crate) fn closed_on(calendar: CalendarName, year: i32) -> Option<Vec<NaiveDate>> {
    if !horizon(calendar).contains(&year) {
        return None;
    }
    let days = match calendar {
        CalendarName::Au => australia(year),
        CalendarName::Nz => new_zealand(year)?,
        CalendarName::Sg => singapore(year),
        CalendarName::Target => target(year),
        CalendarName::Gb => england(year),
        CalendarName::Us => federal_reserve(year),
    };
    Some(days.into_iter().flatten().filter(|day| !is_weekend(*day)).collect())
}

/// The years that are known. Rules hold until they are changed; days that are proclaimed are known when they are.
pub(crate) const fn horizon(calendar: CalendarName) -> std::ops::RangeInclusive<i32> {
    match calendar {
        CalendarName::Sg => 2024..=2027,
        CalendarName::Nz => 2024..=2052,
        CalendarName::Au | CalendarName::Target | CalendarName::Gb | CalendarName::Us => 2024..=2099,
    }
}

pub(crate) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Closed in Sydney and in Melbourne: a bank's business day is one on which either is open.
fn australia(year: i32) -> Vec<Option<NaiveDate>> {
    let mut days = vec![day(year, 1, 1), day(year, 1, 26)];
    instead_of_weekends(&mut days);
    days.extend([good_friday(year), easter_monday(year)]);
    // Where Anzac Day is a Saturday or Sunday, Melbourne has no other day for it.
    days.extend([day(year, 4, 25), nth(year, 6, Weekday::Mon, 2)]);
    days.extend(christmas(year));
    days
}

fn new_zealand(year: i32) -> Option<Vec<Option<NaiveDate>>> {
    /// Month and day, from 2024 on.
    const MATARIKI: [(u32, u32); 29] = [
        (6, 28),
        (6, 20),
        (7, 10),
        (6, 25),
        (7, 14),
        (7, 6),
        (6, 21),
        (7, 11),
        (7, 2),
        (6, 24),
        (7, 7),
        (6, 29),
        (7, 18),
        (7, 10),
        (6, 25),
        (7, 15),
        (7, 6),
        (7, 19),
        (7, 11),
        (7, 3),
        (6, 24),
        (7, 7),
        (6, 29),
        (7, 19),
        (7, 3),
        (6, 25),
        (7, 15),
        (6, 30),
        (6, 21),
    ];
    let (month, date) = *MATARIKI.get(usize::try_from(year - 2024).ok()?)?;
    let mut days = vec![day(year, 1, 1), day(year, 1, 2)];
    instead_of_weekends(&mut days);
    for (month, date) in [(2, 6), (4, 25)] {
        let mut one = vec![day(year, month, date)];
        instead_of_weekends(&mut one);
        days.extend(one);
    }
    days.extend([good_friday(year), easter_monday(year), nth(year, 6, Weekday::Mon, 1), day(year, month, date)]);
    days.push(nth(year, 10, Weekday::Mon, 4));
    days.extend(christmas(year));
    Some(days)
}

/// As the Ministry of Manpower gazettes them; what falls on a Sunday is kept on the Monday.
fn singapore(year: i32) -> Vec<Option<NaiveDate>> {
    const GAZETTED: [(i32, &[(u32, u32)]); 4] = [
        (2024, &[(2, 10), (2, 12), (4, 10), (5, 22), (6, 17), (10, 31)]),
        (2025, &[(1, 29), (1, 30), (3, 31), (5, 3), (5, 12), (6, 7), (10, 20)]),
        (2026, &[(2, 17), (2, 18), (3, 21), (5, 27), (6, 1), (11, 9)]),
        (2027, &[(2, 6), (2, 8), (3, 10), (5, 17), (5, 20), (10, 28)]),
    ];
    let gazetted = GAZETTED.iter().find(|(of, _)| *of == year).map_or(&[][..], |(_, days)| days);
    let mut days: Vec<_> = gazetted.iter().map(|(month, date)| day(year, *month, *date)).collect();
    days.push(good_friday(year));
    for (month, date) in [(1, 1), (5, 1), (8, 9), (12, 25)] {
        let fixed = day(year, month, date);
        let sunday = fixed.filter(|fixed| fixed.weekday() == Weekday::Sun);
        days.push(sunday.map_or(fixed, |sunday| sunday.checked_add_days(Days::new(1))));
    }
    days
}

fn target(year: i32) -> Vec<Option<NaiveDate>> {
    vec![day(year, 1, 1), good_friday(year), easter_monday(year), day(year, 5, 1), day(year, 12, 25), day(year, 12, 26)]
}

fn england(year: i32) -> Vec<Option<NaiveDate>> {
    let mut days = vec![day(year, 1, 1)];
    instead_of_weekends(&mut days);
    days.extend([good_friday(year), easter_monday(year), nth(year, 5, Weekday::Mon, 1)]);
    days.extend([last_monday(year, 5), last_monday(year, 8)]);
    days.extend(christmas(year));
    days
}

/// What falls on a Sunday is kept on the Monday; on a Saturday the banks are open the day before.
fn federal_reserve(year: i32) -> Vec<Option<NaiveDate>> {
    let mut days: Vec<_> = [(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)]
        .into_iter()
        .map(|(month, date)| {
            let fixed = day(year, month, date);
            let sunday = fixed.filter(|fixed| fixed.weekday() == Weekday::Sun);
            sunday.map_or(fixed, |sunday| sunday.checked_add_days(Days::new(1)))
        })
        .collect();
    days.extend([nth(year, 1, Weekday::Mon, 3), nth(year, 2, Weekday::Mon, 3), last_monday(year, 5)]);
    days.extend([nth(year, 9, Weekday::Mon, 1), nth(year, 10, Weekday::Mon, 2), nth(year, 11, Weekday::Thu, 4)]);
    days
}

/// Christmas and the day after it, each with another where it falls on a Saturday or Sunday.
fn christmas(year: i32) -> Vec<Option<NaiveDate>> {
    let mut days = vec![day(year, 12, 25), day(year, 12, 26)];
    instead_of_weekends(&mut days);
    days
}

/// Adds, for each of these days on a weekend, the next weekday that is none of them.
fn instead_of_weekends(days: &mut Vec<Option<NaiveDate>>) {
    for at in 0..days.len() {
        let Some(mut other) = days.get(at).copied().flatten().filter(|day| is_weekend(*day)) else { continue };
        while is_weekend(other) || days.contains(&Some(other)) {
            let Some(next) = other.succ_opt() else { break };
            other = next;
        }
        days.push(Some(other));
    }
}

const fn day(year: i32, month: u32, date: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, date)
}

const fn nth(year: i32, month: u32, weekday: Weekday, n: u8) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, n)
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    nth(year, month, Weekday::Mon, 5).or_else(|| nth(year, month, Weekday::Mon, 4))
}

fn good_friday(year: i32) -> Option<NaiveDate> {
    easter_sunday(year)?.checked_sub_days(Days::new(2))
}

fn easter_monday(year: i32) -> Option<NaiveDate> {
    easter_sunday(year)?.succ_opt()
}

/// The Gregorian computus: the first Sunday after the ecclesiastical full moon.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let century = year / 100;
    let golden = year % 19;
    let epact = (19 * golden + century - century / 4 - (8 * century + 13) / 25 + 15) % 30;
    let full_moon = epact - (epact + golden / 11) / 29;
    let to_sunday = (year + year / 4 + full_moon + 2 - century + century / 4) % 7;
    let after_march_28 = full_moon - to_sunday;
    day(year, 3, 28)?.checked_add_signed(Duration::days(i64::from(after_march_28)))
}

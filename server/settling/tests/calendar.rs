//! Business days and cut-offs, beside days that somebody else has put down.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod samples;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, Utc, Weekday};
use domain::settlement::CalendarName;
use proptest::prelude::*;
use samples::sample;
use settling::{Calendar, Terms, zone};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn closed(name: CalendarName, year: i32) -> Vec<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    let days = first.iter_days().take_while(|day| day.year() == year);
    days.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .filter(|day| !Calendar::of(name).is_business_day(*day).unwrap())
        .collect()
}

#[test]
fn every_closed_day_is_one_that_the_banks_have_published() {
    let published = [
        (CalendarName::Au, 2026, "01-01 01-26 04-03 04-06 06-08 12-25 12-28"),
        (CalendarName::Au, 2027, "01-01 01-26 03-26 03-29 06-14 12-27 12-28"),
        (CalendarName::Nz, 2026, "01-01 01-02 02-06 04-03 04-06 04-27 06-01 07-10 10-26 12-25 12-28"),
        (CalendarName::Nz, 2027, "01-01 01-04 02-08 03-26 03-29 04-26 06-07 06-25 10-25 12-27 12-28"),
        (CalendarName::Sg, 2026, "01-01 02-17 02-18 04-03 05-01 05-27 06-01 08-10 11-09 12-25"),
        (CalendarName::Sg, 2027, "01-01 02-08 03-10 03-26 05-17 05-20 08-09 10-28"),
        (CalendarName::Target, 2026, "01-01 04-03 04-06 05-01 12-25"),
        (CalendarName::Target, 2027, "01-01 03-26 03-29"),
        (CalendarName::Gb, 2026, "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28"),
        (CalendarName::Gb, 2027, "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28"),
        (CalendarName::Us, 2026, "01-01 01-19 02-16 05-25 06-19 09-07 10-12 11-11 11-26 12-25"),
        (CalendarName::Us, 2027, "01-01 01-18 02-15 05-31 07-05 09-06 10-11 11-11 11-25"),
    ];
    for (name, year, days) in published {
        let expected: Vec<NaiveDate> = days.split(' ').map(|rest| day(&format!("{year}-{rest}"))).collect();
        assert_eq!(closed(name, year), expected, "{} {year}", name.code());
    }
}

#[test]
fn the_collected_holidays_of_three_years_are_ours() {
    let Some(file) = sample("holidays/public_holidays_2024_2026.json") else { return };
    let text = std::fs::read(file).unwrap();
    let all: BTreeMap<String, BTreeMap<NaiveDate, String>> = serde_json::from_slice(&text).unwrap();
    let weekdays = |place: &str| -> Vec<NaiveDate> {
        let days = all[place].iter();
        // A bank of the Federal Reserve is open on the Friday before a holiday on a Saturday.
        let is_open = |day: NaiveDate, name: &str| {
            matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
                || (place == "US" && name.ends_with("(observed)") && day.weekday() == Weekday::Fri)
        };
        days.filter(|(day, name)| !is_open(**day, name)).map(|(day, _)| *day).collect()
    };
    for (name, places) in [
        (CalendarName::Au, ["AU-NSW", "AU-VIC"]),
        (CalendarName::Nz, ["NZ", "NZ"]),
        (CalendarName::Sg, ["SG", "SG"]),
        (CalendarName::Gb, ["GB-ENG", "GB-ENG"]),
        (CalendarName::Us, ["US", "US"]),
    ] {
        let [one, other] = places.map(weekdays);
        let both: Vec<NaiveDate> = one.into_iter().filter(|day| other.contains(day)).collect();
        let ours: Vec<NaiveDate> = (2024..=2026).flat_map(|year| closed(name, year)).collect();
        assert_eq!(ours, both, "{}", name.code());
    }
}

#[test]
fn a_year_whose_holidays_nobody_knows_is_an_error() {
    for (name, year) in [(CalendarName::Sg, 2028), (CalendarName::Nz, 2053), (CalendarName::Au, 2023)] {
        let calendar = Calendar::of(name);
        let error = calendar.is_business_day(NaiveDate::from_ymd_opt(year, 3, 2).unwrap()).unwrap_err();
        assert!(error.to_string().contains(&year.to_string()), "{error}");
    }
    assert!(Calendar::of(CalendarName::Sg).add_business_days(day("2027-12-30"), 5).is_err());
}

fn terms(days: u8, cutoff: &str, place: &str, name: CalendarName) -> Terms {
    let cutoff: NaiveTime = cutoff.parse().unwrap();
    Terms { days, cutoff, zone: zone(place).unwrap(), calendar: Calendar::of(name) }
}

#[test]
fn money_is_due_so_many_business_days_after_it_came_in() {
    let sydney = terms(1, "16:30:00", "Australia/Sydney", CalendarName::Au);
    for (received, due) in [
        // Friday before and after the cut-off, and on the second of it.
        ("2026-11-27T05:29:59Z", "2026-11-30"),
        ("2026-11-27T05:30:00Z", "2026-12-01"),
        ("2026-11-27T22:00:00Z", "2026-12-01"),
        // Saturday in Sydney, Friday in London.
        ("2026-11-27T13:30:00Z", "2026-12-01"),
        // Across Christmas.
        ("2026-12-24T01:00:00Z", "2026-12-29"),
        ("2026-12-24T06:00:00Z", "2026-12-30"),
    ] {
        assert_eq!(sydney.due_on(at(received)).unwrap(), day(due), "{received}");
    }
    let same_day = terms(0, "16:30:00", "Australia/Sydney", CalendarName::Au);
    assert_eq!(same_day.due_on(at("2026-11-27T01:00:00Z")).unwrap(), day("2026-11-27"));
    assert_eq!(same_day.due_on(at("2026-11-28T01:00:00Z")).unwrap(), day("2026-11-30"));
}

#[test]
fn cut_offs_follow_the_clocks_of_their_place() {
    for (place, name, date, cutoff, expected) in [
        // Sydney: the clocks go forward at 2:00 on 4 October 2026, back at 3:00 on 5 April.
        ("Australia/Sydney", CalendarName::Au, "2026-10-02", "16:30:00", "2026-10-02T06:30:00Z"),
        ("Australia/Sydney", CalendarName::Au, "2026-10-05", "16:30:00", "2026-10-05T05:30:00Z"),
        ("Australia/Sydney", CalendarName::Au, "2026-10-04", "02:30:00", "2026-10-03T16:00:00Z"),
        ("Australia/Sydney", CalendarName::Au, "2026-04-05", "02:30:00", "2026-04-04T15:30:00Z"),
        ("Europe/London", CalendarName::Gb, "2026-03-27", "17:00:00", "2026-03-27T17:00:00Z"),
        ("Europe/London", CalendarName::Gb, "2026-03-30", "17:00:00", "2026-03-30T16:00:00Z"),
        ("Europe/London", CalendarName::Gb, "2026-03-29", "01:15:00", "2026-03-29T01:00:00Z"),
        ("Europe/London", CalendarName::Gb, "2026-10-25", "01:15:00", "2026-10-25T00:15:00Z"),
        ("America/New_York", CalendarName::Us, "2026-03-09", "18:45:00", "2026-03-09T22:45:00Z"),
        ("America/New_York", CalendarName::Us, "2026-11-02", "18:45:00", "2026-11-02T23:45:00Z"),
        ("Pacific/Auckland", CalendarName::Nz, "2026-09-28", "22:00:00", "2026-09-28T09:00:00Z"),
        ("Pacific/Auckland", CalendarName::Nz, "2026-04-07", "22:00:00", "2026-04-07T10:00:00Z"),
    ] {
        assert_eq!(terms(0, cutoff, place, name).cutoff_at(day(date)), at(expected), "{place} {date} {cutoff}");
    }
    assert!(zone("Mars/Olympus").is_none());
}

#[test]
fn a_worker_that_was_away_runs_every_business_day_that_it_missed() {
    let sydney = terms(1, "16:30:00", "Australia/Sydney", CalendarName::Au);
    let now = at("2026-12-30T06:00:00Z");
    let dates = |last: Option<&str>| sydney.dates_to_run(last.map(day), now).unwrap();
    assert_eq!(dates(Some("2026-12-23")), ["2026-12-24", "2026-12-29", "2026-12-30"].map(day));
    assert_eq!(dates(Some("2026-12-30")), []);
    assert_eq!(dates(None), [day("2026-12-30")]);
    assert_eq!(sydney.dates_to_run(Some(day("2026-12-29")), at("2026-12-30T05:00:00Z")).unwrap(), []);
    assert!(sydney.dates_to_run(Some(day("2024-01-01")), now).unwrap().len() == 100);
}

proptest! {
    #[test]
    fn money_that_comes_later_is_never_due_earlier(
        one in 1_770_000_000_i64..1_830_000_000, more in 0_i64..400_000, days in 0_u8..6,
        which in 0_usize..5, hour in 0_u32..24, minute in 0_u32..60,
    ) {
        let (place, name) = [
            ("Australia/Sydney", CalendarName::Au), ("Pacific/Auckland", CalendarName::Nz),
            ("Europe/London", CalendarName::Gb), ("America/New_York", CalendarName::Us),
            ("Europe/Berlin", CalendarName::Target),
        ][which];
        let terms = terms(days, &format!("{hour:02}:{minute:02}:00"), place, name);
        let [one, other] = [one, one + more].map(|second| DateTime::from_timestamp(second, 0).unwrap());
        let (traded, due) = (terms.trade_date(one).unwrap(), terms.due_on(one).unwrap());
        let calendar = Calendar::of(name);
        prop_assert!(due <= terms.due_on(other).unwrap());
        prop_assert!(traded <= due && calendar.is_business_day(due).unwrap() && calendar.is_business_day(traded).unwrap());
        prop_assert!(one < terms.cutoff_at(traded));
        let before = terms.due_before(due).unwrap();
        prop_assert!(one < before, "what is due then came before {before}");
        prop_assert!(terms.due_on(before).unwrap() > due);
        let between = traded.iter_days().skip(1).take_while(|day| *day <= due);
        let open = between.filter(|day| calendar.is_business_day(*day).unwrap()).count();
        prop_assert_eq!(open, usize::from(days));
    }
}

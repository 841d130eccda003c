//! When money that came in is due: `T+N` business days after the day on which it counts as received.

use chrono::{DateTime, Datelike as _, Duration, MappedLocalTime, NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;

use crate::{Calendar, OutsideHorizon};

/// What was agreed about days and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The `N` of `T+N`.
    pub days: u8,
    /// Until when on a business day money counts as of that day, in the zone.
    pub cutoff: NaiveTime,
    /// Where that time is meant.
    pub zone: Tz,
    /// Whose business days.
    pub calendar: Calendar,
}

/// A time zone of the IANA database by its name, such as `Australia/Sydney`.
#[must_use]
pub fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

impl Terms {
    /// The business day that money counts as received on: the day of its arrival, or the next business day after the cut-off
    /// and on days when banks are closed.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn trade_date(&self, received_at: DateTime<Utc>) -> Result<NaiveDate, OutsideHorizon> {
        let day = received_at.with_timezone(&self.zone).date_naive();
        if self.calendar.is_business_day(day)? && received_at < self.cutoff_at(day) {
            return Ok(day);
        }
        let next = day.succ_opt().unwrap_or(day);
        self.calendar.on_or_after(next)
    }

    /// The business day on which it is due.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn due_on(&self, received_at: DateTime<Utc>) -> Result<NaiveDate, OutsideHorizon> {
        self.calendar.add_business_days(self.trade_date(received_at)?, self.days)
    }

    /// Money that came in before this moment is due on this business day, and what came later is not.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn due_before(&self, date: NaiveDate) -> Result<DateTime<Utc>, OutsideHorizon> {
        Ok(self.cutoff_at(self.calendar.sub_business_days(date, self.days)?))
    }

    /// The moment of a day's cut-off. A time that the clocks skip is the first after the gap; of one that they show twice
    /// the first counts.
    #[must_use]
    pub fn cutoff_at(&self, day: NaiveDate) -> DateTime<Utc> {
        // No zone ever skipped more than a day.
        let mut local = day.and_time(self.cutoff);
        for _ in 0..=24 * 60 {
            match self.zone.from_local_datetime(&local) {
                MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => return at.to_utc(),
                MappedLocalTime::None => local += Duration::minutes(1),
            }
        }
        local.and_utc()
    }

    /// The business days whose cut-off has passed by now, after the last one that was run; at most the last hundred. With none
    /// run yet, the newest alone.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn dates_to_run(&self, last: Option<NaiveDate>, now: DateTime<Utc>) -> Result<Vec<NaiveDate>, OutsideHorizon> {
        const DATES_MAX: usize = 100;
        let mut day = now.with_timezone(&self.zone).date_naive();
        let mut dates = Vec::new();
        for _ in 0..2 * DATES_MAX {
            if last.is_some_and(|last| day <= last) || dates.len() == DATES_MAX || day.year() < 2024 {
                break;
            }
            if self.calendar.is_business_day(day)? && self.cutoff_at(day) <= now {
                dates.push(day);
                if last.is_none() {
                    break;
                }
            }
            day = day.pred_opt().unwrap_or(day);
        }
        dates.reverse();
        Ok(dates)
    }
}

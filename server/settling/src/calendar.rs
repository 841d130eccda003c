//! Business days.

use chrono::{Datelike as _, NaiveDate};
use domain::settlement::CalendarName;

use crate::holidays::{closed_on, horizon, is_weekend};

/// The business days of one banking system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar(CalendarName);

/// Nobody knows yet which days are holidays then. An error, and never a guess: a payment on a closed day is late.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the holidays of {year} are not known for the calendar {}; it goes from {} to {}", .calendar.code(), horizon(*.calendar).start(), horizon(*.calendar).end())]
pub struct OutsideHorizon {
    /// Whose.
    pub calendar: CalendarName,
    /// Which year.
    pub year: i32,
}

impl Calendar {
    /// The calendar of this name.
    #[must_use]
    pub const fn of(name: CalendarName) -> Self {
        Self(name)
    }

    /// Whether its banks are open.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn is_business_day(self, day: NaiveDate) -> Result<bool, OutsideHorizon> {
        let year = day.year();
        let closed = closed_on(self.0, year).ok_or(OutsideHorizon { calendar: self.0, year })?;
        Ok(!is_weekend(day) && !closed.contains(&day))
    }

    /// The day itself where it is a business day, else the next that is.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn on_or_after(self, mut day: NaiveDate) -> Result<NaiveDate, OutsideHorizon> {
        while !self.is_business_day(day)? {
            day = next(day, self.0)?;
        }
        Ok(day)
    }

    /// The business day that comes so many after this day.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn add_business_days(self, day: NaiveDate, days: u8) -> Result<NaiveDate, OutsideHorizon> {
        let mut day = self.on_or_after(day)?;
        for _ in 0..days {
            day = self.on_or_after(next(day, self.0)?)?;
        }
        Ok(day)
    }

    /// The business day that comes so many before this day, which is one.
    ///
    /// # Errors
    /// [`OutsideHorizon`].
    pub fn sub_business_days(self, mut day: NaiveDate, days: u8) -> Result<NaiveDate, OutsideHorizon> {
        for _ in 0..days {
            loop {
                day = day.pred_opt().ok_or(OutsideHorizon { calendar: self.0, year: day.year() })?;
                if self.is_business_day(day)? {
                    break;
                }
            }
        }
        Ok(day)
    }
}

fn next(day: NaiveDate, calendar: CalendarName) -> Result<NaiveDate, OutsideHorizon> {
    day.succ_opt().ok_or(OutsideHorizon { calendar, year: day.year() })
}

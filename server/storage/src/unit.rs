//! Units of work, and looks at what was saved.

use sqlx::{Postgres, Sqlite, Transaction, pool::PoolConnection};

use crate::{
    Error, Rows,
    sql::{Conn, Driver},
    writer::Unit,
};

/// Changes that take effect together when [`UnitOfWork::save`] is called, and not at all otherwise. One in which a
/// statement was refused can only be given up.
pub struct UnitOfWork {
    changes: Changes,
    has_failed: bool,
}

pub(crate) enum Changes {
    Embedded(Unit),
    Postgres(Transaction<'static, Postgres>),
}

/// A look at what was saved. Cannot write: the database itself refuses.
pub struct Reading(pub(crate) Look);

pub(crate) enum Look {
    Embedded(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

impl UnitOfWork {
    pub(crate) const fn new(changes: Changes) -> Self {
        Self { changes, has_failed: false }
    }

    /// Makes the changes last. When this returns without an error they are on the disk.
    ///
    /// # Errors
    /// When a statement was refused before or the commit failed; then nothing of the unit took effect, unless it is
    /// [`Error::Unsettled`].
    pub async fn save(self) -> Result<(), Error> {
        if self.has_failed {
            return Err(Error::Commit("a statement of this unit of work was refused".to_owned()));
        }
        match self.changes {
            Changes::Embedded(unit) => Box::pin(unit.save()).await,
            Changes::Postgres(transaction) => Box::pin(transaction.commit()).await.map_err(|error| {
                // Where the server refuses the commit, it says so. When nothing is heard of it, it may have happened.
                let error = Error::from(error);
                if matches!(error, Error::Database(_)) { Error::Unsettled(error.to_string()) } else { error }
            }),
        }
    }

    /// The questions that can be asked, of what was saved and of this unit's own changes.
    pub fn rows(&mut self) -> Rows<'_> {
        Rows(self.conn())
    }

    pub(crate) fn conn(&mut self) -> Conn<'_> {
        let driver = match &mut self.changes {
            Changes::Embedded(unit) => Driver::Sqlite(unit.connection()),
            Changes::Postgres(transaction) => Driver::Postgres(transaction),
        };
        Conn { driver, unit_failed: Some(&mut self.has_failed) }
    }
}

impl Reading {
    /// The questions that can be asked.
    pub fn rows(&mut self) -> Rows<'_> {
        Rows(match &mut self.0 {
            Look::Embedded(connection) => Conn::sqlite(connection),
            Look::Postgres(connection) => Conn::postgres(connection),
        })
    }
}

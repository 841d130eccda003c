//! The one writer of the embedded database, which commits units of work in groups.
//!
//! Each unit is a savepoint in a transaction that several units share. Whoever saves last, with nobody waiting, commits
//! for all; while that commit waits for the disk, the next units queue up and become the next group. Nobody is told
//! "saved" before the commit that holds their unit is on the disk.
//!
//! A statement that was cut off (a client went away, a task was dropped) leaves the connection in a state that cannot be
//! known. Then the whole group is rolled back and each of its units is told so: none of them was acknowledged.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::Error;

/// A group is committed at the latest when it has this many units.
const GROUP_UNITS_MAX: usize = 256;

type Outcome = Result<(), String>;

/// The one connection that writes, and the queue for it.
#[derive(Clone)]
pub(crate) struct Writer {
    state: Arc<Mutex<State>>,
    waiting: Arc<AtomicUsize>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").finish_non_exhaustive()
    }
}

struct State {
    connection: Option<SqliteConnection>,
    is_in_transaction: bool,
    /// Set while a statement runs that moves transaction borders; still set afterwards only when it was cut off.
    is_unsure: bool,
    unsaved_unit: bool,
    group: Vec<oneshot::Sender<Outcome>>,
}

/// A unit of work of the embedded database.
pub(crate) struct Unit {
    guard: Option<OwnedMutexGuard<State>>,
    waiting: Arc<AtomicUsize>,
}

/// One that queues for the writer. Whoever saves while somebody queues leaves the commit to them, so one that gives up
/// has to see to it.
struct Waiting<'a> {
    writer: &'a Writer,
    has_turn: bool,
}

impl<'a> Waiting<'a> {
    fn new(writer: &'a Writer) -> Self {
        writer.waiting.fetch_add(1, Ordering::SeqCst);
        Self { writer, has_turn: false }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.writer.waiting.fetch_sub(1, Ordering::SeqCst);
        if !self.has_turn
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let writer = self.writer.clone();
            runtime.spawn(async move {
                let guard = Arc::clone(&writer.state).lock_owned().await;
                drop(Unit { guard: Some(guard), waiting: writer.waiting });
            });
        }
    }
}

impl Writer {
    pub(crate) fn new(connection: SqliteConnection) -> Self {
        let state = State {
            connection: Some(connection),
            is_in_transaction: false,
            is_unsure: false,
            unsaved_unit: false,
            group: Vec::new(),
        };
        Self { state: Arc::new(Mutex::new(state)), waiting: Arc::new(AtomicUsize::new(0)) }
    }

    pub(crate) async fn begin(&self) -> Result<Unit, Error> {
        let guard = {
            let mut waiting = Waiting::new(self);
            let guard = Arc::clone(&self.state).lock_owned().await;
            waiting.has_turn = true;
            guard
        };
        // From here on the unit holds the writer: whatever goes wrong, dropping it tidies up and commits the others.
        let mut unit = Unit { guard: Some(guard), waiting: Arc::clone(&self.waiting) };
        // In a task of its own: a caller that goes away must not cut a border off, which would undo the whole group.
        let opening = tokio::spawn(async move {
            if let Some(guard) = unit.guard.as_mut() {
                guard.open_unit().await?;
            }
            Ok(unit)
        });
        opening.await.map_err(|error| Error::Commit(error.to_string()))?
    }

    /// Runs statements that must not be in a transaction, after committing what is under way.
    pub(crate) async fn outside_of_transactions(&self, statements: &'static str) -> Result<(), Error> {
        let mut guard = self.state.lock().await;
        guard.tidy().await?;
        guard.commit().await;
        guard.border(statements).await
    }

    pub(crate) async fn close(&self) {
        let mut guard = self.state.lock().await;
        if guard.tidy().await.is_ok() {
            guard.commit().await;
        }
        if let Some(connection) = guard.connection.take() {
            let _ = connection.close().await;
        }
    }
}

impl State {
    fn connection(&mut self) -> Result<&mut SqliteConnection, Error> {
        self.connection.as_mut().ok_or_else(|| Error::Commit("the database was closed".to_owned()))
    }

    /// A statement that moves a border of a transaction. If it is cut off, `is_unsure` stays set.
    async fn border(&mut self, statement: &'static str) -> Result<(), Error> {
        self.is_unsure = true;
        let result = sqlx::raw_sql(statement).execute(self.connection()?).await;
        self.is_unsure = false;
        result?;
        Ok(())
    }

    async fn open_unit(&mut self) -> Result<(), Error> {
        self.tidy().await?;
        if !self.is_in_transaction {
            self.border("BEGIN IMMEDIATE").await?;
            self.is_in_transaction = true;
        }
        if let Err(error) = self.border("SAVEPOINT unit").await {
            self.give_up(&error.to_string()).await;
            return Err(error);
        }
        self.unsaved_unit = true;
        Ok(())
    }

    /// Undoes what an earlier holder left: a unit that was not saved, or a border that was cut off.
    async fn tidy(&mut self) -> Result<(), Error> {
        if self.is_unsure {
            self.give_up("a statement was cut off").await;
        } else if self.unsaved_unit {
            match self.border("ROLLBACK TO unit; RELEASE unit").await {
                Ok(()) => self.unsaved_unit = false,
                // A full disk or a failing one makes the engine roll back by itself: then there is no savepoint any
                // more, and never will be.
                Err(error) => self.give_up(&error.to_string()).await,
            }
        }
        Ok(())
    }

    /// Ends the transaction without effect and tells every unit of its group.
    async fn give_up(&mut self, why: &str) {
        // Fails when no transaction is open, which is what is wanted.
        let _ = self.border("ROLLBACK").await;
        self.is_in_transaction = false;
        self.unsaved_unit = false;
        self.tell(&Err(format!("{why}; the group was rolled back")));
    }

    async fn commit(&mut self) {
        if !self.is_in_transaction {
            return;
        }
        let outcome = match self.border("COMMIT").await {
            Ok(()) => Ok(()),
            Err(error) => {
                let _ = self.border("ROLLBACK").await;
                Err(error.to_string())
            }
        };
        self.is_in_transaction = false;
        self.tell(&outcome);
    }

    fn tell(&mut self, outcome: &Outcome) {
        for unit in self.group.drain(..) {
            // A unit whose caller went away has nobody to tell.
            let _ = unit.send(outcome.clone());
        }
    }
}

impl Unit {
    /// When this returns without an error the changes are on the disk; when it returns one, nothing took effect.
    pub(crate) async fn save(mut self) -> Result<(), Error> {
        let Some(mut guard) = self.guard.take() else { return Ok(()) };
        let waiting = Arc::clone(&self.waiting);
        let (told, outcome) = oneshot::channel();
        // In a task of its own: a caller that goes away must not cut a commit off.
        let saving = tokio::spawn(async move {
            if let Err(error) = guard.border("RELEASE unit").await {
                guard.give_up(&error.to_string()).await;
                return Err(error);
            }
            guard.unsaved_unit = false;
            guard.group.push(told);
            if waiting.load(Ordering::SeqCst) == 0 || guard.group.len() >= GROUP_UNITS_MAX {
                guard.commit().await;
            }
            Ok::<(), Error>(())
        });
        match saving.await {
            Ok(result) => result?,
            Err(error) => return Err(Error::Commit(error.to_string())),
        }
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(Error::Commit(why)),
            Err(_) => Err(Error::Commit("the group was dropped".to_owned())),
        }
    }

    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        #[expect(clippy::expect_used, reason = "the guard is taken only by save and drop, which consume the unit")]
        self.guard.as_mut().and_then(|guard| guard.connection.as_mut()).expect("a unit of work holds the writer")
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        let Some(mut guard) = self.guard.take() else { return };
        // The next unit tidies up. With none in sight, the units that were saved before must not wait for it.
        if self.waiting.load(Ordering::SeqCst) == 0
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn(async move {
                if guard.tidy().await.is_ok() {
                    guard.commit().await;
                }
            });
        }
    }
}

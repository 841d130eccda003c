//! The only place with SQL.
//!
//! [`Store`] opens the database and hands out two things: a [`UnitOfWork`], in which a verb changes what it changes
//! and which takes effect as a whole when it is saved, and a [`Reading`], a look at what was saved. Both show
//! [`Rows`], the questions that can be asked. Whoever uses this crate never sees a connection or a pool.

mod bulk;
mod customers;
mod customers_page;
mod deposits;
mod documents;
mod engine;
mod error;
mod fold;
mod jobs;
mod ledger;
mod organisations;
mod page;
mod people;
mod records;
mod reviews;
mod rows;
mod search;
mod transactions;
mod unit;
mod wallets;
mod yardstick;

pub use bulk::{ReviewRecord, TransitionRecord};
pub use customers::CustomerCounts;
pub use customers_page::{CustomerFilter, CustomerRow, CustomerSort};
pub use deposits::{DepositFilter, OpenNotice};
pub use documents::DocumentRow;
pub use engine::{Reading, Store};
pub use error::Error;
pub use fold::fold;
pub use jobs::Job;
pub use organisations::Organisation;
pub use page::{Page, PageRequest};
pub use people::{ApiKeyRow, Login, SessionRow};
pub use records::{AuditEntry, AuditRow, Event, FormDraft, IdempotentAnswer};
pub use reviews::{ReviewRow, TransitionRow};
pub use rows::Rows;
pub use transactions::TransactionFilter;
pub use unit::UnitOfWork;
pub use wallets::{AccountOwner, DailySum, WalletFilter, WalletRow};
pub use yardstick::{BareDeposit, BareLoop};

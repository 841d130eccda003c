//! The only place with SQL.
//!
//! [`Store`] opens the database and hands out two things: a [`UnitOfWork`], in which a verb changes what it changes
//! and which takes effect as a whole when it is saved, and a [`Reading`], a look at what was saved. Both show
//! [`Rows`], the questions that can be asked. Whoever uses this crate never sees a connection or a pool, and need not
//! know which of the two engines it is.

mod batch;
mod bulk;
mod customers;
mod customers_page;
mod deposits;
mod documents;
mod embedded;
mod error;
mod faults;
mod fees;
mod fold;
mod jobs;
mod ledger;
mod moving;
mod organisations;
mod outcomes;
mod page;
mod payment_references;
mod people;
mod postgres;
mod proof;
mod rail_secrets;
mod records;
mod reviews;
mod rows;
mod schema;
mod search;
mod settlement_terms;
mod settlements;
mod sql;
mod statements;
mod store;
mod transactions;
mod transfers;
mod unit;
mod wallets;
mod writer;
mod yardstick;

pub use bulk::{ReviewRecord, TransitionRecord};
pub use customers::CustomerCounts;
pub use customers_page::{CustomerFilter, CustomerRow, CustomerSort};
pub use deposits::{DepositFilter, OpenNotice};
pub use documents::DocumentRow;
pub use error::Error;
pub use fees::FeeFilter;
pub use fold::fold;
pub use jobs::Job;
pub use moving::{Moved, Moving, move_data};
pub use organisations::Organisation;
pub use outcomes::{OpenDeposits, ReversalNotice};
pub use page::{Page, PageRequest};
pub use payment_references::{KnownPayment, ReferenceKind};
pub use people::{ApiKeyRow, Login, SessionRow};
pub use proof::{ChainHead, Faults, Proof, ProofProgress};
pub use rail_secrets::RailSecretRow;
pub use records::{AuditEntry, AuditRow, Event, FormDraft, IdempotentAnswer};
pub use reviews::{ReviewRow, TransitionRow};
pub use rows::Rows;
pub use settlements::{SettlementFile, SettlementFilter};
pub use statements::Standing;
pub use store::{CONNECTIONS, Store, is_postgres};
pub use transactions::TransactionFilter;
pub use transfers::TransferFilter;
pub use unit::{Reading, UnitOfWork};
pub use wallets::{AccountOwner, DailySum, WalletFilter, WalletRow};
pub use yardstick::{BareCustomers, BareDeposit, BareLoop};

//! The verbs of Purser: what people, programs, banks and the worker can do.
//!
//! [`Purser`] is the whole of it. A caller shows its [`Authority`] and gets a [`Reader`], an [`Editor`] or a
//! [`KeyManager`], which have only the methods that its role may call; everything they do is confined to its
//! organisation. Each verb is one unit of work: it loads, lets `domain` decide, and saves the new state together with
//! the postings, the events, the queued work and the audit line, or saves nothing.

mod admin;
mod customers;
mod deposits;
mod documents;
mod environment;
mod error;
mod fees;
mod ids;
mod import;
mod keys;
mod operator;
mod outcomes;
mod postings;
mod proof;
mod purser;
mod rail_notices;
mod reading;
mod review;
mod seed;
mod settlements;
mod sign_in;
mod statements;
mod transfers;
mod wallets;

pub use ::statements::{Format as StatementFormat, Head as StatementHead, csv};
pub use admin::{NewOrganisation, OpenedOrganisation};
pub use deposits::{DepositTarget, SandboxDeposit};
pub use domain::permission::{Actor, Authority, Feature, Role};
pub use environment::Environment;
pub use error::Error;
pub use fees::NewFeeRule;
pub use import::{AlsoKnown, BankNotice, BankReversal, ImportReport, ReversalReport};
pub use keys::KeyManager;
pub use operator::Operator;
pub use outcomes::{ReversalOutcome, ReversalTold};
pub use proof::SignedHead;
pub use purser::{Editor, Idempotency, Purser, Reader};
pub use rail_notices::{NewRailSecret, RailOutcome, Signature};
pub use reading::Overview;
pub use review::REVIEW_JOB;
pub use seed::{PastCustomer, Seeder};
pub use settlements::{
    AnswerReport, NewSettlementAccount, NewSettlementTerms, Settled, SettlementAnswer, SettlementOutcome,
};
pub use sign_in::{Session, SignedIn};
pub use statements::{StatementFile, WalletStatement};
pub use storage::{
    ApiKeyRow, AuditRow, CustomerCounts, CustomerFilter, CustomerRow, CustomerSort, DailySum, DepositFilter,
    DocumentRow, FeeFilter, FormDraft, IdempotentAnswer, Job, OpenDeposits, Organisation, Page, PageRequest, ReviewRow,
    SettlementFile, SettlementFilter, TransactionFilter, TransferFilter, TransitionRow, WalletFilter, WalletRow,
};
pub use transfers::NewTransfer;

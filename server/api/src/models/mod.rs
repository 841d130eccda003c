//! The objects as they are written, under the names that the contract gives them. Nothing is decided here.

mod customer;
mod deposit;
mod fee;
mod notice;
mod parts;
mod records;
mod settlement;
mod statement;
mod transfer;
mod wallet;
mod words;

pub use customer::{Customer, READ_ONLY_FIELDS};
pub use deposit::{Deposit, SandboxDepositRequest, SandboxReversalRequest, SandboxReviewRequest};
pub use fee::Fee;
pub use notice::{Notice, NoticeOutcome, NoticeOutcomes, NoticeRequest};
pub use parts::CustomerInput;
pub use records::{CustomerRequirements, Document, Review};
pub use settlement::Settlement;
pub use statement::Statement;
pub use transfer::{Transfer, TransferRequest};
pub use wallet::{Wallet, WalletRequest, WalletTransaction};
pub use words::CustomerTypeWord;

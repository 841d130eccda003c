//! Files that people send in to prove who they are: judged by what is in them, encrypted, stored.
//!
//! [`judge`] says whether a file is a document a person can read, and nothing here trusts a name or a
//! declared type. [`DocumentStore`] keeps what was accepted, each file under a key of its own that the
//! installation's [`KeyRing`] wraps. This crate knows no customer and no permission: the service
//! decides who may store or see what.

mod envelope;
mod judge;
mod keys;
mod place;
pub mod specimens;
mod store;

pub use envelope::OpenError;
pub use judge::{Judged, MediaType, Refusal, SIZE_MAX, judge, judge_off_thread};
pub use keys::{KeyId, KeyRing, KeyRingError};
pub use store::{DocumentKey, DocumentStore, StoreError, StoredObject};

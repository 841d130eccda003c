//! One posting file per business event: what the product does with money can be read from this list.

pub(crate) mod deposit_credited;
pub(crate) mod deposit_held;
pub(crate) mod deposit_rejected;
pub(crate) mod transfer_posted;

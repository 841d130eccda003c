//! One posting file per business event: what the product does with money can be read from this list.

pub(crate) mod deposit_credited;
pub(crate) mod deposit_handed_over;
pub(crate) mod deposit_held;
pub(crate) mod deposit_matched;
pub(crate) mod deposit_rejected;
pub(crate) mod deposit_return_due;
pub(crate) mod deposit_returned;
pub(crate) mod deposit_reversed;
pub(crate) mod fee_charged;
pub(crate) mod fee_collected;
pub(crate) mod fee_waived;
pub(crate) mod reversal_applied;
pub(crate) mod reversal_opened;
pub(crate) mod settlement_failed;
pub(crate) mod settlement_made;
pub(crate) mod settlement_paid;
pub(crate) mod transfer_posted;

//! Transfers between two wallets of an organisation: at once, or in two steps (set aside, then moved or let go).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{OrganisationId, TransferId, WalletId},
    money::Money,
};

/// How far a transfer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransferStatus {
    /// Set aside on the wallet that it will leave.
    Reserved,
    /// In the other wallet.
    Posted,
    /// Not made: what was set aside is available again.
    Released,
}

impl TransferStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reserved, Self::Posted, Self::Released];

    /// The exact value on the screen and in the API.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reserved => "RESERVED",
            Self::Posted => "POSTED",
            Self::Released => "RELEASED",
        }
    }

    /// The status of a value.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// Money that goes from one wallet to another of the same organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Its id.
    pub id: TransferId,
    /// Whose tenant.
    pub organisation_id: OrganisationId,
    /// The wallet that it leaves.
    pub from_wallet_id: WalletId,
    /// The wallet that it reaches.
    pub to_wallet_id: WalletId,
    /// How much; always positive.
    pub amount: Money,
    /// What for, in the merchant's words.
    pub reference: Option<String>,
    /// How far it has come.
    pub status: TransferStatus,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was posted or released.
    pub settled_at: Option<DateTime<Utc>>,
}

impl Transfer {
    /// The transfer after what was set aside is moved.
    ///
    /// # Errors
    /// Where it stands, when it is not reserved.
    pub fn post(self, at: DateTime<Utc>) -> Result<Self, TransferStatus> {
        self.settle(TransferStatus::Posted, at)
    }

    /// The transfer after what was set aside is let go.
    ///
    /// # Errors
    /// Where it stands, when it is not reserved.
    pub fn release(self, at: DateTime<Utc>) -> Result<Self, TransferStatus> {
        self.settle(TransferStatus::Released, at)
    }

    fn settle(self, status: TransferStatus, at: DateTime<Utc>) -> Result<Self, TransferStatus> {
        match self.status {
            TransferStatus::Reserved => Ok(Self { status, settled_at: Some(at), ..self }),
            other => Err(other),
        }
    }
}

//! Typed ids: a prefix and a `UUIDv7` as 32 lower-case hex digits. One list makes them all.

use core::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::FieldFault;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// What stands before the hex digits.
            pub const PREFIX: &'static str = $prefix;

            /// A new id from a moment and ten random bytes.
            #[must_use]
            pub fn new(at: DateTime<Utc>, random: [u8; 10]) -> Self {
                Self(uuid_v7(at, random))
            }

            /// The id whose bare value is known, as storage keeps it.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The bare value, as storage keeps it.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0.as_simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = FieldFault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse($prefix, text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldFault;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

typed_ids! {
    /// A tenant.
    OrganisationId = "org_";
    /// A person of an organisation who signs in.
    UserId = "user_";
    /// A person who runs the installation.
    OperatorId = "operator_";
    /// Somebody an organisation holds money for.
    CustomerId = "customer_";
    /// An uploaded file.
    DocumentId = "document_";
    /// A balance in one currency.
    WalletId = "wallet_";
    /// A bank account number that credits a wallet.
    VirtualAccountId = "va_";
    /// One movement on a wallet.
    WalletTransactionId = "wtxn_";
    /// Money that goes from one wallet to another.
    TransferId = "transfer_";
    /// Money that a bank told of.
    DepositId = "deposit_";
    /// A payment of a deposit back to its sender.
    ReturnId = "return_";
    /// A deposit that a bank takes back.
    ReversalId = "reversal_";
    /// A party whose money is wanted.
    SenderId = "sender_";
    /// What an organisation owes for a deposit.
    FeeId = "fee_";
    /// A payout of what was collected.
    SettlementId = "settlement_";
    /// A bank account that settlements are paid to or from.
    SettlementAccountId = "settlementaccount_";
    /// A key for programs.
    ApiKeyId = "key_";
    /// A secret that a bank signs its notices with.
    RailSecretId = "railsecret_";
    /// Where webhooks go.
    EndpointId = "endpoint_";
    /// Something that happened and is told outside.
    EventId = "event_";
    /// A browser's session.
    SessionId = "session_";
    /// A journal entry of the ledger.
    EntryId = "entry_";
    /// An account of the ledger.
    AccountId = "account_";
    /// Queued work.
    JobId = "job_";
    /// A form that was refused, kept so that nothing typed is lost.
    DraftId = "draft_";
    /// A line of the audit trail.
    AuditId = "audit_";
    /// A check of a review.
    CheckId = "check_";
    /// A bank's notice as it came in.
    NoticeId = "notice_";
}

/// The house organisation: money that no account could be found for stands there until the operator matches it.
pub const HOUSE: OrganisationId = OrganisationId::from_uuid(Uuid::nil());

/// A `UUIDv7` (RFC 9562, section 5.7) from a moment and ten random bytes.
#[must_use]
pub fn uuid_v7(at: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn parse(prefix: &str, text: &str) -> Result<Uuid, FieldFault> {
    let fault = || FieldFault::new("invalid", format!("Give an id that starts with {prefix} and has 32 hex digits"));
    let hex = text.strip_prefix(prefix).ok_or_else(fault)?;
    if hex.len() != 32 || !hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return Err(fault());
    }
    Uuid::try_parse(hex).map_err(|_| fault())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_survives_being_written_and_read(bytes in any::<[u8; 16]>()) {
            let id = CustomerId::from_uuid(Uuid::from_bytes(bytes));
            prop_assert_eq!(id.to_string().parse::<CustomerId>(), Ok(id));
            prop_assert!(id.to_string().parse::<WalletId>().is_err());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,60}") {
            let _ = text.parse::<WalletId>();
        }
    }

    #[test]
    fn ids_of_a_later_moment_sort_later() {
        let at = |ms| DateTime::from_timestamp_millis(ms).unwrap();
        assert!(CustomerId::new(at(1_000), [255; 10]) < CustomerId::new(at(1_001), [0; 10]));
    }

    #[test]
    fn capitals_blanks_and_dashes_are_refused() {
        for text in [
            "customer_0190A5C0000070008000000000000000",
            " customer_0190a5c0000070008000000000000000",
            "customer_0190a5c0-0000-7000-8000-000000000000",
            "customer_",
            "",
        ] {
            assert!(text.parse::<CustomerId>().is_err(), "{text}");
        }
    }
}

//! Words, times and reasons: the small things that the objects share.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    customer::{AccountUsagePurpose, CustomerType},
    deposit::{DepositStatus, ReturnStatus},
    fee::FeeStatus,
    review::{CheckKind, CheckOutcome},
    settlement::{SettlementMode, SettlementStatus},
    standing::{self, Status},
    transfer::TransferStatus,
    wallet::{CreditTo, TransactionSource, TransactionType, WalletKind},
};
use serde::{Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, schema::Type},
};

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident, $shown:literal = $domain:ty, $all:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $domain);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.code())
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let codes = $all.into_iter().map(|word: $domain| word.code());
                let description = [$($doc),+].concat();
                let builder = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes));
                builder.description(Some(description.trim())).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($shown)
            }
        }
    )+};
}

words! {
    /// A person or a company.
    CustomerTypeWord, "CustomerType" = CustomerType, CustomerType::ALL;
    /// What the account is for.
    PurposeWord, "AccountUsagePurpose" = AccountUsagePurpose, AccountUsagePurpose::ALL;
    /// Where the customer stands.
    StatusWord, "CustomerStatus" = Status, Status::ALL;
    /// Which check of a review.
    CheckKindWord, "CheckKind" = CheckKind, CheckKind::ALL;
    /// What a check, or the whole review, says.
    CheckOutcomeWord, "CheckOutcome" = CheckOutcome, [CheckOutcome::Pass, CheckOutcome::Fail, CheckOutcome::Refer];
    /// Whose money a wallet holds.
    WalletKindWord, "WalletKind" = WalletKind, WalletKind::ALL;
    /// Which wallet an account's money reaches.
    CreditToWord, "CreditTo" = CreditTo, CreditTo::ALL;
    /// What became of a deposit.
    DepositStatusWord, "DepositStatus" = DepositStatus, DepositStatus::ALL;
    /// How far a payment back has come.
    ReturnStatusWord, "DepositReturnStatus" = ReturnStatus, ReturnStatus::ALL;
    /// What a movement did.
    TransactionTypeWord, "WalletTransactionType" = TransactionType, TransactionType::ALL;
    /// How far a transfer has come.
    TransferStatusWord, "TransferStatus" = TransferStatus, TransferStatus::ALL;
    /// What became of a fee.
    FeeStatusWord, "FeeStatus" = FeeStatus, FeeStatus::ALL;
    /// What became of a settlement.
    SettlementStatusWord, "SettlementStatus" = SettlementStatus, SettlementStatus::ALL;
    /// Whether fees are kept back.
    SettlementModeWord, "SettlementMode" = SettlementMode, SettlementMode::ALL;
    /// Where a movement came from.
    TransactionSourceWord, "WalletTransactionSource" = TransactionSource, TransactionSource::ALL;
}

/// A moment in UTC: RFC 3339 with milliseconds and `Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl PartialSchema for Moment {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment in UTC: RFC 3339 with milliseconds."))
            .examples(["2026-03-25T09:30:00.000Z"])
            .into()
    }
}

impl ToSchema for Moment {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Moment")
    }
}

/// Why something is as it is: something a person can act on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reason {
    /// Stable word for programs.
    #[schema(example = "identification_current")]
    pub code: String,
    /// One sentence that says what to do.
    #[schema(example = "The identification expired on 3 Mar 2024.")]
    pub message: String,
}

impl From<standing::Reason> for Reason {
    fn from(reason: standing::Reason) -> Self {
        Self { code: reason.code, message: reason.message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_has_milliseconds_and_a_z() {
        let shown = |ms| serde_json::to_value(Moment(DateTime::from_timestamp_millis(ms).unwrap())).unwrap();
        assert_eq!(shown(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(shown(1_774_431_000_120), "2026-03-25T09:30:00.120Z");
    }
}

//! What every format is read into: a file, its credit notices, and what was left out.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use domain::money::Money;

/// One bank file, read completely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFile {
    /// What kind of file it is.
    pub format: Format,
    /// The bank's id of the message (`GrpHdr/MsgId`, `:20:`). Banks repeat it, so it identifies no payment.
    pub message_id: String,
    /// When the bank made the message.
    pub created_at: Option<BankTime>,
    /// The booked credits, in the order of the file.
    pub notices: Vec<Notice>,
    /// Everything else that the file books or announces, in the order of the file.
    pub skipped: Vec<Skipped>,
    /// What a bank answers to payments that it was told to make (`pain.002`), in the order of the file.
    pub answers: Vec<Answer>,
}

/// What a bank says of a payment that it was told to make, or of a message or group of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How the order named it: its end-to-end id, else its instruction, group or message id.
    pub reference: String,
    /// What became of it.
    pub status: AnswerStatus,
    /// The bank's code for that, such as `ACSP`.
    pub code: String,
    /// Its code for why, such as `AC04`.
    pub reason_code: Option<String>,
    /// Why, in its words.
    pub reason: Option<String>,
    /// The line where it says so.
    pub line: u64,
}

/// What became of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerStatus {
    /// It is being worked: nothing is certain.
    UnderWay,
    /// It was paid (`ACSC`, `ACCC`).
    Paid,
    /// It will not be paid (`RJCT`, `CANC`).
    Refused,
}

/// The kind of a bank file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// ISO 20022 `camt.052.001.NN`, bank to customer account report: what was booked so far on a day.
    Camt052 {
        /// The `NN`, from 2 to 13.
        version: u8,
    },
    /// ISO 20022 `camt.053.001.NN`, bank to customer statement.
    Camt053 {
        /// The `NN`, from 2 to 13.
        version: u8,
    },
    /// ISO 20022 `camt.054.001.NN`, bank to customer debit credit notification.
    Camt054 {
        /// The `NN`, from 2 to 13.
        version: u8,
    },
    /// ISO 20022 `pacs.008.001.NN`, customer credit transfer from bank to bank.
    Pacs008 {
        /// The `NN`, from 1 to 13.
        version: u8,
    },
    /// ISO 20022 `pain.002.001.NN`, a bank's answer to payment orders.
    Pain002 {
        /// The `NN`, from 3 to 14.
        version: u8,
    },
    /// SWIFT MT940, customer statement.
    Mt940,
    /// SWIFT MT942, interim transaction report.
    Mt942,
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Camt052 { version } => write!(f, "camt.052.001.{version:02}"),
            Self::Camt053 { version } => write!(f, "camt.053.001.{version:02}"),
            Self::Pain002 { version } => write!(f, "pain.002.001.{version:02}"),
            Self::Pacs008 { version } => write!(f, "pacs.008.001.{version:02}"),
            Self::Camt054 { version } => write!(f, "camt.054.001.{version:02}"),
            Self::Mt940 => f.write_str("MT940"),
            Self::Mt942 => f.write_str("MT942"),
        }
    }
}

/// A moment as a bank writes it: many give local time and do not say of which place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BankTime {
    /// With its distance from UTC.
    Instant(DateTime<FixedOffset>),
    /// In the bank's own time.
    Local(NaiveDateTime),
}

impl BankTime {
    /// The calendar day that the bank wrote.
    #[must_use]
    pub fn day(self) -> NaiveDate {
        match self {
            Self::Instant(instant) => instant.date_naive(),
            Self::Local(local) => local.date(),
        }
    }
}

/// One payment that a bank has booked in favour of an account. Its amount is more than zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Identifies the payment: the same in every file that tells of it, different for every two payments.
    /// `camt/identity.rs` and `mt/identity.rs` have the rules.
    pub bank_reference: String,
    /// What else the payment may be told by, in another message of the same bank.
    pub other_references: OtherReferences,
    /// The bank's reference of the booking that the payment is part of (`Ntry/AcctSvcrRef`, or after `//` in `:61:`); many notices may share it.
    pub entry_reference: Option<String>,
    /// The account that was paid: the creditor's account where the bank names one, else the statement account.
    /// They differ when a virtual account was paid and the bank reports on the account behind it.
    pub account: Account,
    /// The account that the bank reports on.
    pub statement_account: Account,
    /// How much was credited.
    pub amount: Money,
    /// The bank's calendar day of the booking.
    pub booked_on: Option<NaiveDate>,
    /// The time of the booking, where the bank gave one.
    pub booked_at: Option<BankTime>,
    /// The day from which the money counts.
    pub value_on: Option<NaiveDate>,
    /// Who paid, as far as the bank says. Nothing is inferred from free text.
    pub sender: Sender,
    /// On whose behalf the sender paid.
    pub ultimate_sender_name: Option<String>,
    /// The structured reference if there is one, else the sender's free text.
    pub reference: Option<String>,
    /// The id that the sender gave the payment; `NOTPROVIDED` is none.
    pub end_to_end_id: Option<String>,
    /// True for one notice that stands for a batch whose payments the bank does not tell apart, or tells with amounts
    /// that do not add up to what it booked. The amount is what was booked; sender and reference are unknown.
    pub is_unitemised: bool,
}

/// References by which another message may tell of the same payment, as long as what is [`Self::own`] does not say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OtherReferences {
    /// Each would be the payment's [`Notice::bank_reference`] in a message that says less.
    pub payment: Vec<String>,
    /// The bank's own reference of the payment, where it gave one beside that of the booking. Two payments of which both
    /// have one are the same only if it is.
    pub own: Option<String>,
    /// The reference that a message has which books the payments of a batch as one sum.
    pub batch: Option<String>,
    /// Nothing but its looks tells the payment from others, for the bank gave it no reference at all.
    pub is_by_looks: bool,
}

/// An account, as the bank names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Account {
    /// By IBAN, in capitals and without blanks. Its check digits are not verified: the bank has booked already.
    Iban(String),
    /// By any other number.
    Other(OtherAccount),
    /// By an alias alone, such as a PayID.
    Alias {
        /// The alias as written.
        id: String,
        /// The kind, such as `EMAL` or `TELE`.
        kind: Option<String>,
    },
}

/// An account that has no IBAN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherAccount {
    /// The number as the bank wrote it, blanks around it dropped.
    pub id: String,
    /// The scheme of the number, such as `BBAN`.
    pub scheme: Option<String>,
    /// The bank of the account, as a member of a clearing system.
    pub clearing: Option<Clearing>,
    /// The six digits of an Australian BSB, where the bank gave one beside the number or inside it.
    pub bsb: Option<String>,
    /// The number without the BSB; the same as `id` when it holds none.
    pub account_number: String,
}

/// A bank, as a member of a clearing system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clearing {
    /// The system's code, such as `AUBSB`, `USABA` or `GBDSC`.
    pub system: Option<String>,
    /// The member's number, as written.
    pub member: String,
}

/// Who paid. What the bank does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// The name; that of the institution when a bank paid for itself.
    pub name: Option<String>,
    /// The IBAN, in capitals and without blanks.
    pub iban: Option<String>,
    /// The number of an account without IBAN, without its BSB.
    pub account_number: Option<String>,
    /// The six digits of an Australian BSB.
    pub bsb: Option<String>,
    /// The sender's bank, as a member of a clearing system.
    pub clearing: Option<Clearing>,
    /// The BIC of the sender's bank.
    pub bic: Option<String>,
    /// The alias that the sender's account was named by.
    pub pay_id: Option<String>,
}

/// An entry or a payment that is no deposit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Why.
    pub reason: SkipReason,
    /// The path of its element.
    pub element: String,
    /// The line where the element begins.
    pub line: u64,
    /// The reference that its notice would have; given for reversals and returns, to find the other side by.
    pub bank_reference: Option<String>,
    /// Its other references.
    pub other_references: OtherReferences,
    /// The amount, without direction.
    pub amount: Money,
    /// The id that we gave a payment of ours, where it is a debit of one.
    pub end_to_end_id: Option<String>,
}

/// Why an entry or a payment is no deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// Pending, for information, in the future, or in a state that is not known: not money yet.
    NotBooked,
    /// Money that went out.
    Debit,
    /// A credit that takes an earlier debit back.
    Reversal,
    /// A debit that takes an earlier credit back: a deposit that the bank withdraws.
    ReversedCredit,
    /// A credit that is a payment of ours coming back.
    ReturnedPayment,
    /// Nothing was moved.
    ZeroAmount,
}

impl SkipReason {
    /// A stable word for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBooked => "not_booked",
            Self::Debit => "debit",
            Self::Reversal => "reversal",
            Self::ReversedCredit => "reversed_credit",
            Self::ReturnedPayment => "returned_payment",
            Self::ZeroAmount => "zero_amount",
        }
    }
}

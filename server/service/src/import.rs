//! Notices from a bank's file: all of them into the inbox in one unit of work, then each worked in its own.

use chrono::{DateTime, Utc};
use domain::{
    deposit::{Deposit, DepositStatus},
    id::{DepositId, HOUSE},
    money::Money,
    wallet::SenderParty,
};
use storage::OpenNotice;

use crate::{
    Error, Purser,
    deposits::{AMOUNT_MINOR_MAX, NoticeBody, NoticeTarget},
    outcomes::{ReversalOutcome, ReversalTold},
    purser::json_of,
};

/// All bank files are one rail: the same payment told by a file of the day and again by one of the evening is one payment.
const RAIL: &str = "bank_file";
/// How many open notices a sweep works at a time.
const SWEEP_NOTICES_MAX: u32 = 500;

/// A payment that a bank's file tells of.
#[derive(Clone, Debug)]
pub struct BankNotice {
    /// The bank's id of the payment.
    pub bank_reference: String,
    /// Readings of the paid account, in canonical form.
    pub accounts: Vec<String>,
    /// The paid account as the bank wrote it.
    pub account_text: String,
    /// How much.
    pub amount: Money,
    /// Who sent it, as far as the bank told.
    pub sender: SenderParty,
    /// What the payer wrote.
    pub reference: Option<String>,
    /// The bank's time.
    pub received_at: Option<DateTime<Utc>>,
}

/// What became of the payments of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Reached a wallet.
    pub credited: Vec<Deposit>,
    /// No account was found.
    pub held: Vec<Deposit>,
    /// Not wanted.
    pub rejected: Vec<Deposit>,
    /// Told before, and left as they are.
    pub known: usize,
}

/// A payment that a bank's file takes back.
#[derive(Clone, Debug)]
pub struct BankReversal {
    /// The bank's id of the payment, as it was when it came in.
    pub original_reference: String,
    /// How much.
    pub amount: Money,
}

/// What became of the reversals of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReversalReport {
    /// These deposits were taken back.
    pub reversed: Vec<Deposit>,
    /// How many fit no deposit: the operator has to find it.
    pub open: usize,
    /// Told before, and left as they are.
    pub known: usize,
}

impl Purser {
    /// Takes back what a bank's file takes back, each in its own unit of work. A file's payments go first, for it may
    /// take one back that it tells of itself.
    ///
    /// # Errors
    /// When storage cannot be reached. Importing the file again is safe: what was taken back by then is known.
    pub async fn import_reversals(&self, reversals: &[BankReversal]) -> Result<ReversalReport, Error> {
        require_amounts(reversals.iter().map(|reversal| (&reversal.original_reference, reversal.amount)))?;
        let mut report = ReversalReport::default();
        for BankReversal { original_reference, amount } in reversals {
            let told = ReversalTold {
                inbox: HOUSE,
                rail: RAIL.to_owned(),
                bank_reference: format!("R {original_reference}"),
                original_reference: original_reference.clone(),
                amount: *amount,
                reason: None,
            };
            match self.receive_reversal(&told).await? {
                ReversalOutcome::Reversed(deposit) => report.reversed.push(*deposit),
                ReversalOutcome::Open(_) => report.open += 1,
                ReversalOutcome::Known => report.known += 1,
            }
        }
        Ok(report)
    }

    /// Takes the payments of a file in, all or none, and works them.
    ///
    /// # Errors
    /// When storage cannot be reached. What was taken in by then is worked later; importing the file again is safe.
    pub async fn import(&self, notices: &[BankNotice]) -> Result<ImportReport, Error> {
        require_amounts(notices.iter().map(|notice| (&notice.bank_reference, notice.amount)))?;
        let (fresh, known) = self.settled(|| self.take_in(notices)).await?;
        let mut report = ImportReport { known, ..ImportReport::default() };
        for notice in &fresh {
            let deposit = self.work_open_notice(notice).await?;
            match deposit.status {
                DepositStatus::Credited => report.credited.push(deposit),
                DepositStatus::Held => report.held.push(deposit),
                _ => report.rejected.push(deposit),
            }
        }
        Ok(report)
    }

    /// Puts payments into the inbox. Tells which are new, and how many are not.
    async fn take_in(&self, notices: &[BankNotice]) -> Result<(Vec<OpenNotice>, usize), Error> {
        let now = self.now();
        let mut fresh = Vec::with_capacity(notices.len());
        let mut known = 0;
        let mut unit = self.begin().await?;
        for told in notices {
            let body = NoticeBody {
                to: NoticeTarget::Numbers { canonical: told.accounts.clone(), text: told.account_text.clone() },
                amount_minor: told.amount.minor(),
                currency: told.amount.currency(),
                sender: told.sender.clone(),
                reference: told.reference.clone(),
                rail: RAIL.to_owned(),
                bank_reference: told.bank_reference.clone(),
                received_at: told.received_at,
            };
            let notice = OpenNotice { organisation_id: HOUSE, id: self.id(DepositId::new, now), body: json_of(&body)? };
            match unit.receive_notice(&notice, RAIL, &told.bank_reference, now).await? {
                None => fresh.push(notice),
                Some(_) => known += 1,
            }
        }
        unit.save().await?;
        Ok((fresh, known))
    }

    /// Works notices that were taken in before `received_before` and left, as by a crash. Tells how many.
    ///
    /// # Errors
    /// When at least one could not be worked; the others were.
    pub async fn sweep_notices(&self, received_before: DateTime<Utc>) -> Result<usize, Error> {
        let open = self.read().await?.rows().open_notices(received_before, SWEEP_NOTICES_MAX).await?;
        let mut first_error = None;
        for notice in &open {
            // One that cannot be worked must not keep the others from their money.
            if let Err(error) = self.work_open_notice(notice).await {
                first_error.get_or_insert(error);
            }
        }
        first_error.map_or(Ok(open.len()), Err)
    }

    /// Removes what is too old to matter: ended sessions, old attempts, kept answers and refused forms.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn sweep_records(&self) -> Result<(), Error> {
        let now = self.now();
        let day_ago = now - crate::purser::ANSWERS_KEPT;
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.sweep_sign_ins(now, day_ago).await?;
            unit.sweep_records(day_ago, day_ago).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    async fn work_open_notice(&self, notice: &OpenNotice) -> Result<Deposit, Error> {
        let body: NoticeBody = serde_json::from_str(&notice.body).map_err(Error::internal)?;
        // A sandbox's notices reach its own accounts only; a bank knows nothing of tenants.
        let confined_to = (notice.organisation_id != HOUSE).then_some(notice.organisation_id);
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let deposit = self.work_notice(&mut unit, notice, &body, confined_to, self.now()).await?;
            unit.save().await?;
            Ok(deposit)
        })
        .await
    }
}

/// Refuses a file of which one amount is none, or more than any bank transfers at once.
fn require_amounts<'a>(mut told: impl Iterator<Item = (&'a String, Money)>) -> Result<(), Error> {
    match told.find(|(_, amount)| !(1..=AMOUNT_MINOR_MAX).contains(&amount.minor())) {
        None => Ok(()),
        Some((reference, _)) => {
            let message = format!("The payment {reference} has an amount that cannot be taken.");
            Err(Error::field("amount", "out_of_range", message))
        }
    }
}

//! What a bank tells by itself, over HTTP: signed as Standard Webhooks, one payment at a time or many.
//!
//! A notice that is sent again is known by its bank reference, so that a replay within the window credits nothing.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use domain::{
    deposit::Deposit,
    id::{DepositId, HOUSE, RailSecretId},
};
use standardwebhooks::Webhook;
use storage::{AuditEntry, OpenNotice, RailSecretRow};

use crate::{
    Error, Purser, ReversalOutcome, ReversalTold, SandboxDeposit,
    deposits::{NoticeBody, find_owner},
    purser::{SYSTEM, json_of, sha256},
};

/// How far the time of a signature may be from ours.
const REPLAY_WINDOW: TimeDelta = TimeDelta::minutes(5);
const SECRET_PREFIX: &str = "whsec_";
const RAIL_CHARS_MAX: usize = 40;
/// The rails that something else speaks on.
const OTHERS_RAILS: [&str; 1] = ["bank_file"];

/// A secret of a rail, shown once.
#[derive(Clone, Debug)]
pub struct NewRailSecret {
    /// Its id, by which it is withdrawn.
    pub id: RailSecretId,
    /// `whsec_…`
    pub secret: String,
}

/// The headers of a signed notice.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'a> {
    /// `webhook-id`
    pub id: &'a str,
    /// `webhook-timestamp`
    pub timestamp: &'a str,
    /// `webhook-signature`
    pub signatures: &'a str,
}

/// What became of one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RailOutcome {
    /// A payment: the deposit, and whether it was told before.
    Deposit {
        /// The deposit.
        deposit: Box<Deposit>,
        /// Told before: nothing was done.
        is_known: bool,
    },
    /// A reversal.
    Reversal(ReversalOutcome),
}

impl Purser {
    /// Makes a secret that a bank signs its notices of a rail with. A rail may have several, so that one can replace another.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the name of the rail is none.
    pub async fn create_rail_secret(&self, rail: &str) -> Result<NewRailSecret, Error> {
        let is_name = (1..=RAIL_CHARS_MAX).contains(&rail.len())
            && rail.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if !is_name || OTHERS_RAILS.contains(&rail) {
            let message = "Name the rail with 1 to 40 of a to z, 0 to 9, _ and -, and not as bank_file.";
            return Err(Error::field("rail", "invalid", message));
        }
        let (now, secret) = (self.now(), self.random::<32>());
        let id = self.id(RailSecretId::new, now);
        let sealed = self.documents.keys().seal(&context(id), &secret, &mut |bytes| self.environment.fill(bytes));
        let row = RailSecretRow { id, rail: rail.to_owned(), sealed, created_at: now, revoked_at: None };
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.insert_rail_secret(HOUSE, &row).await?;
            unit.audit(&self.rail_line("rail_secret.create", id, rail)).await?;
            Ok(unit.save().await?)
        })
        .await?;
        Ok(NewRailSecret { id, secret: format!("{SECRET_PREFIX}{}", STANDARD.encode(secret)) })
    }

    /// Withdraws a secret: what is signed with it is refused from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`], also for one that was withdrawn before.
    pub async fn withdraw_rail_secret(&self, id: RailSecretId) -> Result<(), Error> {
        let now = self.now();
        self.settled(|| async {
            let mut unit = self.begin().await?;
            if !unit.revoke_rail_secret(HOUSE, id, now).await? {
                return Err(Error::NotFound);
            }
            unit.audit(&self.rail_line("rail_secret.withdraw", id, "")).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    fn rail_line(&self, action: &'static str, id: RailSecretId, rail: &str) -> AuditEntry {
        let after = (!rail.is_empty()).then(|| serde_json::json!({ "rail": rail }).to_string());
        AuditEntry {
            organisation_id: HOUSE,
            actor: SYSTEM,
            action,
            object_id: id.to_string(),
            before: None,
            after,
            at: self.now(),
        }
    }

    /// Whether a body was signed with a secret of the rail, and of late.
    ///
    /// # Errors
    /// When the database cannot be read, or the key file lacks the key of a secret.
    pub async fn is_signed(&self, rail: &str, signature: Signature<'_>, body: &[u8]) -> Result<bool, Error> {
        let Ok(seconds) = signature.timestamp.parse::<i64>() else { return Ok(false) };
        let age = self.now().timestamp().saturating_sub(seconds);
        if age.unsigned_abs() > REPLAY_WINDOW.num_seconds().unsigned_abs() {
            return Ok(false);
        }
        let mut is_signed = false;
        for row in self.read().await?.rows().rail_secrets(HOUSE, rail).await? {
            let secret = self.documents.keys().open(&context(row.id), &row.sealed).map_err(Error::internal)?;
            let expected = Webhook::from_bytes(secret)
                .and_then(|webhook| webhook.sign(signature.id, seconds, body))
                .map_err(|error| Error::internal(error.to_string()))
                .map(|expected| sha256(expected.as_bytes()));
            // What is no text was signed by nobody.
            let Ok(expected) = expected else { return Ok(false) };
            // Hashes of both, so that the time it takes tells nothing of how much is right.
            is_signed |= signature.signatures.split(' ').any(|given| sha256(given.as_bytes()) == expected);
        }
        Ok(is_signed)
    }

    /// Takes in a payment that a rail tells of. The same bank reference again answers with the first deposit.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::Conflict`] when the bank reference was used for a different payment.
    pub async fn receive_rail_payment(&self, rail: &str, told: &SandboxDeposit) -> Result<RailOutcome, Error> {
        if told.bank_reference.as_deref().is_none_or(|text| text.trim().is_empty()) {
            return Err(Error::field("bank_reference", "required", "Give the bank's own id of the payment."));
        }
        let body = self.notice_body(told, rail, None)?;
        self.settled(|| async {
            let mut unit = self.begin().await?;
            // Only now that the unit has begun, which may have taken a wait: what happened meanwhile is not later.
            let now = self.now();
            let owner = find_owner(&mut unit, &body.to, None).await?;
            let notice = OpenNotice { organisation_id: HOUSE, id: self.id(DepositId::new, now), body: json_of(&body)? };
            let outcome = match unit.take_notice(&notice, &body.rail, &body.bank_reference, now).await? {
                None => {
                    let deposit = self.book(&mut unit, &notice, &body, owner, now).await?;
                    RailOutcome::Deposit { deposit: Box::new(deposit), is_known: false }
                }
                Some(known) => {
                    let first: NoticeBody = serde_json::from_str(&known.body).map_err(Error::internal)?;
                    if first != body {
                        return Err(Error::Conflict {
                            code: "bank_reference_reused",
                            detail: "This bank_reference was used for a different payment on the same rail.".to_owned(),
                        });
                    }
                    let deposit = unit.rows().deposit_of_notice(known.id).await?.ok_or_else(Error::overtaken)?;
                    RailOutcome::Deposit { deposit: Box::new(deposit), is_known: true }
                }
            };
            unit.save().await?;
            Ok(outcome)
        })
        .await
    }

    /// Takes in that a rail takes a payment back.
    ///
    /// # Errors
    /// As [`Self::receive_reversal`].
    pub async fn receive_rail_reversal(&self, told: &ReversalTold) -> Result<RailOutcome, Error> {
        Ok(RailOutcome::Reversal(self.receive_reversal(told).await?))
    }
}

/// What a secret is sealed for: nothing but itself.
fn context(id: RailSecretId) -> Vec<u8> {
    format!("rail secret {id}").into_bytes()
}

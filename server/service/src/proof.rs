//! The proof of the ledger: its entries get their links, its heads are signed, and everything is compared. See
//! `docs/ledger-proof.md`.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::id::OrganisationId;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use storage::{ChainHead, Proof, ProofProgress};

use crate::{Error, Purser};

/// How many entries get their links in one unit of work: few enough that nobody waits for it for long.
const SEALED_MAX: u32 = 500;
/// What the keys that sign are derived for.
const KEY_PURPOSE: &[u8] = b"purser ledger head ed25519 v1";

/// Up to where an organisation's entries are chained, signed: whoever keeps it apart from the database can prove later that
/// nothing before it was changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHead {
    /// Whose entries.
    pub organisation_id: String,
    /// How many.
    pub number: i64,
    /// The hash of the last link, in hexadecimal digits.
    pub hash: String,
    /// When that link was made.
    pub at: String,
    /// Which key of the key file signed it.
    pub key_id: String,
    /// The Ed25519 key to check it with, in hexadecimal digits.
    pub public_key: String,
    /// Of the text in the documents, in hexadecimal digits.
    pub signature: String,
}

impl SignedHead {
    fn signed_text(&self) -> String {
        format!("purser ledger head v1\n{}\n{}\n{}\n{}\n", self.organisation_id, self.number, self.hash, self.at)
    }

    /// What it says, if one of these keys signed it.
    fn open(&self, keys: &[VerifyingKey]) -> Option<ChainHead> {
        let signature = Signature::from_bytes(&from_hex(&self.signature)?);
        let text = self.signed_text();
        keys.iter().find(|key| key.verify_strict(text.as_bytes(), &signature).is_ok())?;
        Some(ChainHead {
            organisation_id: self.organisation_id.parse().ok()?,
            number: self.number,
            hash: from_hex(&self.hash)?,
            at: DateTime::parse_from_rfc3339(&self.at).ok()?.to_utc(),
        })
    }
}

impl Purser {
    /// Gives every entry that waits for it its link. Tells how many.
    ///
    /// # Errors
    /// When storage cannot be reached. What has its link by then keeps it.
    pub async fn seal_ledger(&self) -> Result<u64, Error> {
        let mut sealed = 0;
        let waiting = self.read().await?.rows().organisations_to_seal().await?;
        for organisation_id in waiting {
            loop {
                let some = self
                    .settled(|| async {
                        let mut unit = self.begin().await?;
                        let some = unit.seal_entries(organisation_id, SEALED_MAX, self.now()).await?;
                        unit.save().await?;
                        Ok(some)
                    })
                    .await?;
                sealed += u64::from(some);
                if some < SEALED_MAX {
                    break;
                }
            }
        }
        Ok(sealed)
    }

    /// Proves the ledger in one state of the database, and that its chains go on from the heads that were signed before.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn prove_ledger(
        &self,
        signed: &[ChainHead],
        progress: impl FnMut(ProofProgress),
    ) -> Result<Proof, Error> {
        self.seal_ledger().await?;
        // Tables that grew quickly would be joined row by row, as if they were small.
        self.store.analyze().await?;
        Ok(self.store.prove(signed, progress).await?)
    }

    /// What is wrong with the ledger: nothing, in a sound one.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn ledger_faults(&self) -> Result<Vec<String>, Error> {
        Ok(self.prove_ledger(&[], |_| ()).await?.faults.lines())
    }

    /// The heads of all chains, or of one organisation's, signed.
    ///
    /// # Errors
    /// When storage cannot be reached.
    pub async fn ledger_heads(&self, of: Option<OrganisationId>) -> Result<Vec<SignedHead>, Error> {
        let (key_id, key) = self.signing_keys().into_iter().next().ok_or_else(|| Error::internal("no key"))?;
        let heads = self.read().await?.rows().chain_heads(of).await?;
        Ok(heads.iter().filter(|head| head.number > 0).map(|head| signed(head, &key_id, &key)).collect())
    }

    /// What heads say that were signed before.
    ///
    /// # Errors
    /// [`Error::Invalid`] when no key of the key file signed one of them.
    pub fn open_heads(&self, heads: &[SignedHead]) -> Result<Vec<ChainHead>, Error> {
        let keys: Vec<_> = self.signing_keys().into_iter().map(|(_, key)| key.verifying_key()).collect();
        heads
            .iter()
            .map(|head| {
                head.open(&keys).ok_or_else(|| {
                    let message = format!(
                        "The head of {} was changed, or no key of the key file signed it (it names {}).",
                        head.organisation_id, head.key_id
                    );
                    Error::field("signature", "invalid", message)
                })
            })
            .collect()
    }

    /// A key for each of the key file, the current one first.
    fn signing_keys(&self) -> Vec<(String, SigningKey)> {
        let derived = self.documents.keys().derive(KEY_PURPOSE);
        derived.iter().map(|(id, seed)| (id.to_string(), SigningKey::from_bytes(seed))).collect()
    }
}

fn signed(head: &ChainHead, key_id: &str, key: &SigningKey) -> SignedHead {
    let mut signed = SignedHead {
        organisation_id: head.organisation_id.to_string(),
        number: head.number,
        hash: hex::encode(head.hash),
        at: timestamp(head.at),
        key_id: key_id.to_owned(),
        public_key: hex::encode(key.verifying_key().as_bytes()),
        signature: String::new(),
    };
    signed.signature = hex::encode(key.sign(signed.signed_text().as_bytes()).to_bytes());
    signed
}

fn timestamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

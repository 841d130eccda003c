//! By what references a bank's messages tell of a payment. One says more than another, and all mean the same.

use domain::{
    deposit::DepositStatus,
    id::{DepositId, OrganisationId},
};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, word},
    sql::{QueryBuilder, query},
};

/// What a reference is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceKind {
    /// A payment.
    Payment,
    /// The batch that a payment is part of, in messages that have its sum only.
    Batch,
}

impl ReferenceKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Payment => "payment",
            Self::Batch => "batch",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Payment, Self::Batch].into_iter().find(|kind| kind.code() == code)
    }
}

/// A payment that was told of before, found by one of its references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPayment {
    /// The reference that it was found by.
    pub reference: String,
    /// What that is of.
    pub kind: ReferenceKind,
    /// The bank's own id of the payment, where the message that gave the reference had one.
    pub own: Option<String>,
    /// Its notice, and its deposit.
    pub notice_id: DepositId,
    /// The reference that it is kept under.
    pub bank_reference: String,
    /// What became of it.
    pub status: Option<DepositStatus>,
}

impl Rows<'_> {
    /// The payments that any of these references tells of.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn known_payments(
        &mut self,
        organisation_id: OrganisationId,
        rail: &str,
        references: &[&str],
    ) -> Result<Vec<KnownPayment>, Error> {
        let mut query = QueryBuilder::new(
            "SELECT r.reference, r.kind, r.own, r.notice_id, n.bank_reference,
                 (SELECT d.status FROM deposits d WHERE d.id = r.notice_id) AS status
             FROM payment_references r
             JOIN deposit_notices n ON n.organisation_id = r.organisation_id AND n.id = r.notice_id
             WHERE r.organisation_id = ",
        );
        query.push_bind(organisation_id.uuid()).push(" AND r.rail = ").push_bind(rail).push(" AND r.reference IN (");
        for (place, reference) in references.iter().enumerate() {
            query.push(if place == 0 { "" } else { ", " }).push_bind(*reference);
        }
        // The newest first: it stands instead of what it replaced.
        query.push(") ORDER BY r.notice_id DESC");
        let rows = query.build().fetch_all(&mut self.0).await?;
        rows.iter()
            .map(|row| {
                Ok(KnownPayment {
                    reference: row.try_get("reference")?,
                    kind: word(row, "kind", ReferenceKind::from_code)?,
                    own: row.try_get("own")?,
                    notice_id: id(row, "notice_id", DepositId::from_uuid)?,
                    bank_reference: row.try_get("bank_reference")?,
                    status: row.try_get::<Option<String>, _>("status")?.as_deref().and_then(DepositStatus::from_code),
                })
            })
            .collect()
    }
}

impl UnitOfWork {
    /// Keeps a reference of a payment that was taken in. One that is kept already changes nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn note_reference(
        &mut self,
        organisation_id: OrganisationId,
        rail: &str,
        reference: &str,
        notice_id: DepositId,
        kind: ReferenceKind,
        own: Option<&str>,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO payment_references (organisation_id, rail, reference, notice_id, kind, own)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation_id, rail, reference, notice_id) DO NOTHING",
        )
        .bind(organisation_id.uuid())
        .bind(rail)
        .bind(reference)
        .bind(notice_id.uuid())
        .bind(kind.code())
        .bind(own)
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}

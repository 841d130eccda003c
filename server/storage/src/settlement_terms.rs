//! The accounts that settlements are paid to and from, of which a second person approves each; and terms.

use chrono::{DateTime, NaiveTime, Utc};
use domain::{
    account_number::AccountNumber,
    id::{OrganisationId, SettlementAccountId},
    money::Money,
    settlement::{CalendarName, SettlementAccount, SettlementMode, SettlementTerms},
};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{currency, id, millis, moment, word},
    sql::{QueryBuilder, Row, query},
};

fn account(row: &Row) -> Result<SettlementAccount, Error> {
    let number: String = row.try_get("number")?;
    Ok(SettlementAccount {
        id: id(row, "id", SettlementAccountId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        currency: currency(row, "currency")?,
        name: row.try_get("name")?,
        number: AccountNumber::parse_canonical(&number).map_err(|fault| Error::corrupt("number", fault))?,
        bank: row.try_get("bank_code")?,
        user_id: row.try_get("user_id")?,
        requested_by: row.try_get("requested_by")?,
        requested_at: moment(row, "requested_at")?,
        approved_by: row.try_get("approved_by")?,
        revoked_by: row.try_get("revoked_by")?,
    })
}

fn terms(row: &Row) -> Result<SettlementTerms, Error> {
    let cutoff: String = row.try_get("cutoff")?;
    Ok(SettlementTerms {
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        version: row.try_get("version")?,
        days: u8::try_from(row.try_get::<i64, _>("days")?).map_err(|error| Error::corrupt("days", error))?,
        cutoff: cutoff.parse::<NaiveTime>().map_err(|error| Error::corrupt("cutoff", error))?,
        zone: row.try_get("zone")?,
        calendar: word(row, "calendar", CalendarName::from_code)?,
        minimum: Money::new(row.try_get("minimum")?, currency(row, "currency")?),
        mode: word(row, "mode", SettlementMode::from_code)?,
        account_id: id(row, "account_id", SettlementAccountId::from_uuid)?,
    })
}

impl Rows<'_> {
    /// The accounts for settlements of an organisation, the oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_accounts(
        &mut self,
        organisation_id: OrganisationId,
    ) -> Result<Vec<SettlementAccount>, Error> {
        let rows = query("SELECT * FROM settlement_accounts WHERE organisation_id = $1 ORDER BY currency, id")
            .bind(organisation_id.uuid())
            .fetch_all(&mut self.0)
            .await?;
        rows.iter().map(account).collect()
    }

    /// An account for settlements, whosever it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_account(
        &mut self,
        account_id: SettlementAccountId,
    ) -> Result<Option<SettlementAccount>, Error> {
        let row = query("SELECT * FROM settlement_accounts WHERE id = $1")
            .bind(account_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(account).transpose()
    }

    /// The terms that count, of one organisation or of all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn settlement_terms(&mut self, of: Option<OrganisationId>) -> Result<Vec<SettlementTerms>, Error> {
        let mut query = QueryBuilder::new(
            "SELECT t.* FROM settlement_terms t WHERE t.version = (
                 SELECT max(n.version) FROM settlement_terms n WHERE n.organisation_id = t.organisation_id AND n.currency = t.currency)",
        );
        if let Some(organisation_id) = of {
            query.push(" AND t.organisation_id = ").push_bind(organisation_id.uuid());
        }
        query.push(" ORDER BY t.organisation_id, t.currency");
        query.build().fetch_all(&mut self.0).await?.iter().map(terms).collect()
    }
}

impl UnitOfWork {
    /// Adds an account for settlements that somebody asked for.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_settlement_account(&mut self, account: &SettlementAccount) -> Result<(), Error> {
        query(
            "INSERT INTO settlement_accounts (organisation_id, id, currency, name, number, bank_code, user_id, requested_by, requested_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(account.organisation_id.uuid())
        .bind(account.id.uuid())
        .bind(account.currency.code())
        .bind(&account.name)
        .bind(account.number.canonical())
        .bind(account.bank.as_deref())
        .bind(account.user_id.as_deref())
        .bind(&account.requested_by)
        .bind(millis(account.requested_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Notes who approved an account. Tells whether it waited for that.
    ///
    /// # Errors
    /// [`Error::Refused`] when it is who asked for it.
    pub async fn approve_settlement_account(
        &mut self,
        account_id: SettlementAccountId,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let sql = "UPDATE settlement_accounts SET approved_by = $2, approved_at = $3
             WHERE id = $1 AND approved_by IS NULL AND revoked_by IS NULL";
        let done = query(sql).bind(account_id.uuid()).bind(by).bind(millis(at)).execute(&mut self.conn()).await?;
        Ok(done == 1)
    }

    /// Notes who revoked an account. Tells whether it was not revoked before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn revoke_settlement_account(
        &mut self,
        account_id: SettlementAccountId,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let sql =
            "UPDATE settlement_accounts SET revoked_by = $2, revoked_at = $3 WHERE id = $1 AND revoked_by IS NULL";
        let done = query(sql).bind(account_id.uuid()).bind(by).bind(millis(at)).execute(&mut self.conn()).await?;
        Ok(done == 1)
    }

    /// Adds a version of terms, which counts from now on.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_settlement_terms(
        &mut self,
        terms: &SettlementTerms,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO settlement_terms (organisation_id, currency, version, days, cutoff, zone, calendar, minimum, mode, account_id,
                 set_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(terms.organisation_id.uuid())
        .bind(terms.minimum.currency().code())
        .bind(terms.version)
        .bind(i64::from(terms.days))
        .bind(terms.cutoff.format("%H:%M:%S").to_string())
        .bind(&terms.zone)
        .bind(terms.calendar.code())
        .bind(terms.minimum.minor())
        .bind(terms.mode.code())
        .bind(terms.account_id.uuid())
        .bind(by)
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }
}

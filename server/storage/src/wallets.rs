//! Wallets, the accounts that credit them, and the ranges their numbers come from.

use chrono::{DateTime, Utc};
use domain::{
    account_number::{AccountNumber, NumberRange},
    customer::Customer,
    fee::FeeRule,
    id::{AccountId, CustomerId, OrganisationId, VirtualAccountId, WalletId},
    money::{Currency, Money},
    wallet::{CreditTo, VirtualAccount, Wallet, WalletKind},
};
use uuid::Uuid;

use crate::{
    Error, Page, PageRequest, Rows, UnitOfWork,
    customers::customer,
    rows::{currency, id, id_maybe, json, millis, moment, to_json, word},
    sql::{QueryBuilder, Row, query, query_scalar},
};

/// Which wallets are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WalletFilter {
    /// Of this customer.
    pub customer_id: Option<CustomerId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Of this kind.
    pub kind: Option<WalletKind>,
}

/// A wallet as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletRow {
    /// The wallet.
    pub wallet: Wallet,
    /// The name of its customer.
    pub customer_name: Option<String>,
}

/// Whose an account is: what a deposit's fate depends on.
#[derive(Clone, Debug)]
pub struct AccountOwner {
    /// The account.
    pub account: VirtualAccount,
    /// Whose it is.
    pub customer: Customer,
    /// Whether their organisation is suspended.
    pub is_organisation_suspended: bool,
    /// Whether their organisation's money is play money.
    pub is_sandbox: bool,
    /// Where the organisation's money in this currency lies, once there was any.
    pub bank_account_id: Option<AccountId>,
    /// What the organisation is asked for a deposit in this currency.
    pub fee_rule: Option<FeeRule>,
}

/// Money that came in on one day in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DailySum {
    /// Days since 1970-01-01 in UTC.
    pub day: i64,
    /// How much.
    pub amount: Money,
    /// In how many deposits.
    pub deposits: i64,
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

const WALLET: &str = "SELECT w.organisation_id, w.id, w.customer_id, w.kind, w.currency, w.created_at, a.balance, a.reserved, c.name AS customer_name
    FROM wallets w
    JOIN ledger_accounts a ON a.organisation_id = w.organisation_id AND a.id = w.id
    LEFT JOIN customers c ON c.organisation_id = w.organisation_id AND c.id = w.customer_id";

fn wallet_row(row: &Row) -> Result<WalletRow, Error> {
    let currency = currency(row, "currency")?;
    let balance: i64 = row.try_get("balance")?;
    let reserved: i64 = row.try_get("reserved")?;
    let available = balance.checked_sub(reserved).ok_or_else(|| Error::corrupt("balance", "it does not fit"))?;
    Ok(WalletRow {
        wallet: Wallet {
            id: id(row, "id", WalletId::from_uuid)?,
            organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
            customer_id: id_maybe(row, "customer_id", CustomerId::from_uuid)?,
            kind: word(row, "kind", WalletKind::from_code)?,
            ledger_balance: Money::new(balance, currency),
            available_balance: Money::new(available, currency),
            created_at: moment(row, "created_at")?,
        },
        customer_name: row.try_get("customer_name")?,
    })
}

fn virtual_account(row: &Row) -> Result<VirtualAccount, Error> {
    let number: String = row.try_get("number")?;
    Ok(VirtualAccount {
        id: id(row, "id", VirtualAccountId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        wallet_id: id(row, "wallet_id", WalletId::from_uuid)?,
        customer_id: id(row, "customer_id", CustomerId::from_uuid)?,
        currency: currency(row, "currency")?,
        account_name: row.try_get("account_name")?,
        number: AccountNumber::parse_canonical(&number).map_err(|fault| Error::corrupt("number", fault))?,
        credit_to: word(row, "credit_to", CreditTo::from_code)?,
        is_active: row.try_get("is_active")?,
        created_at: moment(row, "created_at")?,
    })
}

const OWNER_LOCK: &str = " FOR KEY SHARE OF c";

/// An account with whose it is, in one look: every deposit needs it.
///
/// A unit of work that pays money in holds the customer against being deleted or disabled meanwhile.
fn owner_sql(which: &str, lock: &str) -> String {
    format!(
        "SELECT v.id AS va_id, v.wallet_id AS va_wallet_id, v.currency AS va_currency, v.account_name, v.number, v.credit_to, v.is_active,
            v.created_at AS va_created_at, o.suspended_at, o.is_sandbox, b.id AS bank_account_id, c.organisation_id, c.id, c.status,
            c.status_since, c.reasons, c.is_enabled, c.details, c.revision, c.created_at, c.updated_at, c.deleted_at,
            f.version AS fee_version, f.fixed, f.basis_points, f.minimum, f.maximum, f.tax_basis_points
         FROM virtual_accounts v
         JOIN customers c ON c.organisation_id = v.organisation_id AND c.id = v.customer_id
         JOIN organisations o ON o.id = v.organisation_id
         LEFT JOIN ledger_accounts b ON b.organisation_id = v.organisation_id AND b.kind = 'bank' AND b.kind <> 'customer_wallet'
            AND b.currency = v.currency
         LEFT JOIN fee_rules f ON f.organisation_id = v.organisation_id AND f.currency = v.currency AND f.version = (
            SELECT max(n.version) FROM fee_rules n WHERE n.organisation_id = v.organisation_id AND n.currency = v.currency)
         WHERE {which}{lock}"
    )
}

fn owner(row: &Row) -> Result<AccountOwner, Error> {
    let customer = customer(row)?;
    let number: String = row.try_get("number")?;
    Ok(AccountOwner {
        account: VirtualAccount {
            id: id(row, "va_id", VirtualAccountId::from_uuid)?,
            organisation_id: customer.organisation_id,
            wallet_id: id(row, "va_wallet_id", WalletId::from_uuid)?,
            customer_id: customer.id,
            currency: currency(row, "va_currency")?,
            account_name: row.try_get("account_name")?,
            number: AccountNumber::parse_canonical(&number).map_err(|fault| Error::corrupt("number", fault))?,
            credit_to: word(row, "credit_to", CreditTo::from_code)?,
            is_active: row.try_get("is_active")?,
            created_at: moment(row, "va_created_at")?,
        },
        customer,
        is_organisation_suspended: row.try_get::<Option<i64>, _>("suspended_at")?.is_some(),
        is_sandbox: row.try_get("is_sandbox")?,
        bank_account_id: id_maybe(row, "bank_account_id", AccountId::from_uuid)?,
        fee_rule: row.try_get::<Option<i64>, _>("fee_version")?.map(|version| fee_rule(row, version)).transpose()?,
    })
}

fn fee_rule(row: &Row, version: i64) -> Result<FeeRule, Error> {
    Ok(FeeRule {
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        currency: currency(row, "va_currency")?,
        version,
        fixed: row.try_get("fixed")?,
        basis_points: row.try_get("basis_points")?,
        minimum: row.try_get("minimum")?,
        maximum: row.try_get("maximum")?,
        tax_basis_points: row.try_get("tax_basis_points")?,
    })
}

impl Rows<'_> {
    /// A wallet with its balances.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn wallet(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
    ) -> Result<Option<WalletRow>, Error> {
        let row = query(sqlx::AssertSqlSafe(format!("{WALLET} WHERE w.organisation_id = $1 AND w.id = $2")))
            .bind(organisation_id.uuid())
            .bind(wallet_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(wallet_row).transpose()
    }

    /// A page of wallets, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn wallets(
        &mut self,
        organisation_id: OrganisationId,
        filter: &WalletFilter,
        request: &PageRequest,
    ) -> Result<Page<WalletRow>, Error> {
        let mut query = QueryBuilder::new(WALLET);
        query.push(" WHERE w.organisation_id = ").push_bind(organisation_id.uuid());
        if let Some(customer_id) = filter.customer_id {
            query.push(" AND w.customer_id = ").push_bind(customer_id.uuid());
        }
        if let Some(currency) = filter.currency {
            query.push(" AND w.currency = ").push_bind(currency.code());
        }
        if let Some(kind) = filter.kind {
            query.push(" AND w.kind = ").push_bind(kind.code());
        }
        if let Some(after) = request.after.as_deref().and_then(|key| Uuid::try_parse(key).ok()) {
            query.push(" AND w.id < ").push_bind(after);
        }
        query.push(" ORDER BY w.id DESC LIMIT ").push_bind(request.limit_and_one());
        let rows = query.build().fetch_all(&mut self.0).await?;
        let rows: Vec<WalletRow> = rows.iter().map(wallet_row).collect::<Result<_, _>>()?;
        Ok(Page::cut(rows, request, |row| row.wallet.id.uuid().simple().to_string()))
    }

    /// The organisation's own wallet of a kind and currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn own_wallet(
        &mut self,
        organisation_id: OrganisationId,
        kind: WalletKind,
        currency: Currency,
    ) -> Result<Option<WalletId>, Error> {
        let found: Option<Uuid> = query_scalar(
            "SELECT id FROM wallets WHERE organisation_id = $1 AND kind = $2 AND currency = $3 AND customer_id IS NULL",
        )
        .bind(organisation_id.uuid())
        .bind(kind.code())
        .bind(currency.code())
        .fetch_optional(&mut self.0)
        .await?;
        Ok(found.map(WalletId::from_uuid))
    }

    /// Whether any balance of a customer is not zero.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn has_money(&mut self, organisation_id: OrganisationId, customer_id: CustomerId) -> Result<bool, Error> {
        query_scalar(
            "SELECT EXISTS (SELECT 1 FROM wallets w JOIN ledger_accounts a ON a.organisation_id = w.organisation_id AND a.id = w.id
                WHERE w.organisation_id = $1 AND w.customer_id = $2 AND (a.balance <> 0 OR a.reserved <> 0))",
        )
        .bind(organisation_id.uuid())
        .bind(customer_id.uuid())
        .fetch_one(&mut self.0)
        .await
    }

    /// The accounts that were issued with a wallet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn virtual_accounts(
        &mut self,
        organisation_id: OrganisationId,
        wallet_id: WalletId,
    ) -> Result<Vec<VirtualAccount>, Error> {
        query("SELECT * FROM virtual_accounts WHERE organisation_id = $1 AND wallet_id = $2 ORDER BY id LIMIT 50")
            .bind(organisation_id.uuid())
            .bind(wallet_id.uuid())
            .fetch_all(&mut self.0)
            .await?
            .iter()
            .map(virtual_account)
            .collect()
    }

    /// An account by its id, with its owner.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account_owner(
        &mut self,
        organisation_id: OrganisationId,
        account_id: VirtualAccountId,
    ) -> Result<Option<AccountOwner>, Error> {
        let sql = owner_sql("v.organisation_id = $1 AND v.id = $2", self.0.lock(OWNER_LOCK));
        let row = query(sqlx::AssertSqlSafe(sql))
            .bind(organisation_id.uuid())
            .bind(account_id.uuid())
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(owner).transpose()
    }

    /// An account by its id, whosever it is, with its owner.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account_owner_anywhere(
        &mut self,
        account_id: VirtualAccountId,
    ) -> Result<Option<AccountOwner>, Error> {
        let sql = owner_sql("v.id = $1", self.0.lock(OWNER_LOCK));
        let row = query(sqlx::AssertSqlSafe(sql)).bind(account_id.uuid()).fetch_optional(&mut self.0).await?;
        row.as_ref().map(owner).transpose()
    }

    /// An account by its number in canonical form, with its owner. `organisation_id` confines the look to one tenant;
    /// a bank, which knows nothing of tenants, gives none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn account_owner_by_number(
        &mut self,
        organisation_id: Option<OrganisationId>,
        number: &str,
    ) -> Result<Option<AccountOwner>, Error> {
        let row = query(sqlx::AssertSqlSafe(owner_sql("v.number = $1", self.0.lock(OWNER_LOCK))))
            .bind(number)
            .fetch_optional(&mut self.0)
            .await?;
        let owner = row.as_ref().map(owner).transpose()?;
        Ok(owner.filter(|owner| organisation_id.is_none_or(|id| id == owner.account.organisation_id)))
    }

    /// Money that came in since the day of a moment, by day and currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn daily_deposits(
        &mut self,
        organisation_id: OrganisationId,
        since: DateTime<Utc>,
    ) -> Result<Vec<DailySum>, Error> {
        let rows = query(
            "SELECT day, currency, CAST(sum(amount) AS BIGINT) AS amount, CAST(sum(deposits) AS BIGINT) AS deposits
             FROM daily_deposits WHERE organisation_id = $1 AND day >= $2 GROUP BY day, currency ORDER BY day, currency",
        )
        .bind(organisation_id.uuid())
        .bind(millis(since).div_euclid(DAY_MS))
        .fetch_all(&mut self.0)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DailySum {
                    day: row.try_get("day")?,
                    amount: Money::new(row.try_get("amount")?, currency(row, "currency")?),
                    deposits: row.try_get("deposits")?,
                })
            })
            .collect()
    }

    /// What the bank holds for an organisation, by currency: without fees that were collected, which are the house's.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn balances_by_currency(&mut self, organisation_id: OrganisationId) -> Result<Vec<Money>, Error> {
        let rows = query(
            "SELECT currency, CAST(-sum(balance) AS BIGINT) AS balance FROM account_balances
             WHERE organisation_id = $1 AND kind IN ('bank', 'fees_owed', 'fee_income', 'tax_due') AND kind <> 'customer_wallet'
             GROUP BY currency ORDER BY currency",
        )
        .bind(organisation_id.uuid())
        .fetch_all(&mut self.0)
        .await?;
        rows.iter().map(|row| Ok(Money::new(row.try_get("balance")?, currency(row, "currency")?))).collect()
    }
}

impl UnitOfWork {
    /// Adds a wallet; its account in the ledger is there already.
    ///
    /// # Errors
    /// [`Error::Taken`] when the customer has one in this currency.
    pub async fn insert_wallet(&mut self, wallet: &Wallet) -> Result<(), Error> {
        query("INSERT INTO wallets (organisation_id, id, customer_id, kind, currency, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(wallet.organisation_id.uuid())
            .bind(wallet.id.uuid())
            .bind(wallet.customer_id.map(CustomerId::uuid))
            .bind(wallet.kind.code())
            .bind(wallet.currency().code())
            .bind(millis(wallet.created_at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Adds an account. False when its number was issued before, whoever to.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_virtual_account(&mut self, account: &VirtualAccount) -> Result<bool, Error> {
        let done = query(
            "INSERT INTO virtual_accounts (organisation_id, id, wallet_id, customer_id, currency, account_name, number, credit_to, is_active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (number) DO NOTHING",
        )
        .bind(account.organisation_id.uuid())
        .bind(account.id.uuid())
        .bind(account.wallet_id.uuid())
        .bind(account.customer_id.uuid())
        .bind(account.currency.code())
        .bind(&account.account_name)
        .bind(account.number.canonical())
        .bind(account.credit_to.code())
        .bind(account.is_active)
        .bind(millis(account.created_at))
        .execute(&mut self.conn())
        .await?;
        Ok(done == 1)
    }

    /// Takes the next serial of the first range of a currency that still has numbers.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn take_serial(&mut self, currency: Currency) -> Result<Option<(i64, NumberRange, u64)>, Error> {
        let row = query(
            "UPDATE number_ranges SET next_serial = next_serial + 1
             WHERE id = (SELECT id FROM number_ranges WHERE currency = $1 AND exhausted_at IS NULL ORDER BY id LIMIT 1)
             RETURNING id, range, next_serial - 1 AS serial",
        )
        .bind(currency.code())
        .fetch_optional(&mut self.conn())
        .await?;
        row.map(|row| {
            let serial: i64 = row.try_get("serial")?;
            let serial = u64::try_from(serial).map_err(|error| Error::corrupt("next_serial", error))?;
            Ok((row.try_get("id")?, json(&row, "range")?, serial))
        })
        .transpose()
    }

    /// Notes that a range has no number left.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn exhaust_range(&mut self, range_id: i64, at: DateTime<Utc>) -> Result<(), Error> {
        query("UPDATE number_ranges SET exhausted_at = $2 WHERE id = $1")
            .bind(range_id)
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Adds a range unless the currency has one. True when it was added.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_first_range(
        &mut self,
        organisation_id: OrganisationId,
        range: &NumberRange,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        if self.conn().is_postgres() {
            // Or two processes that start at once would each find none.
            query("LOCK TABLE number_ranges IN SHARE ROW EXCLUSIVE MODE").execute(&mut self.conn()).await?;
        }
        let done = query(
            "INSERT INTO number_ranges (organisation_id, currency, range, created_at)
             SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM number_ranges WHERE currency = $2)",
        )
        .bind(organisation_id.uuid())
        .bind(range.currency.code())
        .bind(to_json("range", range)?)
        .bind(millis(at))
        .execute(&mut self.conn())
        .await?;
        Ok(done > 0)
    }
}

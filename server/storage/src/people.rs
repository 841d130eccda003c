//! People who sign in, their sessions, keys for programs, and failed attempts.

use chrono::{DateTime, Utc};
use domain::{
    id::{ApiKeyId, OrganisationId, SessionId, UserId},
    permission::Role,
};

use crate::{
    Error, Rows, UnitOfWork,
    rows::{id, millis, moment, moment_maybe, word},
    sql::query,
};

/// What signing in needs to know of a person.
#[derive(Clone, Debug)]
pub struct Login {
    /// Their organisation.
    pub organisation_id: OrganisationId,
    /// Who.
    pub user_id: UserId,
    /// What they may do.
    pub role: Role,
    /// The argon2id hash of their password, in PHC form.
    pub password_hash: String,
}

/// A browser's session, with the person it stands for.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// Their organisation.
    pub organisation_id: OrganisationId,
    /// Who.
    pub user_id: UserId,
    /// Their e-mail.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// When it was used last, at the precision of a minute.
    pub seen_at: DateTime<Utc>,
    /// When it ends however much it is used.
    pub expires_at: DateTime<Utc>,
}

/// A key for programs, without its secret.
#[derive(Clone, Debug)]
pub struct ApiKeyRow {
    /// Its id.
    pub id: ApiKeyId,
    /// Its organisation.
    pub organisation_id: OrganisationId,
    /// What somebody called it.
    pub name: String,
    /// The last characters of the secret, to tell keys apart.
    pub hint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was used last.
    pub used_at: Option<DateTime<Utc>>,
    /// When it was withdrawn.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Rows<'_> {
    /// The person who signs in with an e-mail.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn login(&mut self, email: &str) -> Result<Option<Login>, Error> {
        let row = query("SELECT organisation_id, id, role, password_hash FROM users WHERE email = $1")
            .bind(email)
            .fetch_optional(&mut self.0)
            .await?;
        row.map(|row| {
            Ok(Login {
                organisation_id: id(&row, "organisation_id", OrganisationId::from_uuid)?,
                user_id: id(&row, "id", UserId::from_uuid)?,
                role: word(&row, "role", Role::from_code)?,
                password_hash: row.try_get("password_hash")?,
            })
        })
        .transpose()
    }

    /// The session of a token.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn session(&mut self, token_hash: &[u8]) -> Result<Option<SessionRow>, Error> {
        let row = query(
            "SELECT s.id, s.organisation_id, s.user_id, s.seen_at, s.expires_at, u.email, u.role
             FROM sessions s JOIN users u ON u.organisation_id = s.organisation_id AND u.id = s.user_id
             WHERE s.token_hash = $1",
        )
        .bind(token_hash)
        .fetch_optional(&mut self.0)
        .await?;
        row.map(|row| {
            Ok(SessionRow {
                id: id(&row, "id", SessionId::from_uuid)?,
                organisation_id: id(&row, "organisation_id", OrganisationId::from_uuid)?,
                user_id: id(&row, "user_id", UserId::from_uuid)?,
                email: row.try_get("email")?,
                role: word(&row, "role", Role::from_code)?,
                seen_at: moment(&row, "seen_at")?,
                expires_at: moment(&row, "expires_at")?,
            })
        })
        .transpose()
    }

    /// Failed attempts of a bucket since its window began.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn failed_sign_ins(&mut self, bucket: &[u8]) -> Result<Option<(i64, DateTime<Utc>)>, Error> {
        let row = query("SELECT failures, window_started_at FROM sign_in_attempts WHERE bucket = $1")
            .bind(bucket)
            .fetch_optional(&mut self.0)
            .await?;
        row.map(|row| Ok((row.try_get("failures")?, moment(&row, "window_started_at")?))).transpose()
    }

    /// The key of a secret, unless it was withdrawn.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn api_key(&mut self, secret_hash: &[u8]) -> Result<Option<ApiKeyRow>, Error> {
        let row = query("SELECT * FROM api_keys WHERE secret_hash = $1 AND revoked_at IS NULL")
            .bind(secret_hash)
            .fetch_optional(&mut self.0)
            .await?;
        row.as_ref().map(api_key).transpose()
    }

    /// The keys of an organisation, newest first, at most 200.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn api_keys(&mut self, organisation_id: OrganisationId) -> Result<Vec<ApiKeyRow>, Error> {
        query("SELECT * FROM api_keys WHERE organisation_id = $1 ORDER BY id DESC LIMIT 200")
            .bind(organisation_id.uuid())
            .fetch_all(&mut self.0)
            .await?
            .iter()
            .map(api_key)
            .collect()
    }
}

fn api_key(row: &crate::sql::Row) -> Result<ApiKeyRow, Error> {
    Ok(ApiKeyRow {
        id: id(row, "id", ApiKeyId::from_uuid)?,
        organisation_id: id(row, "organisation_id", OrganisationId::from_uuid)?,
        name: row.try_get("name")?,
        hint: row.try_get("hint")?,
        created_at: moment(row, "created_at")?,
        used_at: moment_maybe(row, "used_at")?,
        revoked_at: moment_maybe(row, "revoked_at")?,
    })
}

impl UnitOfWork {
    /// Adds a person.
    ///
    /// # Errors
    /// [`Error::Taken`] when the e-mail is in use.
    pub async fn insert_user(&mut self, login: &Login, email: &str, at: DateTime<Utc>) -> Result<(), Error> {
        query("INSERT INTO users (organisation_id, id, email, password_hash, role, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(login.organisation_id.uuid())
            .bind(login.user_id.uuid())
            .bind(email)
            .bind(&login.password_hash)
            .bind(login.role.code())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Adds a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_session(&mut self, session: &SessionRow, token_hash: &[u8]) -> Result<(), Error> {
        query(
            "INSERT INTO sessions (organisation_id, id, token_hash, user_id, created_at, seen_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(session.organisation_id.uuid())
        .bind(session.id.uuid())
        .bind(token_hash)
        .bind(session.user_id.uuid())
        .bind(millis(session.seen_at))
        .bind(millis(session.expires_at))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Notes that a session was used.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn touch_session(
        &mut self,
        organisation_id: OrganisationId,
        session: SessionId,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("UPDATE sessions SET seen_at = $3 WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(session.uuid())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn delete_session(&mut self, token_hash: &[u8]) -> Result<(), Error> {
        query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(&mut self.conn()).await?;
        Ok(())
    }

    /// Ends every session of a person.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn delete_sessions_of(&mut self, organisation_id: OrganisationId, user_id: UserId) -> Result<u64, Error> {
        let done = query("DELETE FROM sessions WHERE organisation_id = $1 AND user_id = $2")
            .bind(organisation_id.uuid())
            .bind(user_id.uuid())
            .execute(&mut self.conn())
            .await?;
        Ok(done)
    }

    /// Removes sessions that ended and attempts that no longer count.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn sweep_sign_ins(&mut self, now: DateTime<Utc>, attempts_before: DateTime<Utc>) -> Result<(), Error> {
        query("DELETE FROM sessions WHERE expires_at < $1").bind(millis(now)).execute(&mut self.conn()).await?;
        query("DELETE FROM sign_in_attempts WHERE window_started_at < $1")
            .bind(millis(attempts_before))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Waits until no other unit of work that did the same is under way: attempts are counted one after the other.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn hold_sign_ins(&mut self, bucket: &[u8]) -> Result<(), Error> {
        if self.conn().is_postgres() {
            let number = bucket.iter().take(8).fold(0_i64, |number, byte| number << 8 | i64::from(*byte));
            query("SELECT pg_advisory_xact_lock($1)").bind(number).execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    /// Counts a failed attempt; when the last window began at `window_start` or earlier, it begins a new window.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn count_failed_sign_in(
        &mut self,
        bucket: &[u8],
        at: DateTime<Utc>,
        window_start: DateTime<Utc>,
    ) -> Result<(), Error> {
        query(
            "INSERT INTO sign_in_attempts (bucket, failures, window_started_at) VALUES ($1, 1, $2)
             ON CONFLICT (bucket) DO UPDATE SET
                failures = CASE WHEN sign_in_attempts.window_started_at <= $3 THEN 1 ELSE sign_in_attempts.failures + 1 END,
                window_started_at = CASE WHEN sign_in_attempts.window_started_at <= $3 THEN $2 ELSE sign_in_attempts.window_started_at END",
        )
        .bind(bucket)
        .bind(millis(at))
        .bind(millis(window_start))
        .execute(&mut self.conn())
        .await?;
        Ok(())
    }

    /// Forgets the failed attempts of a bucket.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_failed_sign_ins(&mut self, bucket: &[u8]) -> Result<(), Error> {
        query("DELETE FROM sign_in_attempts WHERE bucket = $1").bind(bucket).execute(&mut self.conn()).await?;
        Ok(())
    }

    /// Adds a key.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn insert_api_key(&mut self, key: &ApiKeyRow, secret_hash: &[u8]) -> Result<(), Error> {
        query("INSERT INTO api_keys (organisation_id, id, name, hint, secret_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(key.organisation_id.uuid())
            .bind(key.id.uuid())
            .bind(&key.name)
            .bind(&key.hint)
            .bind(secret_hash)
            .bind(millis(key.created_at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn touch_api_key(
        &mut self,
        organisation_id: OrganisationId,
        key: ApiKeyId,
        at: DateTime<Utc>,
    ) -> Result<(), Error> {
        query("UPDATE api_keys SET used_at = $3 WHERE organisation_id = $1 AND id = $2")
            .bind(organisation_id.uuid())
            .bind(key.uuid())
            .bind(millis(at))
            .execute(&mut self.conn())
            .await?;
        Ok(())
    }

    /// Withdraws a key. True when it was there and not withdrawn yet.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn revoke_api_key(
        &mut self,
        organisation_id: OrganisationId,
        key: ApiKeyId,
        at: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let done =
            query("UPDATE api_keys SET revoked_at = $3 WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL")
                .bind(organisation_id.uuid())
                .bind(key.uuid())
                .bind(millis(at))
                .execute(&mut self.conn())
                .await?;
        Ok(done > 0)
    }
}

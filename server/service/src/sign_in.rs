//! Signing in and out, sessions, and the brake on guessing.
//!
//! Guessing is braked by account and network together, by account alone (many addresses, one account) and by network
//! alone (one address, many accounts). The counts are in the database, so that more processes give no more guesses.

use std::{net::IpAddr, sync::LazyLock};

use argon2::{
    Argon2, PasswordHash, PasswordHasher, PasswordVerifier,
    password_hash::{Salt, SaltString},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use domain::{
    id::{SessionId, UserId},
    permission::{Actor, Authority, Role},
};
use storage::{Login, Organisation, Rows, SessionRow};
use tokio::sync::Semaphore;

use crate::{Error, Purser, purser::sha256};

/// A session ends after this long without use.
const IDLE: Duration = Duration::hours(2);
/// A session ends after this long however much it is used.
const ABSOLUTE: Duration = Duration::hours(12);
/// That a session is used is noted once in this long.
const TOUCH: Duration = Duration::minutes(1);
/// Failed attempts count for this long.
const WINDOW: Duration = Duration::minutes(15);
const FAILURES_FROM_ONE_NETWORK_MAX: i64 = 5;
const FAILURES_OF_ONE_ACCOUNT_MAX: i64 = 20;
const FAILURES_OF_ONE_NETWORK_MAX: i64 = 50;
/// Longer input is no password of anybody's, and hashing it would only cost.
const PASSWORD_BYTES_MAX: usize = 1024;

/// Hashing takes 19 MiB and some milliseconds each; more at once would only wait for the processor.
static HASHES_AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Verified against when nobody has the e-mail, so that the time of the answer does not tell.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash("nobody has this password", &[7; 16]).ok());

/// A new session, for the browser's cookie.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The secret of the session. Only its hash is stored.
    pub token: String,
    /// When the cookie ends.
    pub max_age_s: i64,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The session.
    pub id: SessionId,
    /// Their organisation.
    pub organisation: Organisation,
    /// Who.
    pub user_id: UserId,
    /// Their e-mail.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The same, to show to a verb.
    pub authority: Authority,
}

impl Purser {
    /// Signs in, and ends the session of `old_token`: a session never outlives a sign-in.
    ///
    /// # Errors
    /// [`Error::Invalid`] when e-mail and password do not belong together, [`Error::TooMany`] after too many attempts.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        network: &str,
        old_token: Option<&str>,
    ) -> Result<SignedIn, Error> {
        let now = self.now();
        let email = email.trim().to_lowercase();
        let buckets = Buckets::of(&email, network);
        brake(&mut self.read().await?.rows(), &buckets, now).await?;
        let login = self.read().await?.rows().login(&email).await?;
        let stored = login.as_ref().map(|login| login.password_hash.clone()).or_else(|| NOBODY.clone());
        let is_right = verify(password.to_owned(), stored.unwrap_or_default()).await?;
        let mut unit = self.begin().await?;
        // Again, now that guesses are counted one after the other: many sent at once all came past the first look.
        for (bucket, _) in buckets.all() {
            unit.hold_sign_ins(bucket).await?;
        }
        brake(&mut unit.rows(), &buckets, now).await?;
        let Some(login) = login.filter(|_| is_right) else {
            for (bucket, _) in buckets.all() {
                unit.count_failed_sign_in(bucket, now, now - WINDOW).await?;
            }
            unit.save().await?;
            return Err(Error::field(
                "password",
                "wrong_credentials",
                "E-mail and password do not belong together. Check both.",
            ));
        };
        unit.forget_failed_sign_ins(&buckets.both).await?;
        if let Some(token) = old_token {
            unit.delete_session(&sha256(token.as_bytes())).await?;
        }
        let token = URL_SAFE_NO_PAD.encode(self.random::<32>());
        let session = SessionRow {
            id: self.id(SessionId::new, now),
            organisation_id: login.organisation_id,
            user_id: login.user_id,
            email,
            role: login.role,
            seen_at: now,
            expires_at: now + ABSOLUTE,
        };
        unit.insert_session(&session, &sha256(token.as_bytes())).await?;
        unit.save().await?;
        Ok(SignedIn { token, max_age_s: ABSOLUTE.num_seconds() })
    }

    /// The session of a token, while it lasts.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, Error> {
        let now = self.now();
        let mut reading = self.read().await?;
        let Some(row) = reading.rows().session(&sha256(token.as_bytes())).await? else { return Ok(None) };
        if row.expires_at <= now || row.seen_at + IDLE <= now {
            return Ok(None);
        }
        let Some(organisation) = reading.rows().organisation(row.organisation_id).await? else { return Ok(None) };
        drop(reading);
        if row.seen_at + TOUCH <= now {
            let mut unit = self.begin().await?;
            unit.touch_session(row.organisation_id, row.id, now).await?;
            unit.save().await?;
        }
        let authority =
            Authority { organisation_id: row.organisation_id, actor: Actor::User(row.user_id), role: row.role };
        Ok(Some(Session {
            id: row.id,
            organisation,
            user_id: row.user_id,
            email: row.email,
            role: row.role,
            authority,
        }))
    }

    /// Ends a session. Ending it twice is no error.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn sign_out(&self, token: &str) -> Result<(), Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            unit.delete_session(&sha256(token.as_bytes())).await?;
            Ok(unit.save().await?)
        })
        .await
    }

    /// Ends every session of the person who is signed in, this one too. Tells how many there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn sign_out_everywhere(&self, session: &Session) -> Result<u64, Error> {
        self.settled(|| async {
            let mut unit = self.begin().await?;
            let ended = unit.delete_sessions_of(session.organisation.id, session.user_id).await?;
            unit.audit(&self.reader(&session.authority).audit(
                "user.sign_out_everywhere",
                session.user_id.to_string(),
                None,
                None,
            ))
            .await?;
            unit.save().await?;
            Ok(ended)
        })
        .await
    }

    /// Whose a key for programs is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn authenticate_key(&self, secret: &str) -> Result<Option<Authority>, Error> {
        if !secret.starts_with("sk_") {
            return Ok(None);
        }
        let Some(key) = self.read().await?.rows().api_key(&sha256(secret.as_bytes())).await? else { return Ok(None) };
        let now = self.now();
        if key.used_at.is_none_or(|used_at| used_at + TOUCH <= now) {
            let mut unit = self.begin().await?;
            unit.touch_api_key(key.organisation_id, key.id, now).await?;
            unit.save().await?;
        }
        Ok(Some(Authority { organisation_id: key.organisation_id, actor: Actor::ApiKey(key.id), role: Role::Admin }))
    }

    /// A password that nobody guesses.
    pub(crate) fn new_password(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.random::<15>())
    }

    /// A password hash for storage.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, Error> {
        let (password, salt) = (password.to_owned(), self.random::<16>());
        let _permit = HASHES_AT_ONCE.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || hash(&password, &salt)).await.map_err(Error::internal)?
    }

    pub(crate) fn new_login(
        &self,
        organisation_id: domain::id::OrganisationId,
        password_hash: String,
        role: Role,
    ) -> Login {
        Login { organisation_id, user_id: self.id(UserId::new, self.now()), role, password_hash }
    }
}

/// Refuses when there were too many failures of late.
async fn brake(rows: &mut Rows<'_>, buckets: &Buckets, now: DateTime<Utc>) -> Result<(), Error> {
    for (bucket, failures_max) in buckets.all() {
        if let Some((failures, since)) = rows.failed_sign_ins(bucket).await?
            && failures >= failures_max
            && since + WINDOW > now
        {
            let wait = (since + WINDOW - now).num_seconds().max(1);
            return Err(Error::TooMany { retry_after_s: wait.unsigned_abs() });
        }
    }
    Ok(())
}

/// Hashes of whom and whence, so that neither stands in the database.
struct Buckets {
    both: [u8; 32],
    account: [u8; 32],
    network: [u8; 32],
}

impl Buckets {
    fn of(email: &str, network: &str) -> Self {
        let network = prefix(network);
        Self {
            both: sha256(format!("both|{email}|{network}").as_bytes()),
            account: sha256(format!("account|{email}").as_bytes()),
            network: sha256(format!("network|{network}").as_bytes()),
        }
    }

    fn all(&self) -> [(&[u8], i64); 3] {
        [
            (&self.both, FAILURES_FROM_ONE_NETWORK_MAX),
            (&self.account, FAILURES_OF_ONE_ACCOUNT_MAX),
            (&self.network, FAILURES_OF_ONE_NETWORK_MAX),
        ]
    }
}

/// Whoever has one address of a network has its neighbours too: /24 in version 4, /64 in version 6.
fn prefix(network: &str) -> String {
    match network.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        Err(_) => network.to_owned(),
    }
}

fn hash(password: &str, salt: &[u8]) -> Result<String, Error> {
    let salt = SaltString::encode_b64(salt).map_err(|error| Error::internal(error.to_string()))?;
    let hash = Argon2::default().hash_password(password.as_bytes(), Salt::from(&salt));
    Ok(hash.map_err(|error| Error::internal(error.to_string()))?.to_string())
}

async fn verify(password: String, stored: String) -> Result<bool, Error> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Ok(false);
    }
    let _permit = HASHES_AT_ONCE.acquire().await.map_err(Error::internal)?;
    let is_right = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&stored)
            .is_ok_and(|stored| Argon2::default().verify_password(password.as_bytes(), &stored).is_ok())
    });
    is_right.await.map_err(Error::internal)
}

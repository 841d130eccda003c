//! Installations to measure: one in this process, or one that the program `purser` fills and serves.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, Result, anyhow, ensure};
use bytes::Bytes;
use chrono::TimeDelta;
use documents::specimens;
use domain::{
    id::OrganisationId,
    input::CustomerInput,
    money::Currency,
    permission::{Actor, Authority, Feature, Role},
    standing::Status,
    wallet::{CreditTo, VirtualAccount},
};
use serde_json::{Value, json};
use service::{NewOrganisation, PastCustomer, Purser};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    config::Config,
    figures::{Aim, Report, Samples, fsync_us},
    open,
};

/// Where an installation keeps what it has.
#[derive(Clone, Debug)]
pub struct Place {
    pub folder: PathBuf,
    pub database_url: String,
}

impl Place {
    /// In a folder, on the embedded database.
    pub fn embedded(folder: PathBuf) -> Self {
        let database_url = format!("sqlite://{}", folder.join("purser.db").display());
        Self { folder, database_url }
    }

    fn config(&self) -> Config {
        Config {
            address: "127.0.0.1:0".to_owned(),
            database_url: self.database_url.clone(),
            connections: storage::CONNECTIONS,
            documents_url: format!("file://{}", self.folder.join("documents").display()),
            key_file: self.folder.join("key"),
        }
    }

    /// Opens it in this process.
    pub async fn open(&self) -> Result<Purser> {
        std::fs::create_dir_all(&self.folder)?;
        open::purser(&self.config()).await
    }

    /// The program `purser`, on it.
    fn program(&self) -> Result<Command> {
        let program = std::env::current_exe()?.with_file_name("purser");
        ensure!(program.exists(), "{} is not there: `make build` makes it", program.display());
        let mut command = Command::new(program);
        command.env("PURSER_DATA_DIR", &self.folder).env("PURSER_DATABASE_URL", &self.database_url);
        command.env("PURSER_ADDR", "127.0.0.1:0").env("PURSER_LOG", "warn");
        for name in ["PURSER_DOCUMENTS_URL", "PURSER_KEY_FILE", "PURSER_DATABASE_CONNECTIONS"] {
            command.env_remove(name);
        }
        Ok(command)
    }

    /// Serves it by the program, which leaves the jobs alone. Tells where it listens.
    pub async fn serve(&self) -> Result<(Child, String)> {
        let mut child = self
            .program()?
            .args(["serve", "--no-worker"])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("`purser serve` cannot be started")?;
        let out = child.stdout.take().context("its output")?;
        let first = BufReader::new(out).lines().next_line().await?.context("`purser serve` ended at once")?;
        let address = first.strip_prefix("listening on http://").context("the first line names the address")?;
        Ok((child, address.to_owned()))
    }
}

/// A PostgreSQL server of the benchmark's own, as durable as it is by default.
pub struct Postgres {
    folder: PathBuf,
    url: String,
}

impl Postgres {
    pub fn start(folder: &Path) -> Result<Self> {
        // It runs as somebody else when this runs as root, and has to find its way in.
        let folder = folder.join("postgres");
        let output = Self::script(&["start", &folder.display().to_string(), "shared_buffers=1GB", "max_wal_size=4GB"])?;
        let url = String::from_utf8(output.stdout)?.trim().to_owned();
        ensure!(url.starts_with("postgres://"), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Self { folder, url })
    }

    fn script(arguments: &[&str]) -> Result<std::process::Output> {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/postgres");
        Ok(std::process::Command::new(script).args(arguments).output()?)
    }

    /// A database of this name, made when it is opened.
    pub fn place(&self, folder: PathBuf, name: &str) -> Place {
        Place { folder, database_url: self.url.replace("/postgres?", &format!("/{name}?")) }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // There is nobody to tell, and the folder is a temporary one.
        let _ = Self::script(&["stop", &self.folder.display().to_string()]);
    }
}

/// An installation in this process, with customers that may take money.
pub struct Sandbox {
    pub purser: Purser,
    pub authority: Authority,
    pub api_key: String,
    pub accounts: Vec<VirtualAccount>,
}

impl Sandbox {
    /// Opens one with so many approved customers, each with a wallet.
    pub async fn open(place: &Place, customers: usize) -> Result<Self> {
        let purser = place.open().await?;
        let new = NewOrganisation {
            name: "Bench".to_owned(),
            email: "bench@example.com".to_owned(),
            is_sandbox: true,
            features: vec![Feature::CustomerCreation],
        };
        let at = purser.now() - TimeDelta::days(1);
        let (opened, mut seeder) = purser.seed(&new, at).await?;
        let proof = seeder.upload(specimens::PASSPORT.file_name, Bytes::from_static(specimens::PASSPORT.bytes)).await?;
        let paper = seeder
            .upload(specimens::ADDRESS_PROOF.file_name, Bytes::from_static(specimens::ADDRESS_PROOF.bytes))
            .await?;
        let mut past = Vec::new();
        for n in 0..customers {
            let input = person(n, &proof.id.to_string(), &paper.id.to_string())?;
            let details = input.parse(at.date_naive()).map_err(|faults| anyhow!("{faults:?}"))?;
            past.push(PastCustomer { details, created_at: at, decided_at: at });
        }
        let mut accounts = Vec::new();
        for customer in seeder.customers(past).await? {
            ensure!(customer.status() == Status::Approved, "the bench's customers are approved");
            accounts.push(seeder.issue_wallet(&customer, Currency::AUD, CreditTo::CustomerWallet, at).await?);
        }
        seeder.save().await?;
        Ok(Self { authority: *seeder.authority(), api_key: opened.api_key, purser, accounts })
    }
}

/// A complete person.
pub fn person(n: usize, id_proof: &str, address_proof: &str) -> Result<CustomerInput> {
    Ok(serde_json::from_value(json!({
        "type": "individual",
        "individual": {
            "first_name": "Elin", "last_name": format!("Nordquist {n}"), "date_of_birth": "1988-04-12", "nationality": "SE",
            "identification": { "type": "passport", "number": format!("P{n:08}"), "issuing_country": "SE", "expires_on": "2099-01-31" },
        },
        "account_usage_purpose": "personal_savings",
        "address": { "line1": "Sveavägen 4", "city": "Stockholm", "postal_code": "111 57", "country": "SE" },
        "email": format!("elin.{n}@example.com"),
        "documents": { "id_proof": id_proof, "address_proof": address_proof },
    }))?)
}

/// An installation that `purser demo` filled.
pub struct Demonstration {
    place: Place,
    pub purser: Purser,
    pub organisation_id: OrganisationId,
    pub customers: usize,
    email: String,
    password: String,
}

impl Demonstration {
    /// Fills one with so many customers, and reports how fast that went.
    pub async fn fill(report: &mut Report, place: Place, customers: usize) -> Result<Self> {
        std::fs::create_dir_all(&place.folder)?;
        eprintln!("filling a demonstration with {customers} customers");
        let began_at = Instant::now();
        let output = place
            .program()?
            .args(["demo", "--json", "--deposits", "400", "--customers", &customers.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .context("`purser demo` cannot be started")?
            .wait_with_output()
            .await?;
        ensure!(output.status.success(), "`purser demo` failed");
        let mut samples = Samples::default();
        #[expect(clippy::cast_precision_loss, reason = "a count of customers")]
        samples.push(customers as f64 / began_at.elapsed().as_secs_f64());
        let name = format!("purser demo, {customers} customers");
        report.add(&name, "customers/s", &samples, None, Aim::None, Some(fsync_us(&place.folder)?));
        let said: Value = serde_json::from_slice(&output.stdout).context("what `purser demo` printed")?;
        let text = |field: &str| said[field].as_str().map(str::to_owned).with_context(|| format!("no {field}"));
        Ok(Self {
            purser: place.open().await?,
            place,
            organisation_id: text("organisation_id")?.parse()?,
            customers,
            email: text("email")?,
            password: text("password")?,
        })
    }

    /// Somebody who may look.
    pub fn authority(&self) -> Authority {
        Authority { organisation_id: self.organisation_id, actor: Actor::System, role: Role::ReadOnly }
    }

    /// The same installation, served by the program, with somebody signed in.
    pub async fn serve(&self) -> Result<Server> {
        let (child, address) = self.place.serve().await?;
        let signed_in = self.purser.sign_in(&self.email, &self.password, "127.0.0.1", None).await?;
        let token = Arc::from(signed_in.token.as_str());
        Ok(Server { child, address, token, email: self.email.clone(), password: self.password.clone() })
    }
}

/// A serving program.
pub struct Server {
    child: Child,
    pub address: String,
    pub token: Arc<str>,
    pub email: String,
    pub password: String,
}

impl Server {
    /// Ends it.
    pub async fn stop(mut self) -> Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }
}

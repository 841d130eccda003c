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
use storage::BareLoop;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::{
    config::Config,
    figures::{Aim, Report, Samples, fsync_us},
    open,
};

/// Enough for wallets that many movements are spread over.
const DEPOSITS: &str = "20000";
/// Customers whose rows are read together to be written bare, and how many to a transaction, as `purser demo` does it.
const PORTION: i64 = 20_000;
const PER_TRANSACTION: usize = 1_000;

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
    is_kept: bool,
}

impl Postgres {
    pub fn start(folder: &Path, is_kept: bool) -> Result<Self> {
        // It runs as somebody else when this runs as root, and has to find its way in.
        let folder = folder.join("postgres");
        let settings = ["shared_buffers=1GB", "max_wal_size=4GB", "maintenance_work_mem=512MB"];
        let output = Self::script(&[&["start", &folder.display().to_string()], settings.as_slice()].concat())?;
        let url = String::from_utf8(output.stdout)?.trim().to_owned();
        ensure!(url.starts_with("postgres://"), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Self { folder, url, is_kept })
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
        let how = if self.is_kept { "rest" } else { "stop" };
        // There is nobody to tell.
        let _ = Self::script(&[how, &self.folder.display().to_string()]);
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
    pub place: Place,
    pub purser: Purser,
    pub organisation_id: OrganisationId,
    pub customers: usize,
    /// What `purser demo` said.
    told: Value,
}

impl Demonstration {
    /// Fills one with so many customers. One that an earlier run has kept is taken as it is.
    pub async fn open(place: Place, customers: usize) -> Result<Self> {
        std::fs::create_dir_all(&place.folder)?;
        let file = place.folder.join("demonstration.json");
        if !file.exists() {
            eprintln!("filling a demonstration with {customers} customers");
            let output = place
                .program()?
                .args(["demo", "--json", "--deposits", DEPOSITS, "--customers", &customers.to_string()])
                .stdout(Stdio::piped())
                .spawn()
                .context("`purser demo` cannot be started")?
                .wait_with_output()
                .await?;
            ensure!(output.status.success(), "`purser demo` failed");
            std::fs::write(&file, output.stdout)?;
        }
        let told: Value = serde_json::from_slice(&std::fs::read(&file)?).context("what `purser demo` printed")?;
        let customers = told["customers"].as_u64().context("how many customers there are")?;
        Ok(Self {
            purser: place.open().await?,
            organisation_id: told["organisation_id"].as_str().context("the organisation")?.parse()?,
            customers: usize::try_from(customers)?,
            place,
            told,
        })
    }

    /// Whether this was done to it already, in this run or an earlier one whose databases were kept.
    pub fn has(&self, what: &str) -> bool {
        self.place.folder.join(what).exists()
    }

    /// From here on this is done.
    pub fn mark(&self, what: &str) -> Result<()> {
        Ok(std::fs::write(self.place.folder.join(what), "")?)
    }

    /// Reports how fast it was filled, against the same rows written bare: all of them, because the larger its tables
    /// are, the slower a database takes rows.
    pub async fn report(&self, report: &mut Report, fresh: &Place) -> Result<()> {
        let mut there = BareLoop::open(&self.place.database_url).await?;
        fresh.open().await?.close().await;
        let mut bare = BareLoop::open(&fresh.database_url).await?;
        bare.write_organisations_of(&mut there).await?;
        let (mut read, rows) = there.begin_customers().await?;
        let (mut written, mut seconds) = (0, 0.0);
        while let Some(some) = there.read_customers(&mut read, PORTION).await? {
            let began_at = Instant::now();
            bare.write_customers(&some, PER_TRANSACTION).await?;
            seconds += began_at.elapsed().as_secs_f64();
            written += some.rows();
        }
        bare.close().await?;
        there.close().await?;
        let (mut figure, mut baseline) = (Samples::default(), Samples::default());
        let took = self.told["seconds"].as_f64().context("how long it took")?;
        #[expect(clippy::cast_precision_loss, reason = "counts of some million")]
        {
            figure.push(rows as f64 / took);
            baseline.push(written as f64 / seconds);
        }
        let name = format!("purser demo --customers {}, {took:.0} s", self.customers);
        let fsync = Some(fsync_us(&self.place.folder)?);
        report.add(&name, "rows/s", &figure, Some(("the same rows, bare", &baseline)), Aim::RatioMin(0.3), fsync);
        Ok(())
    }

    /// Somebody who may look.
    pub fn authority(&self) -> Authority {
        Authority { organisation_id: self.organisation_id, actor: Actor::System, role: Role::ReadOnly }
    }

    /// The same installation, served by the program, with somebody signed in.
    pub async fn serve(&self) -> Result<Server> {
        let (child, address) = self.place.serve().await?;
        let text = |field: &str| self.told[field].as_str().map(str::to_owned).with_context(|| format!("no {field}"));
        let (email, password, api_key) = (text("email")?, text("password")?, text("api_key")?);
        let signed_in = self.purser.sign_in(&email, &password, "127.0.0.1", None).await?;
        let cookie = format!("__Host-session={}", signed_in.token.as_str()).into();
        Ok(Server { child, address: address.into(), cookie, email, password, api_key })
    }
}

/// A serving program.
pub struct Server {
    child: Child,
    pub address: Arc<str>,
    /// Of somebody who is signed in.
    pub cookie: Arc<str>,
    pub email: String,
    pub password: String,
    pub api_key: String,
}

impl Server {
    pub fn process_id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it.
    pub async fn stop(mut self) -> Result<()> {
        self.child.start_kill()?;
        self.child.wait().await?;
        Ok(())
    }
}

//! The program under test, as processes that can be killed.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use scratch_database::ScratchDatabase;
use serde_json::Value;

use crate::http::Server;

/// An installation: a folder, and a database on the engine under test.
pub struct Installation {
    data: PathBuf,
    database_url: String,
    settings: Vec<(&'static str, &'static str)>,
    _database: Option<ScratchDatabase>,
}

/// `purser serve`, which dies with its handle.
pub struct Serving {
    child: Child,
    pub address: String,
}

impl Installation {
    pub fn new(folder: &Path) -> Self {
        let database = ScratchDatabase::new();
        let installation = Self::on(folder, database.url().to_owned());
        Self { _database: Some(database), ..installation }
    }

    /// On a database that is somebody else's to make and remove.
    pub fn on(folder: &Path, database_url: String) -> Self {
        Self { data: folder.join("data"), database_url, settings: Vec::new(), _database: None }
    }

    /// Sets a variable for every process from now on.
    pub fn set(&mut self, name: &'static str, value: &'static str) {
        self.settings.push((name, value));
    }

    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_purser"));
        command.args(arguments).env("PURSER_DATA_DIR", &self.data).env("PURSER_ADDR", "127.0.0.1:0");
        command.envs(self.settings.iter().copied());
        command.env("PURSER_LOG", "off").stderr(Stdio::inherit());
        command.env("PURSER_DATABASE_URL", self.database_url());
        for name in ["PURSER_DOCUMENTS_URL", "PURSER_KEY_FILE"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).stderr(Stdio::piped()).output().unwrap()
    }

    /// Begins a command that may be killed.
    pub fn begin(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).spawn().unwrap()
    }

    /// Starts the server and waits until it listens.
    pub fn serve(&self) -> Serving {
        Self::serving(self.command(&["serve"]))
    }

    /// The same, and the jobs are left to others.
    pub fn serve_only(&self) -> Serving {
        Self::serving(self.command(&["serve", "--no-worker"]))
    }

    /// The same, and no file of it may become larger than so many kibibytes.
    pub fn serve_where_files_may_not_grow_beyond(&self, kibibytes: u32) -> Serving {
        let purser = self.command(&["serve"]);
        let mut shell = Command::new("bash");
        // Else the system ends the process instead of refusing the write.
        let script = format!("trap '' XFSZ; ulimit -S -f {kibibytes}; exec \"$0\" serve");
        shell.args(["-c", &script]).arg(purser.get_program()).stderr(Stdio::inherit());
        shell.envs(purser.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self::serving(shell)
    }

    fn serving(mut command: Command) -> Serving {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.split_once("http://").unwrap().1.to_owned();
        Serving { child, address }
    }

    pub fn create_organisation(&self) -> (String, String) {
        let output = self.run(&[
            "admin",
            "create-organisation",
            "--name",
            "Northwind",
            "--email",
            "admin@northwind.example",
            "--sandbox",
            "--feature",
            "customer_creation",
            "--json",
        ]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said: Value = serde_json::from_slice(&output.stdout).unwrap();
        let word = |name: &str| said[name].as_str().unwrap().to_owned();
        (word("organisation_id"), word("api_key"))
    }
}

impl Serving {
    /// `kill -9`.
    pub fn kill(mut self) {
        kill(&mut self.child);
    }

    /// Takes the limit away again.
    pub fn let_files_grow(&self) {
        let pid = self.child.id().to_string();
        let done = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().unwrap();
        assert!(done.success());
    }

    pub fn speak(&self, api_key: &str) -> Server {
        Server { address: self.address.clone(), api_key: api_key.to_owned() }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        kill(&mut self.child);
    }
}

/// `kill -9`, also for what has ended by itself.
pub fn kill(child: &mut Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

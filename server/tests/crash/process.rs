//! The program under test, as processes that can be killed.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

use crate::http::Server;

/// A folder with an installation in it.
pub struct Installation {
    pub data: PathBuf,
}

/// `purser serve`, which dies with its handle.
pub struct Serving {
    child: Child,
    pub address: String,
}

impl Installation {
    pub fn new(folder: &Path) -> Self {
        Self { data: folder.join("data") }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_purser"));
        command.args(arguments).env("PURSER_DATA_DIR", &self.data).env("PURSER_ADDR", "127.0.0.1:0");
        command.env("PURSER_LOG", "off").stderr(Stdio::inherit());
        for name in ["PURSER_DATABASE_URL", "PURSER_DOCUMENTS_URL", "PURSER_KEY_FILE"] {
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
        let mut child = self.command(&["serve"]).stdout(Stdio::piped()).spawn().unwrap();
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

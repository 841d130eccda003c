//! The environment variables, read once.

use std::path::PathBuf;

/// Where everything is.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub address: String,
    /// The database.
    pub database_url: String,
    /// How many connections to a database server there are for each of reading and writing.
    pub connections: u32,
    /// The document store.
    pub documents_url: String,
    /// The key that documents are sealed with.
    pub key_file: PathBuf,
}

impl Config {
    /// Reads the variables; what is not set has the default of the documentation.
    #[must_use]
    pub fn from_environment() -> Self {
        let data_dir = PathBuf::from(text("PURSER_DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        // Relative folders are made absolute, so that both URLs mean the same place.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        Self {
            address: text("PURSER_ADDR").unwrap_or_else(|| "127.0.0.1:3000".to_owned()),
            database_url: text("PURSER_DATABASE_URL")
                .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("purser.db").display())),
            connections: text("PURSER_DATABASE_CONNECTIONS")
                .and_then(|text| text.parse().ok())
                .filter(|connections| (1..=1000).contains(connections))
                .unwrap_or(storage::CONNECTIONS),
            documents_url: text("PURSER_DOCUMENTS_URL")
                .unwrap_or_else(|| format!("file://{}", data_dir.join("documents").display())),
            key_file: text("PURSER_KEY_FILE").map_or_else(|| data_dir.join("key"), PathBuf::from),
        }
    }
}

fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

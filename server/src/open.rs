//! Opening an installation: its database, its key and its documents.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result};
use documents::{DocumentStore, KeyRing};
use service::{Environment, Purser};
use storage::Store;

use crate::{config::Config, environment::Machine};

/// Opens everything that `config` names; makes what is not there yet.
///
/// # Errors
/// Says what could not be opened, and why.
pub async fn purser(config: &Config) -> Result<Purser> {
    if let Some(folder) = config.key_file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    }
    let store = Store::open_with(&config.database_url, config.connections)
        .await
        .with_context(|| format!("the database {} cannot be opened", without_password(&config.database_url)))?;
    let keys = KeyRing::open_or_create(&config.key_file, &mut |bytes| Machine.fill(bytes))
        .with_context(|| format!("the key file {} cannot be used", config.key_file.display()))?;
    make_folder(&config.documents_url)?;
    let documents =
        DocumentStore::connect(&config.documents_url, keys).context("the document store cannot be opened")?;
    let purser = Purser::new(store, documents, Arc::new(Machine));
    if let Some(moment) = purser.last_moment().await.context("the database cannot be read")? {
        Machine::goes_on_from(moment);
    }
    purser.ensure_number_ranges().await.context("the account-number ranges cannot be read")?;
    Ok(purser)
}

fn make_folder(documents_url: &str) -> Result<()> {
    let Some(folder) = documents_url.strip_prefix("file://") else { return Ok(()) };
    std::fs::create_dir_all(Path::new(folder)).with_context(|| format!("the folder {folder} cannot be made"))
}

fn without_password(url: &str) -> String {
    match url.split_once('@') {
        Some((_, place)) => format!("…@{place}"),
        None => url.to_owned(),
    }
}

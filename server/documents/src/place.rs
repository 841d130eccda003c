//! From a documents URL to the place it names.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use crate::store::StoreError;

pub(crate) fn open(text: &str) -> Result<Arc<dyn ObjectStore>, StoreError> {
    // `file://data/documents` is how a relative folder is written; as a URL it would name the host `data`.
    if let Some(folder) = text.strip_prefix("file://") {
        return open_folder(folder);
    }
    let url = Url::parse(text)
        .map_err(|error| StoreError::Address(format!("{error}; use file://<folder> or s3://<bucket>")))?;
    match url.scheme() {
        "memory" => Ok(Arc::new(InMemory::new())),
        "s3" => open_bucket(&url),
        other => Err(StoreError::Address(format!("`{other}://` is not known; use file://<folder> or s3://<bucket>"))),
    }
}

fn open_folder(folder: &str) -> Result<Arc<dyn ObjectStore>, StoreError> {
    if folder.is_empty() {
        return Err(StoreError::Address("file:// names no folder; use file://<folder>".to_owned()));
    }
    let unusable = |error: std::io::Error| StoreError::Address(format!("the folder {folder} cannot be made: {error}"));
    make_private_folder(folder).map_err(unusable)?;
    let place = LocalFileSystem::new_with_prefix(folder).map_err(StoreError::Unavailable)?;
    // An accepted upload is on disk before it is acknowledged, as the database row that names it is.
    Ok(Arc::new(place.with_fsync(true)))
}

#[cfg(unix)]
fn make_private_folder(folder: &str) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Credentials, region and, for stores other than Amazon's, the endpoint come from the `AWS_…`
/// variables that every S3 tool reads. Nothing is asked of the bucket yet.
fn open_bucket(url: &Url) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let bucket = url.host_str().filter(|bucket| !bucket.is_empty());
    let bucket =
        bucket.ok_or_else(|| StoreError::Address("s3:// names no bucket; use s3://<bucket>/<prefix>".to_owned()))?;
    install_tls_provider();
    let place = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(StoreError::Unavailable)?;
    let prefix = Path::from_url_path(url.path()).map_err(|error| StoreError::Address(error.to_string()))?;
    if prefix.as_ref().is_empty() {
        return Ok(Arc::new(place));
    }
    Ok(Arc::new(PrefixStore::new(place, prefix)))
}

/// TLS has one cryptography provider a process; whoever installed one first keeps it.
fn install_tls_provider() {
    let _already_there = rustls::crypto::ring::default_provider().install_default();
}

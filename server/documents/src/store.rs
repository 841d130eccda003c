//! Where accepted files live: a folder or an S3-compatible bucket, every object sealed.
//!
//! An object's name is `<organisation>/<document>`, two UUIDs and nothing else. The same two are bound
//! into the seal, so an object that was copied over another one does not open.

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use uuid::Uuid;

use crate::envelope::{OVERHEAD, OpenError};
use crate::judge::SIZE_MAX;
use crate::keys::{KeyId, KeyRing};

/// Whose file, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DocumentKey {
    organisation: Uuid,
    document: Uuid,
}

impl DocumentKey {
    #[must_use]
    pub fn new(organisation: Uuid, document: Uuid) -> Self {
        Self { organisation, document }
    }

    fn path(&self) -> Path {
        Path::from_iter([self.organisation.simple().to_string(), self.document.simple().to_string()])
    }

    fn context(&self) -> Vec<u8> {
        [b"purser document\0".as_slice(), self.organisation.as_bytes(), self.document.as_bytes()].concat()
    }
}

/// What was stored: how large the sealed object is, and which key sealed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredObject {
    pub sealed_size: usize,
    pub key_id: KeyId,
}

/// Why a stored file cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing is stored under that key.
    #[error("no such stored document")]
    NotFound,
    /// The object is not what was stored there: altered, cut short, or swapped.
    #[error("the stored document was altered")]
    Tampered,
    /// The key ring lacks the key that the object names: usually another installation's key file.
    #[error("the stored document was sealed with key {0}, which the key file does not hold")]
    UnknownKey(KeyId),
    /// The folder or the bucket cannot be reached or written; try again later.
    #[error("the document store is unavailable")]
    Unavailable(#[source] object_store::Error),
    /// `PURSER_DOCUMENTS_URL` names no place we can use.
    #[error("the documents URL is not usable: {0}")]
    Address(String),
}

/// The place of stored files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DocumentStore {
    objects: Arc<dyn ObjectStore>,
    keys: KeyRing,
}

impl DocumentStore {
    /// Connects to `file://<folder>` (made when missing), `s3://<bucket>[/<prefix>]` (credentials and
    /// region from the usual `AWS_…` variables) or `memory://` (for tests). Reaches no network yet.
    ///
    /// # Errors
    /// [`StoreError::Address`] for anything else, [`StoreError::Unavailable`] when the folder cannot be made.
    pub fn connect(url: &str, keys: KeyRing) -> Result<Self, StoreError> {
        Ok(Self { objects: crate::place::open(url)?, keys })
    }

    /// The keys that everything is sealed under.
    #[must_use]
    pub const fn keys(&self) -> &KeyRing {
        &self.keys
    }

    /// Seals and stores a file. It is there whole and, in a folder, on disk when this returns; an object
    /// of the same key is replaced.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; nothing is stored then.
    pub async fn put(
        &self,
        key: &DocumentKey,
        bytes: &[u8],
        random: &mut (dyn FnMut(&mut [u8]) + Send),
    ) -> Result<StoredObject, StoreError> {
        let sealed = self.keys.seal(&key.context(), bytes, random);
        let stored = StoredObject { sealed_size: sealed.len(), key_id: self.keys.current_id() };
        self.objects.put(&key.path(), sealed.into()).await.map_err(StoreError::Unavailable)?;
        Ok(stored)
    }

    /// Reads and opens a file.
    ///
    /// # Errors
    /// See [`StoreError`]. Not one byte of an altered object is handed out.
    pub async fn get(&self, key: &DocumentKey) -> Result<Bytes, StoreError> {
        let found = self.objects.get(&key.path()).await.map_err(missing_or_unavailable)?;
        // Whoever can write to the store could put something huge there.
        if found.meta.size > (SIZE_MAX + OVERHEAD) as u64 {
            return Err(StoreError::Tampered);
        }
        let sealed = found.bytes().await.map_err(missing_or_unavailable)?;
        match self.keys.open(&key.context(), &sealed) {
            Ok(plain) => Ok(plain.into()),
            Err(OpenError::Tampered) => Err(StoreError::Tampered),
            Err(OpenError::UnknownKey(id)) => Err(StoreError::UnknownKey(id)),
        }
    }

    /// Removes a file; removing what is not there is no error.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delete(&self, key: &DocumentKey) -> Result<(), StoreError> {
        match self.objects.delete(&key.path()).await.map_err(missing_or_unavailable) {
            Err(StoreError::NotFound) => Ok(()),
            other => other,
        }
    }
}

fn missing_or_unavailable(error: object_store::Error) -> StoreError {
    match error {
        object_store::Error::NotFound { .. } => StoreError::NotFound,
        other => StoreError::Unavailable(other),
    }
}

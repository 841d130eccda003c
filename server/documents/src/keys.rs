//! The installation's keys, and the file that holds them.
//!
//! The file is text, so that it can be printed and put in a safe: one key a line, 64 hexadecimal
//! digits; empty lines and lines that start with `#` are notes. The first key seals, all of them open:
//! to rotate, put a new line above the others. Without this file no stored document can ever be read
//! again, so it must be backed up, and apart from the documents.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, Zeroizing};

pub(crate) const KEY_LENGTH: usize = 32;
pub(crate) const KEY_ID_LENGTH: usize = 8;

const KEYS_MAX: usize = 100;
const FILE_SIZE_MAX: u64 = 64 * 1024;

/// Names a key without telling it: the first bytes of a hash of it. Shown as 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(crate) [u8; KEY_ID_LENGTH]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The keys of the installation, the current one first. Cheap to clone; its `Debug` tells ids only.
#[derive(Clone, Debug)]
pub struct KeyRing(Arc<Vec<RingKey>>);

/// Why there is no key ring. Each sentence says what to do; none repeats key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    #[error("the key file {path} cannot be read or written: {source}")]
    Unavailable { path: PathBuf, source: io::Error },
    #[error("the key file {path} is open to others (mode {mode:03o}): run `chmod 600 {path}`")]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error("the key file {path} is not a plain file")]
    NotAFile { path: PathBuf },
    #[error("the key file {path} holds no key: restore it from a backup, or remove it if nothing was stored yet")]
    NoKey { path: PathBuf },
    #[error("line {line} of the key file {path}: a key is 64 hexadecimal digits, this line has {found} characters")]
    WrongSize { path: PathBuf, line: usize, found: usize },
    #[error("line {line} of the key file {path}: a key is written in the digits 0-9 and a-f only")]
    NotHexadecimal { path: PathBuf, line: usize },
    #[error("line {line} of the key file {path} repeats a key")]
    Repeated { path: PathBuf, line: usize },
    #[error("the key file {path} is too long: at most 100 keys, 64 kB")]
    TooLong { path: PathBuf },
}

impl KeyRing {
    /// Reads the key file, or makes one with a single random key when there is none.
    ///
    /// The new file appears whole or not at all, with mode 600, and is on disk before this returns. Two
    /// processes that start at once end up with the same key.
    ///
    /// # Errors
    /// See [`KeyRingError`]: an unreadable, open, empty or damaged file is never replaced.
    pub fn open_or_create(path: &Path, random: &mut dyn FnMut(&mut [u8])) -> Result<Self, KeyRingError> {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let unavailable = |source| KeyRingError::Unavailable { path: path.to_owned(), source };
                create(path, random).map_err(unavailable)?;
            }
            _ => {}
        }
        Self::open_file(path)
    }

    /// Reads the key file, which must exist.
    ///
    /// # Errors
    /// See [`KeyRingError`].
    pub fn open_file(path: &Path) -> Result<Self, KeyRingError> {
        let unavailable = |source| KeyRingError::Unavailable { path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(unavailable)?;
        if !metadata.is_file() {
            return Err(KeyRingError::NotAFile { path: path.to_owned() });
        }
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyRingError::OpenToOthers { path: path.to_owned(), mode });
        }
        if metadata.len() > FILE_SIZE_MAX {
            return Err(KeyRingError::TooLong { path: path.to_owned() });
        }
        let bytes = Zeroizing::new(fs::read(path).map_err(unavailable)?);
        Self::parse(&bytes, path)
    }

    /// A ring of given keys, the current one first; for tests and for keys that come from elsewhere.
    #[must_use]
    pub fn of(current: [u8; KEY_LENGTH], older: &[[u8; KEY_LENGTH]]) -> Self {
        let older = older.iter().map(|secret| RingKey::new(*secret));
        Self(Arc::new(std::iter::once(RingKey::new(current)).chain(older).collect()))
    }

    /// The id of the key that seals.
    #[must_use]
    pub fn current_id(&self) -> KeyId {
        self.current().id()
    }

    /// For each key, the current one first, another that is good for one purpose only and tells nothing of it
    /// (HKDF-SHA-256, RFC 5869, without a salt).
    #[must_use]
    pub fn derive(&self, purpose: &[u8]) -> Vec<(KeyId, Zeroizing<[u8; KEY_LENGTH]>)> {
        let derived = |key: &RingKey| {
            let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
            // Fails for more than 255 times the length of a hash only.
            let _ = Hkdf::<Sha256>::new(None, key.secret()).expand(purpose, bytes.as_mut());
            (key.id(), bytes)
        };
        self.0.iter().map(derived).collect()
    }

    pub(crate) fn current(&self) -> &RingKey {
        // Both ways to make a ring put at least one key in it.
        &self.0[0]
    }

    pub(crate) fn find(&self, id: KeyId) -> Option<&RingKey> {
        self.0.iter().find(|key| key.id == id)
    }

    fn parse(bytes: &[u8], path: &Path) -> Result<Self, KeyRingError> {
        let mut keys: Vec<RingKey> = Vec::new();
        for (index, raw) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = index + 1;
            let text = raw.trim_ascii();
            if text.is_empty() || text.starts_with(b"#") {
                continue;
            }
            let key = parse_key(text, path, line)?;
            if keys.iter().any(|known| known.id == key.id) {
                return Err(KeyRingError::Repeated { path: path.to_owned(), line });
            }
            keys.push(key);
            if keys.len() > KEYS_MAX {
                return Err(KeyRingError::TooLong { path: path.to_owned() });
            }
        }
        if keys.is_empty() {
            return Err(KeyRingError::NoKey { path: path.to_owned() });
        }
        Ok(Self(Arc::new(keys)))
    }
}

/// One key of the ring; wiped from memory when dropped.
pub(crate) struct RingKey {
    id: KeyId,
    secret: [u8; KEY_LENGTH],
}

impl RingKey {
    fn new(secret: [u8; KEY_LENGTH]) -> Self {
        let digest = Sha256::new().chain_update(b"purser key id\0").chain_update(secret).finalize();
        let mut id = [0; KEY_ID_LENGTH];
        id.copy_from_slice(&digest[..KEY_ID_LENGTH]);
        Self { id: KeyId(id), secret }
    }

    pub(crate) fn id(&self) -> KeyId {
        self.id
    }

    pub(crate) fn secret(&self) -> &[u8; KEY_LENGTH] {
        &self.secret
    }
}

impl Drop for RingKey {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

impl fmt::Debug for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RingKey({})", self.id)
    }
}

fn parse_key(text: &[u8], path: &Path, line: usize) -> Result<RingKey, KeyRingError> {
    if text.len() != 2 * KEY_LENGTH {
        return Err(KeyRingError::WrongSize { path: path.to_owned(), line, found: text.len() });
    }
    let mut secret = Zeroizing::new([0u8; KEY_LENGTH]);
    for (byte, digits) in secret.iter_mut().zip(text.chunks_exact(2)) {
        *byte = hex_pair(digits).ok_or_else(|| KeyRingError::NotHexadecimal { path: path.to_owned(), line })?;
    }
    Ok(RingKey::new(*secret))
}

fn hex_pair(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    text.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u8::from_str_radix(text, 16).ok())?
}

/// Writes a new key file beside its place, then links it there: a link never replaces a file that
/// another process made in between, and a crash leaves no half of a key.
fn create(path: &Path, random: &mut dyn FnMut(&mut [u8])) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;

    let mut secret = Zeroizing::new([0u8; KEY_LENGTH]);
    let mut nonce = [0u8; 8];
    random(&mut *secret);
    random(&mut nonce);
    let draft = folder.join(format!(".key-{:016x}", u64::from_be_bytes(nonce)));

    let written = write_draft(&draft, &secret).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match written {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    File::open(folder)?.sync_all()
}

fn write_draft(draft: &Path, secret: &[u8; KEY_LENGTH]) -> io::Result<()> {
    let mut text = Zeroizing::new(String::with_capacity(256));
    text.push_str(
        "# Keys of this installation. Back this file up, apart from the documents: without it they are lost.\n",
    );
    for byte in secret {
        text.extend([byte >> 4, byte & 0xf].map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0')));
    }
    text.push('\n');
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

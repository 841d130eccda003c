//! Envelope encryption: every file has its own random key, wrapped by a key of the installation's ring.
//!
//! A sealed file is, in this order (numbers are bytes):
//!
//! | part | length | what |
//! |---|---|---|
//! | magic | 4 | `PRSR` |
//! | version | 1 | 1 |
//! | key id | 8 | which key of the ring wrapped the file's key |
//! | wrap nonce | 24 | for the wrapped key |
//! | wrapped key | 48 | the file's key and its tag |
//! | body nonce | 24 | for the body |
//! | body | n + 16 | the file and its tag |
//!
//! Both layers are XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03). Both authenticate everything before
//! them and the caller's context, which names the organisation and the document: a file moved to
//! another document's place does not open there.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::keys::{KEY_ID_LENGTH, KEY_LENGTH, KeyId, KeyRing};

const MAGIC: &[u8; 4] = b"PRSR";
const VERSION: u8 = 1;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;

const PREFIX_LENGTH: usize = MAGIC.len() + 1 + KEY_ID_LENGTH;
const WRAPPED_LENGTH: usize = KEY_LENGTH + TAG_LENGTH;
const HEADER_LENGTH: usize = PREFIX_LENGTH + NONCE_LENGTH + WRAPPED_LENGTH + NONCE_LENGTH;

/// How many bytes sealing adds.
pub(crate) const OVERHEAD: usize = HEADER_LENGTH + TAG_LENGTH;

/// Why sealed bytes did not open.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Altered, cut short, or sealed for another context.
    #[error("the stored bytes are not what was sealed for this place")]
    Tampered,
    /// The ring has no key of that id: another key file, or the id itself was altered.
    #[error("the key file has no key {0}: is it the file of this installation?")]
    UnknownKey(KeyId),
}

impl KeyRing {
    /// Seals `plain` for `context` under the ring's current key. `random` fills what it is given.
    #[must_use]
    pub fn seal(&self, context: &[u8], plain: &[u8], random: &mut dyn FnMut(&mut [u8])) -> Vec<u8> {
        let mut data_key = Zeroizing::new([0u8; KEY_LENGTH]);
        let mut wrap_nonce = [0u8; NONCE_LENGTH];
        let mut body_nonce = [0u8; NONCE_LENGTH];
        random(&mut *data_key);
        random(&mut wrap_nonce);
        random(&mut body_nonce);

        let current = self.current();
        let mut sealed = Vec::with_capacity(OVERHEAD + plain.len());
        sealed.extend_from_slice(MAGIC);
        sealed.push(VERSION);
        sealed.extend_from_slice(&current.id().0);
        let wrapped = encrypt(current.secret(), &wrap_nonce, &sealed, context, &*data_key);
        sealed.extend_from_slice(&wrap_nonce);
        sealed.extend_from_slice(&wrapped);
        sealed.extend_from_slice(&body_nonce);
        let body = encrypt(&data_key, &body_nonce, &sealed, context, plain);
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Opens what [`KeyRing::seal`] made for the same context.
    ///
    /// # Errors
    /// [`OpenError::UnknownKey`] when the ring lacks the key that the header names, otherwise
    /// [`OpenError::Tampered`] for anything that is not exactly what was sealed.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        let parts = Parts::split(sealed).ok_or(OpenError::Tampered)?;
        let key = self.find(parts.key_id).ok_or(OpenError::UnknownKey(parts.key_id))?;
        let unwrapped = Zeroizing::new(decrypt(key.secret(), parts.wrap_nonce, parts.prefix, context, parts.wrapped)?);
        let data_key: &[u8; KEY_LENGTH] = unwrapped.as_slice().try_into().map_err(|_| OpenError::Tampered)?;
        decrypt(data_key, parts.body_nonce, parts.header, context, parts.body)
    }
}

struct Parts<'a> {
    prefix: &'a [u8],
    header: &'a [u8],
    key_id: KeyId,
    wrap_nonce: &'a [u8; NONCE_LENGTH],
    wrapped: &'a [u8],
    body_nonce: &'a [u8; NONCE_LENGTH],
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    fn split(sealed: &'a [u8]) -> Option<Self> {
        let (prefix, rest) = sealed.split_at_checked(PREFIX_LENGTH)?;
        let key_id = prefix.strip_prefix(MAGIC)?.strip_prefix(&[VERSION])?;
        let key_id = KeyId(key_id.try_into().ok()?);
        let (wrap_nonce, rest) = rest.split_first_chunk()?;
        let (wrapped, rest) = rest.split_at_checked(WRAPPED_LENGTH)?;
        let (body_nonce, body) = rest.split_first_chunk()?;
        let (header, _) = sealed.split_at_checked(HEADER_LENGTH)?;
        Some(Self { prefix, header, key_id, wrap_nonce, wrapped, body_nonce, body })
    }
}

/// What each layer authenticates besides its text: everything before it in the file, then the context.
/// The length in between keeps the two from running into each other.
fn associated(before: &[u8], context: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(8 + before.len() + context.len());
    data.extend_from_slice(&(before.len() as u64).to_be_bytes());
    data.extend_from_slice(before);
    data.extend_from_slice(context);
    data
}

#[expect(clippy::expect_used, reason = "the cipher refuses only texts beyond 256 GiB; uploads end at 5 MB")]
fn encrypt(key: &[u8; KEY_LENGTH], nonce: &[u8; NONCE_LENGTH], before: &[u8], context: &[u8], plain: &[u8]) -> Vec<u8> {
    let aad = associated(before, context);
    XChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&XNonce::from(*nonce), Payload { msg: plain, aad: &aad })
        .expect("a file of bounded size")
}

fn decrypt(
    key: &[u8; KEY_LENGTH],
    nonce: &[u8; NONCE_LENGTH],
    before: &[u8],
    context: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, OpenError> {
    let aad = associated(before, context);
    XChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad })
        .map_err(|_| OpenError::Tampered)
}

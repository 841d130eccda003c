//! What is stored comes back as it was, or not at all.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "helpers of tests stop at the first surprise")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use documents::{DocumentKey, DocumentStore, KeyRing, KeyRingError, StoreError};
use tempfile::TempDir;
use uuid::Uuid;

const FILE: &[u8] = b"the picture of a passport, say";

fn key(organisation: u128, document: u128) -> DocumentKey {
    DocumentKey::new(Uuid::from_u128(organisation), Uuid::from_u128(document))
}

/// Not random at all, and never the same twice.
fn counting() -> impl FnMut(&mut [u8]) + Send {
    let mut next = 0u8;
    move |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_add(1);
            *byte = next;
        }
    }
}

struct Folder {
    root: TempDir,
    keys: KeyRing,
}

impl Folder {
    fn new() -> Self {
        Self { root: TempDir::new().expect("a folder"), keys: KeyRing::of([7; 32], &[]) }
    }

    fn store(&self) -> DocumentStore {
        self.store_with(self.keys.clone())
    }

    fn store_with(&self, keys: KeyRing) -> DocumentStore {
        let url = format!("file://{}", self.root.path().join("documents").display());
        DocumentStore::connect(&url, keys).expect("connects")
    }

    fn object(&self, organisation: u128, document: u128) -> PathBuf {
        let name = |id: u128| Uuid::from_u128(id).simple().to_string();
        self.root.path().join("documents").join(name(organisation)).join(name(document))
    }
}

#[tokio::test]
async fn a_file_comes_back_as_it_was() {
    let folder = Folder::new();
    let store = folder.store();
    let stored = store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    assert_eq!(stored.key_id, folder.keys.current_id());
    assert_eq!(store.get(&key(1, 2)).await.expect("there"), FILE);
    // Another process with the same key file reads it as well.
    assert_eq!(folder.store().get(&key(1, 2)).await.expect("there"), FILE);
}

#[tokio::test]
async fn the_disk_learns_neither_the_contents_nor_a_name() {
    let folder = Folder::new();
    let stored = folder.store().put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    let on_disk = fs::read(folder.object(1, 2)).expect("stored under the two ids");
    assert_eq!(on_disk.len(), stored.sealed_size);
    assert!(!on_disk.windows(7).any(|window| window == &FILE[..7]));
}

#[tokio::test]
async fn every_file_has_a_key_of_its_own() {
    let folder = Folder::new();
    let store = folder.store();
    let mut random = counting();
    store.put(&key(1, 2), FILE, &mut random).await.expect("stored");
    store.put(&key(1, 3), FILE, &mut random).await.expect("stored");
    let (one, other) = (fs::read(folder.object(1, 2)).unwrap(), fs::read(folder.object(1, 3)).unwrap());
    // Behind magic, version and the id of the ring's key, nothing is the same.
    assert_eq!(one[..13], other[..13]);
    assert!(one[13..].chunks(16).zip(other[13..].chunks(16)).all(|(a, b)| a != b));
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_can_be_deleted_twice() {
    let store = Folder::new().store();
    assert!(matches!(store.get(&key(1, 2)).await, Err(StoreError::NotFound)));
    store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    store.delete(&key(1, 2)).await.expect("deleted");
    assert!(matches!(store.get(&key(1, 2)).await, Err(StoreError::NotFound)));
    store.delete(&key(1, 2)).await.expect("nothing to delete");
}

#[tokio::test]
async fn no_byte_can_be_changed_unnoticed() {
    let folder = Folder::new();
    let store = folder.store();
    store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    let whole = fs::read(folder.object(1, 2)).unwrap();
    for at in 0..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x40;
        fs::write(folder.object(1, 2), changed).unwrap();
        let refused = store.get(&key(1, 2)).await.expect_err("altered");
        // An altered key id names a key that is not there; nobody can tell that from another key file.
        let in_key_id = (5..13).contains(&at);
        assert!(
            if in_key_id {
                matches!(refused, StoreError::UnknownKey(_))
            } else {
                matches!(refused, StoreError::Tampered)
            },
            "byte {at}: {refused:?}"
        );
    }
    for length in 0..whole.len() {
        fs::write(folder.object(1, 2), &whole[..length]).unwrap();
        assert!(matches!(store.get(&key(1, 2)).await, Err(StoreError::Tampered)), "cut to {length}");
    }
    let longer = [whole.as_slice(), b"x"].concat();
    fs::write(folder.object(1, 2), longer).unwrap();
    assert!(matches!(store.get(&key(1, 2)).await, Err(StoreError::Tampered)));
}

#[tokio::test]
async fn an_object_does_not_open_in_another_one_s_place() {
    let folder = Folder::new();
    let store = folder.store();
    store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    store.put(&key(1, 3), b"another", &mut counting()).await.expect("stored");
    store.put(&key(9, 2), b"another tenant's", &mut counting()).await.expect("stored");
    for (organisation, document) in [(1, 3), (9, 2)] {
        fs::copy(folder.object(1, 2), folder.object(organisation, document)).unwrap();
        let refused = store.get(&key(organisation, document)).await;
        assert!(matches!(refused, Err(StoreError::Tampered)), "{refused:?}");
    }
}

#[tokio::test]
async fn something_huge_in_the_store_is_not_read() {
    let folder = Folder::new();
    let store = folder.store();
    store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    fs::File::options().write(true).open(folder.object(1, 2)).unwrap().set_len(1 << 40).unwrap();
    assert!(matches!(store.get(&key(1, 2)).await, Err(StoreError::Tampered)));
}

#[tokio::test]
async fn another_key_file_opens_nothing_and_a_rotated_one_everything() {
    let folder = Folder::new();
    folder.store().put(&key(1, 2), FILE, &mut counting()).await.expect("stored");

    let stranger = folder.store_with(KeyRing::of([8; 32], &[]));
    let refused = stranger.get(&key(1, 2)).await;
    assert!(matches!(refused, Err(StoreError::UnknownKey(id)) if id == folder.keys.current_id()), "{refused:?}");

    let rotated = folder.store_with(KeyRing::of([8; 32], &[[7; 32]]));
    assert_eq!(rotated.get(&key(1, 2)).await.expect("an older key opens"), FILE);
    let stored = rotated.put(&key(1, 3), FILE, &mut counting()).await.expect("stored");
    assert_ne!(stored.key_id, folder.keys.current_id(), "the newer key seals");
}

#[tokio::test]
async fn a_store_that_cannot_be_written_says_so() {
    let folder = Folder::new();
    let store = folder.store();
    fs::write(folder.object(1, 2).parent().unwrap(), b"a file where a folder has to be").unwrap();
    let refused = store.put(&key(1, 2), FILE, &mut counting()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}

#[tokio::test]
async fn memory_serves_for_tests() {
    let store = DocumentStore::connect("memory://", KeyRing::of([7; 32], &[])).expect("connects");
    store.put(&key(1, 2), FILE, &mut counting()).await.expect("stored");
    assert_eq!(store.get(&key(1, 2)).await.expect("there"), FILE);
}

#[test]
fn an_address_that_names_no_place_is_refused() {
    for url in ["", "documents", "ftp://host/x", "file://", "s3://", "https://bucket"] {
        let refused = DocumentStore::connect(url, KeyRing::of([7; 32], &[]));
        assert!(matches!(refused, Err(StoreError::Address(_))), "{url}: {refused:?}");
    }
}

#[test]
fn a_bucket_is_not_asked_for_anything_before_it_is_used() {
    assert!(DocumentStore::connect("s3://papers/purser", KeyRing::of([7; 32], &[])).is_ok());
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_first_start_makes_a_key_file_that_only_the_owner_reads() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("data/key");
    let made = KeyRing::open_or_create(&path, &mut counting()).expect("made");
    assert_eq!(mode(&path), 0o600);
    let left: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(left.len(), 1, "no draft is left beside it: {left:?}");
    // Opened and not made again, whatever the randomness.
    let opened = KeyRing::open_or_create(&path, &mut |bytes| bytes.fill(99)).expect("opened");
    assert_eq!(made.current_id(), opened.current_id());
}

#[test]
fn two_first_starts_at_once_agree_on_one_key() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("key");
    let starts: Vec<_> = (1..=8u8)
        .map(|seed| {
            let path = path.clone();
            std::thread::spawn(move || {
                KeyRing::open_or_create(&path, &mut |bytes| bytes.fill(seed)).expect("opens").current_id()
            })
        })
        .collect();
    let ids: std::collections::HashSet<_> = starts.into_iter().map(|start| start.join().expect("no panic")).collect();
    assert_eq!(ids.len(), 1);
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let root = TempDir::new().unwrap();
    let path = root.path().join("key");
    KeyRing::open_or_create(&path, &mut counting()).expect("made");
    for open in [0o640, 0o604, 0o660, 0o666] {
        set_mode(&path, open);
        let refused = KeyRing::open_or_create(&path, &mut counting());
        assert!(matches!(refused, Err(KeyRingError::OpenToOthers { mode, .. }) if mode == open), "{refused:?}");
    }
    set_mode(&path, 0o400);
    KeyRing::open_or_create(&path, &mut counting()).expect("read-only is fine");
}

#[test]
fn a_damaged_key_file_is_told_by_line_and_never_replaced() {
    let good = "ab".repeat(32);
    let other = "cd".repeat(32);
    let root = TempDir::new().unwrap();
    let path = root.path().join("key");
    for (text, expected) in [
        (String::new(), "holds no key"),
        ("# only a note\n\n".to_owned(), "holds no key"),
        (format!("{}\n", &good[1..]), "line 1"),
        (format!("# note\n{good}\n{good}00\n"), "line 3"),
        (format!("{}zz\n", &good[2..]), "digits 0-9 and a-f"),
        (format!("{}+1\n", &good[2..]), "digits 0-9 and a-f"),
        (format!("{good}\n{good}\n"), "repeats a key"),
        ("\0".repeat(70_000), "too long"),
    ] {
        fs::write(&path, &text).unwrap();
        set_mode(&path, 0o600);
        let refused = KeyRing::open_or_create(&path, &mut counting()).expect_err("damaged").to_string();
        assert!(refused.contains(expected), "{refused}");
        assert!(!refused.contains(&good[..8]), "key material in {refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, format!("# rotated\n{other}\r\n\n  {good}  \n")).unwrap();
    let ring = KeyRing::open_or_create(&path, &mut counting()).expect("two keys");
    assert_eq!(ring.current_id(), KeyRing::of([0xcd; 32], &[]).current_id());
}

#[test]
fn what_stands_in_the_key_file_s_place_is_not_touched() {
    let root = TempDir::new().unwrap();
    fs::create_dir(root.path().join("folder")).unwrap();
    let refused = KeyRing::open_or_create(&root.path().join("folder"), &mut counting());
    assert!(matches!(refused, Err(KeyRingError::NotAFile { .. })), "{refused:?}");
    symlink(root.path().join("nowhere"), root.path().join("link")).unwrap();
    let refused = KeyRing::open_or_create(&root.path().join("link"), &mut counting());
    assert!(matches!(refused, Err(KeyRingError::Unavailable { .. })), "{refused:?}");
}

#[test]
fn a_key_ring_tells_no_secret_when_it_is_logged() {
    let ring = KeyRing::of([0xab; 32], &[]);
    assert!(!format!("{ring:?}").contains("abab") && !format!("{ring:?}").contains("171"));
}

//! The collection of samples of real banks' files.

use std::path::{Path, PathBuf};

use rails::{BankFile, read};

/// A part of the collection: in `$PURSER_SAMPLES`, else beside the project.
pub fn collection(part: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("PURSER_SAMPLES") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let folder = folder.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("samples not present: skipped ({})", folder.display());
    None
}

pub fn read_sample(folder: &Path, name: &str) -> BankFile {
    let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    read(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Everything that a file says and that is no deposit: reason, how many, and their sum; in the order of the reasons.
pub fn counted(file: &BankFile) -> Vec<(&'static str, usize, i64)> {
    let mut counted: Vec<(&'static str, usize, i64)> = Vec::new();
    for skipped in &file.skipped {
        let (reason, minor) = (skipped.reason.code(), skipped.amount.minor());
        match counted.iter_mut().find(|(found, ..)| *found == reason) {
            Some((_, count, sum)) => (*count, *sum) = (*count + 1, *sum + minor),
            None => counted.push((reason, 1, minor)),
        }
    }
    counted.sort_unstable();
    counted
}

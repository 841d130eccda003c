//! The collection of samples, which is not part of the project.

use std::path::{Path, PathBuf};

/// A file or folder of the collection: in `$PURSER_SAMPLES`, else beside the project.
pub fn sample(part: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("PURSER_SAMPLES") {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples"),
    };
    let path = folder.join(part);
    if path.exists() {
        return Some(path);
    }
    println!("samples not present: skipped ({})", path.display());
    None
}

//! The objects of a PDF (ISO 32000-1), written one after the other and given away: only where each begins is kept.

use std::io::Write as _;

use flate2::{Compression, write::ZlibEncoder};
use pdf_writer::{Chunk, Ref};

use crate::Broken;

/// A file while it is written.
#[derive(Debug)]
pub(super) struct File {
    bytes: Vec<u8>,
    given_away: u64,
    /// Where each object begins, by its number less one.
    offsets: Vec<u64>,
}

impl File {
    pub(super) fn new() -> Self {
        // Four bytes above 127 tell programs that this is no text.
        Self { bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), given_away: 0, offsets: Vec::new() }
    }

    /// The number of an object that comes later.
    pub(super) fn reserve(&mut self) -> Result<Ref, Broken> {
        self.offsets.push(0);
        let number = i32::try_from(self.offsets.len()).map_err(|error| Broken::Unwritten(error.into()))?;
        Ok(Ref::new(number))
    }

    /// Writes the one object that `make` makes.
    pub(super) fn put(&mut self, id: Ref, make: impl FnOnce(&mut Chunk)) {
        let begins_at = self.given_away + self.bytes.len() as u64;
        if let Some(offset) = usize::try_from(id.get() - 1).ok().and_then(|index| self.offsets.get_mut(index)) {
            *offset = begins_at;
        }
        let mut chunk = Chunk::new();
        make(&mut chunk);
        self.bytes.extend_from_slice(chunk.as_bytes());
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.given_away += self.bytes.len() as u64;
        std::mem::take(&mut self.bytes)
    }

    /// The end: where everything is, and what to begin with.
    pub(super) fn finish(mut self, catalog: Ref, info: Ref) -> Vec<u8> {
        let begins_at = self.given_away + self.bytes.len() as u64;
        let count = self.offsets.len() + 1;
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n").into_bytes();
        for offset in &self.offsets {
            // Twenty bytes each, the line's end with them.
            end.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let (catalog, info) = (catalog.get(), info.get());
        let trailer = format!(
            "trailer\n<< /Size {count} /Root {catalog} 0 R /Info {info} 0 R >>\nstartxref\n{begins_at}\n%%EOF\n"
        );
        end.extend_from_slice(trailer.as_bytes());
        self.bytes.extend(end);
        self.bytes
    }
}

/// Packed for the filter `FlateDecode`.
pub(super) fn packed(bytes: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes).and_then(|()| packer.finish()).map_err(|error| Broken::Unwritten(error.into()))
}

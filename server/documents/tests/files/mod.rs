//! Files for the tests, good and bad, made on the spot.

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, GrayImage, ImageFormat, Luma, Rgb, RgbImage, RgbaImage};

/// A page with lines that are taken for writing.
pub fn written_page(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let in_line = y % 24 < 8 && x > 20 && x < width - 20;
        if in_line && (x / 5 + y / 24) % 3 != 0 { Rgb([30, 30, 40]) } else { Rgb([250, 250, 246]) }
    })
}

/// A white page with one short line of print on it.
pub fn one_line_page() -> RgbImage {
    RgbImage::from_fn(1654, 2339, |x, y| {
        let in_line = (300..330).contains(&y) && (200..900).contains(&x);
        if in_line && x / 6 % 3 != 0 { Rgb([20, 20, 20]) } else { Rgb([255, 255, 255]) }
    })
}

/// Paper as a scanner sees it: not quite even, a few specks of dust.
pub fn blank_scan() -> GrayImage {
    let mut state = 1u32;
    GrayImage::from_fn(800, 1100, |_, _| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = u8::try_from(state >> 28).unwrap_or(0);
        Luma([if state.is_multiple_of(40_009) { 90 } else { 236 + noise }])
    })
}

/// Blank paper photographed in a bad light.
pub fn blank_in_shadow() -> GrayImage {
    GrayImage::from_fn(1200, 900, |x, y| Luma([u8::try_from(120 + x / 12 + y / 40).unwrap_or(255)]))
}

pub fn transparent() -> RgbaImage {
    RgbaImage::from_fn(300, 300, |x, y| image::Rgba([if (x / 8 + y / 8) % 2 == 0 { 0 } else { 255 }, 0, 0, 0]))
}

pub fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    encoded(picture, ImageFormat::Png)
}

pub fn jpeg(picture: impl Into<DynamicImage>) -> Vec<u8> {
    encoded(picture, ImageFormat::Jpeg)
}

fn encoded(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).expect("encodes");
    bytes.into_inner()
}

pub fn deflated(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

/// A pdf written object by object, the way pdf 1.4 has it. Number 1 must be the catalogue.
pub struct Pdf {
    bytes: Vec<u8>,
    trailer: String,
}

impl Pdf {
    pub fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(), trailer: "/Root 1 0 R".to_owned() }
    }

    pub fn object(mut self, number: u32, body: &str) -> Self {
        self.bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        self
    }

    pub fn stream(mut self, number: u32, entries: &str, data: &[u8]) -> Self {
        self.bytes.extend(format!("{number} 0 obj\n<< {entries} /Length {} >>\nstream\n", data.len()).bytes());
        self.bytes.extend(data);
        self.bytes.extend(b"\nendstream\nendobj\n");
        self
    }

    pub fn trailer(mut self, entries: &str) -> Self {
        entries.clone_into(&mut self.trailer);
        self
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.bytes.extend(format!("trailer\n<< {} >>\nstartxref\n0\n%%EOF\n", self.trailer).bytes());
        self.bytes
    }

    /// One page with the given content and resources.
    pub fn page(content: &[u8], resources: &str) -> Self {
        Self::new()
            .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(2, &format!("<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << {resources} >> >>"))
            .object(3, "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 595 842] >>")
            .stream(4, "", content)
    }
}

/// The sample files that lie beside the checkout, or where `PURSER_SAMPLES` says.
pub fn samples() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples");
    let samples = std::env::var_os("PURSER_SAMPLES").map_or(beside, PathBuf::from);
    samples.is_dir().then_some(samples)
}

/// A file of the browser tests.
pub fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end/fixtures");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("fixture {name}: {error}"))
}

//! Pictures: do they decode whole, and is anything to be seen on them?

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageBuffer, ImageDecoder, ImageError, Limits, Pixel};

use super::{Refusal, TRAILING_MAX};

const PIXELS_MAX: u64 = 40_000_000;
/// Below this nothing on a document can be read, whatever it is.
const SIDE_MIN_PX: u32 = 64;
const ALLOCATED_MAX: u64 = 256 * 1024 * 1024;

/// Width and height of a png that may be taken.
pub(super) fn judge_png(bytes: &[u8]) -> Result<(u32, u32), Refusal> {
    let end = png_end(bytes).ok_or(Refusal::Unreadable)?;
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits()).map_err(refused)?;
    let size = judge_decoded(decoder)?;
    refuse_trailing(&bytes[end..])?;
    Ok(size)
}

/// Width and height of a jpeg that may be taken.
pub(super) fn judge_jpeg(bytes: &[u8]) -> Result<(u32, u32), Refusal> {
    // The decoder fills up what a cut file lacks with grey, so the end is looked for here.
    let end = jpeg_end(bytes).ok_or(Refusal::Unreadable)?;
    let decoder = JpegDecoder::new(Cursor::new(&bytes[..end])).map_err(refused)?;
    let size = judge_decoded(decoder)?;
    refuse_trailing(after_further_jpegs(&bytes[end..]))?;
    Ok(size)
}

/// Whether a jpeg inside a pdf shows nothing; `None` when it does not decode within the limits.
/// `afford` is asked first, with the number of pixels: decoding costs by them and not by the bytes.
pub(super) fn is_blank_jpeg(bytes: &[u8], afford: impl Fn(usize) -> Option<()>) -> Option<bool> {
    let decoder = JpegDecoder::new(Cursor::new(bytes)).ok()?;
    let (width, height) = decoder.dimensions();
    afford(width as usize * height as usize)?;
    decode(decoder).ok().map(|picture| is_blank(&picture))
}

/// Whether raw samples of a picture inside a pdf, 8 bits each, 1 or 3 to a pixel, show nothing.
pub(super) fn is_blank_raw(width: u32, height: u32, samples: Vec<u8>) -> Option<bool> {
    let pixels = u64::from(width).checked_mul(u64::from(height)).filter(|pixels| *pixels <= PIXELS_MAX)?;
    let length = samples.len() as u64;
    let picture = if length == pixels {
        DynamicImage::ImageLuma8(ImageBuffer::from_raw(width, height, samples)?)
    } else if length == pixels * 3 {
        DynamicImage::ImageRgb8(ImageBuffer::from_raw(width, height, samples)?)
    } else {
        return None;
    };
    Some(is_blank(&picture))
}

fn judge_decoded(decoder: impl ImageDecoder) -> Result<(u32, u32), Refusal> {
    let size = decoder.dimensions();
    if size.0.min(size.1) < SIDE_MIN_PX {
        return Err(Refusal::TooSmall);
    }
    let picture = decode(decoder)?;
    if is_blank(&picture) {
        return Err(Refusal::Blank);
    }
    Ok(size)
}

fn decode(mut decoder: impl ImageDecoder) -> Result<DynamicImage, Refusal> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS_MAX || decoder.total_bytes() > ALLOCATED_MAX {
        return Err(Refusal::TooManyPixels);
    }
    decoder.set_limits(limits()).map_err(refused)?;
    DynamicImage::from_decoder(decoder).map_err(refused)
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(ALLOCATED_MAX);
    limits
}

#[expect(clippy::needless_pass_by_value, reason = "shaped for map_err")]
fn refused(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Unreadable,
    }
}

fn refuse_trailing(rest: &[u8]) -> Result<(), Refusal> {
    if rest.len() > TRAILING_MAX { Err(Refusal::TrailingData) } else { Ok(()) }
}

/// Where the chunks of a png end: behind IEND.
fn png_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 8;
    loop {
        let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        // Length, type, the data, a checksum.
        at = at.checked_add(12)?.checked_add(length)?;
        if at > bytes.len() {
            return None;
        }
        if rest.starts_with(b"IEND") {
            return Some(at);
        }
    }
}

/// Where a jpeg ends: behind its EOI marker. ITU-T T.81, annex B.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        at += bytes.get(at..)?.iter().position(|byte| *byte != 0xff)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            0xd9 => return Some(at),
            // A stuffed zero of the coded data, or a marker that stands alone.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            _ => {
                let (length, _) = bytes.get(at..)?.split_first_chunk::<2>()?;
                at += usize::from(u16::from_be_bytes(*length));
            }
        }
    }
}

/// Phones hang further jpegs behind the first (its brightness map, a preview): CIPA DC-007. They are
/// pictures and nothing else, so they may stay.
fn after_further_jpegs(mut rest: &[u8]) -> &[u8] {
    loop {
        let padding = rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
        let next = &rest[padding..];
        let Some(end) = next.starts_with(&[0xff, 0xd8, 0xff]).then(|| jpeg_end(next)).flatten() else {
            return next;
        };
        rest = &next[end..];
    }
}

/// The longer side of the small grey copy that is looked at.
const COPY_SIDE_MAX: u32 = 512;
/// How much brightness has to change over three pixels of the copy to be an edge. Paper grain and
/// scanner noise stay below, pencil writing is above.
const EDGE_MIN: u8 = 16;
/// Of a thousand pixels of the copy, how many at least lie at an edge: one printed line on a page gives
/// three times this, specks of dust do not.
const EDGES_PER_MILLE_MIN: usize = 1;

/// Whether a picture shows nothing: a page without a mark, a covered lens, an even wall. Shadows that
/// fade slowly over blank paper are nothing, too.
fn is_blank(picture: &DynamicImage) -> bool {
    let copy = small_grey_copy(picture).blurred();
    let edges = copy.edges(3, EDGE_MIN);
    edges * 1000 < copy.grey.len() * EDGES_PER_MILLE_MIN
}

struct GreyCopy {
    width: usize,
    height: usize,
    grey: Vec<u8>,
}

fn small_grey_copy(picture: &DynamicImage) -> GreyCopy {
    match picture {
        DynamicImage::ImageLuma8(pixels) => shrink(pixels, |pixel| pixel.0[0]),
        DynamicImage::ImageLumaA8(pixels) => shrink(pixels, |pixel| on_white(pixel.0[0], pixel.0[1])),
        DynamicImage::ImageRgb8(pixels) => shrink(pixels, |pixel| pixel.to_luma().0[0]),
        DynamicImage::ImageRgba8(pixels) => shrink(pixels, |pixel| on_white(pixel.to_luma().0[0], pixel.0[3])),
        DynamicImage::ImageLuma16(pixels) => shrink(pixels, |pixel| high(pixel.0[0])),
        DynamicImage::ImageLumaA16(pixels) => shrink(pixels, |pixel| on_white(high(pixel.0[0]), high(pixel.0[1]))),
        DynamicImage::ImageRgb16(pixels) => shrink(pixels, |pixel| high(pixel.to_luma().0[0])),
        DynamicImage::ImageRgba16(pixels) => {
            shrink(pixels, |pixel| on_white(high(pixel.to_luma().0[0]), high(pixel.0[3])))
        }
        other => shrink(&other.to_luma8(), |pixel| pixel.0[0]),
    }
}

/// Each pixel of the copy is the mean of a square of the original.
fn shrink<P: Pixel>(pixels: &ImageBuffer<P, Vec<P::Subpixel>>, grey: impl Fn(&P) -> u8) -> GreyCopy {
    let (width_px, height_px) = pixels.dimensions();
    let side = width_px.max(height_px).div_ceil(COPY_SIDE_MAX).max(1) as usize;
    let (width, height) = ((width_px as usize).div_ceil(side), (height_px as usize).div_ceil(side));
    let mut sums = vec![(0u64, 0u64); width * height];
    for (y, row) in pixels.rows().enumerate() {
        let line = &mut sums[y / side * width..][..width];
        for (x, pixel) in row.enumerate() {
            let (sum, count) = &mut line[x / side];
            *sum += u64::from(grey(pixel));
            *count += 1;
        }
    }
    // A mean of bytes is a byte.
    let mean = |(sum, count): (u64, u64)| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
    GreyCopy { width, height, grey: sums.into_iter().map(mean).collect() }
}

fn on_white(grey: u8, alpha: u8) -> u8 {
    let (grey, alpha) = (u32::from(grey), u32::from(alpha));
    u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
}

fn high(sample: u16) -> u8 {
    sample.to_be_bytes()[0]
}

impl GreyCopy {
    /// Each pixel becomes the mean of itself and its neighbours, which evens out grain.
    fn blurred(self) -> Self {
        let mut blurred = Vec::with_capacity(self.grey.len());
        for y in 0..self.height {
            for x in 0..self.width {
                let (mut sum, mut count) = (0u32, 0u32);
                for line in y.saturating_sub(1)..=(y + 1).min(self.height - 1) {
                    let from = line * self.width;
                    for grey in &self.grey[from + x.saturating_sub(1)..=from + (x + 1).min(self.width - 1)] {
                        sum += u32::from(*grey);
                        count += 1;
                    }
                }
                blurred.push(u8::try_from(sum / count).unwrap_or(u8::MAX));
            }
        }
        Self { grey: blurred, ..self }
    }

    /// How many pixels differ by at least `difference_min` from the one `distance` to the right or below.
    fn edges(&self, distance: usize, difference_min: u8) -> usize {
        let at = |x: usize, y: usize| self.grey[y * self.width + x];
        let mut edges = 0;
        for y in 0..self.height {
            for x in 0..self.width {
                let here = at(x, y);
                let across = x + distance < self.width && here.abs_diff(at(x + distance, y)) >= difference_min;
                let down = y + distance < self.height && here.abs_diff(at(x, y + distance)) >= difference_min;
                edges += usize::from(across || down);
            }
        }
        edges
    }
}

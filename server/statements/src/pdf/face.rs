//! A font of which the file gets only the glyphs that it uses.

use pdf_writer::{
    Filter, Finish as _, Name, Rect, Ref, Str,
    types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap},
};
use subsetter::GlyphRemapper;

use super::file::{File, packed};
use crate::Broken;

const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
/// Widths in a PDF are thousandths of the size.
const UNITS: f32 = 1000.0;

pub(super) struct Face {
    /// What the resources of a page call it.
    pub(super) name: &'static [u8],
    pub(super) id: Ref,
    family: &'static [u8],
    data: &'static [u8],
    parsed: ttf_parser::Face<'static>,
    glyphs: GlyphRemapper,
    /// Which character each glyph was first used for.
    characters: Vec<(u16, char)>,
}

impl Face {
    pub(super) fn new(
        file: &mut File,
        name: &'static [u8],
        family: &'static [u8],
        data: &'static [u8],
    ) -> Result<Self, Broken> {
        let parsed = ttf_parser::Face::parse(data, 0).map_err(|error| Broken::Unwritten(error.into()))?;
        let (glyphs, characters) = (GlyphRemapper::new(), Vec::new());
        Ok(Self { name, id: file.reserve()?, family, data, parsed, glyphs, characters })
    }

    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        let glyphs = text.chars().map(|c| self.parsed.glyph_index(c).unwrap_or_default());
        let advance: f32 = glyphs.map(|glyph| f32::from(self.parsed.glyph_hor_advance(glyph).unwrap_or(0))).sum();
        advance * size / f32::from(self.parsed.units_per_em())
    }

    /// The text as the file writes it.
    pub(super) fn encode(&mut self, text: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() * 2);
        for character in text.chars() {
            let glyph = self.parsed.glyph_index(character).unwrap_or_default().0;
            if glyph != 0 && self.glyphs.get(glyph).is_none() {
                let mapped = self.glyphs.remap(glyph);
                self.characters.push((mapped, character));
            }
            bytes.extend(self.glyphs.remap(glyph).to_be_bytes());
        }
        bytes
    }

    /// The font, once it is known which glyphs are used.
    pub(super) fn finish(self, file: &mut File) -> Result<(), Broken> {
        let (cid_font, descriptor, program, characters) =
            (file.reserve()?, file.reserve()?, file.reserve()?, file.reserve()?);
        // Six letters mark a subset (ISO 32000-1, 9.6.4).
        let base = [b"PURSER+", self.family].concat();
        file.put(self.id, |chunk| {
            let mut font = chunk.type0_font(self.id);
            font.base_font(Name(&base)).encoding_predefined(Name(b"Identity-H"));
            font.descendant_font(cid_font).to_unicode(characters);
        });
        let scale = UNITS / f32::from(self.parsed.units_per_em());
        let widths = self
            .glyphs
            .remapped_gids()
            .map(|glyph| f32::from(self.parsed.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)) * scale);
        file.put(cid_font, |chunk| {
            let mut font = chunk.cid_font(cid_font);
            font.subtype(CidFontType::Type2).base_font(Name(&base)).system_info(IDENTITY);
            font.font_descriptor(descriptor).default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
            font.widths().consecutive(0, widths);
        });
        let bounds = self.parsed.global_bounding_box();
        let [left, bottom, right, top] =
            [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(|edge| f32::from(edge) * scale);
        let [ascent, descent] = [self.parsed.ascender(), self.parsed.descender()].map(|edge| f32::from(edge) * scale);
        let cap_height = self.parsed.capital_height().map_or(ascent, |height| f32::from(height) * scale);
        file.put(descriptor, |chunk| {
            let mut font = chunk.font_descriptor(descriptor);
            font.name(Name(&base)).flags(FontFlags::SYMBOLIC).bbox(Rect::new(left, bottom, right, top));
            font.italic_angle(0.0).ascent(ascent).descent(descent).cap_height(cap_height).stem_v(80.0);
            font.font_file2(program);
        });
        let subset = subsetter::subset(self.data, 0, &self.glyphs).map_err(|error| Broken::Unwritten(error.into()))?;
        let subset = packed(&subset)?;
        file.put(program, |chunk| {
            chunk.stream(program, &subset).filter(Filter::FlateDecode).finish();
        });
        let mut map = UnicodeCmap::new(Name(b"Unicode"), IDENTITY);
        self.characters.iter().for_each(|(glyph, character)| map.pair(*glyph, *character));
        let map = packed(&map.finish())?;
        file.put(characters, |chunk| {
            chunk.cmap(characters, &map).filter(Filter::FlateDecode);
        });
        Ok(())
    }
}

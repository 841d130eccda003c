//! Does a page show anything? ISO 32000-2, 8 and 9, as far as that question goes.
//!
//! What cannot be told counts as shown: a page is called blank only when all of it was understood.

use super::Page;
use super::file::File;
use super::filter::{self, Decoded};
use super::lexer::{Lexer, Token, is_space};
use super::object::{Dictionary, Object};
use crate::judge::picture;

/// Forms within forms, and states saved within states.
const FORM_DEPTH_MAX: usize = 8;
const SAVED_MAX: usize = 256;
/// The longest operand list that means anything (a colour of 32 inks and its pattern) and some more.
const OPERANDS_MAX: usize = 64;
const ANNOTATIONS_MAX: usize = 1000;

/// In thousandths: what is lighter than this in every ink is white.
const WHITE_MIN: i64 = 995;

/// Whether anything is on the page or on a note attached to it.
pub(super) fn is_on(file: &File<'_>, page: &Page) -> bool {
    let resources = page.resources.as_deref().and_then(|resources| file.dictionary(resources)).unwrap_or_default();
    let Some(content) = content(file, &page.dictionary) else { return true };
    marks(file, &content, &resources, FORM_DEPTH_MAX) || is_annotated(file, &page.dictionary)
}

/// The content of a page, its parts joined; `None` when a part cannot be decoded.
fn content(file: &File<'_>, page: &Dictionary) -> Option<Vec<u8>> {
    let parts = match page.get("Contents") {
        None => Vec::new(),
        Some(contents) => match file.resolve(contents) {
            Object::Array(parts) => parts,
            _ => vec![contents.clone()],
        },
    };
    let mut content = Vec::new();
    for part in &parts {
        let Some((dictionary, data)) = file.stream(part) else { continue };
        let Decoded::Bytes(bytes) = decode(file, &dictionary, data) else { return None };
        file.budget().work(bytes.len())?;
        content.extend(bytes);
        content.push(b'\n');
    }
    Some(content)
}

fn decode(file: &File<'_>, dictionary: &Dictionary, data: &[u8]) -> Decoded {
    filter::decode(dictionary, data, file.budget(), &|object| file.resolve(object))
}

/// Stamps, filled-in fields and handwriting are annotations with an appearance of their own.
fn is_annotated(file: &File<'_>, page: &Dictionary) -> bool {
    const HIDDEN: usize = 1 << 1;
    let Some(Object::Array(annotations)) = page.get("Annots").map(|annotations| file.resolve(annotations)) else {
        return false;
    };
    annotations.iter().take(ANNOTATIONS_MAX).filter_map(|annotation| file.dictionary(annotation)).any(|annotation| {
        let flags = annotation.get("F").and_then(Object::as_usize).unwrap_or(0);
        let appearances = annotation.get("AP").and_then(|appearances| file.dictionary(appearances));
        let Some(normal) = appearances.as_ref().and_then(|appearances| appearances.get("N")) else { return false };
        if flags & HIDDEN != 0 || annotation.get("Subtype").is_some_and(|kind| kind.is_name("Popup")) {
            return false;
        }
        if file.stream(normal).is_some() {
            return form_marks(file, normal, &Dictionary::default(), FORM_DEPTH_MAX);
        }
        // One appearance for each state of a field.
        let states = file.dictionary(normal).unwrap_or_default();
        states.values().any(|state| form_marks(file, state, &Dictionary::default(), FORM_DEPTH_MAX))
    })
}

#[derive(Clone, Copy)]
struct Pen {
    fill_is_white: bool,
    stroke_is_white: bool,
    text_is_invisible: bool,
}

impl Pen {
    const BLACK: Self = Self { fill_is_white: false, stroke_is_white: false, text_is_invisible: false };
}

/// Whether content paints anything that is not white.
fn marks(file: &File<'_>, content: &[u8], resources: &Dictionary, depth: usize) -> bool {
    let mut lexer = Lexer::new(content, 0, file.budget());
    let mut pen = Pen::BLACK;
    let mut saved = Vec::new();
    let mut operands: Vec<Object> = Vec::new();
    while let Some(token) = lexer.next() {
        let Token::Word(word) = token else {
            // An operand that makes no sense is dropped, as viewers do.
            operands.extend(Object::read_after(token, &mut lexer));
            if operands.len() > OPERANDS_MAX {
                operands.clear();
            }
            continue;
        };
        match word {
            b"true" | b"false" | b"null" => continue,
            b"q" if saved.len() < SAVED_MAX => saved.push(pen),
            b"Q" => pen = saved.pop().unwrap_or(pen),
            b"Do" => {
                if operands.last().is_some_and(|name| object_marks(file, name, resources, depth)) {
                    return true;
                }
            }
            b"BI" | b"sh" => return true,
            _ if paints(word, &operands, pen) => return true,
            _ => pen = chosen(word, &operands, pen),
        }
        operands.clear();
    }
    false
}

/// Whether an operator paints with the pen as it is.
fn paints(operator: &[u8], operands: &[Object], pen: Pen) -> bool {
    match operator {
        b"f" | b"F" | b"f*" => !pen.fill_is_white,
        b"S" | b"s" => !pen.stroke_is_white,
        b"B" | b"B*" | b"b" | b"b*" => !(pen.fill_is_white && pen.stroke_is_white),
        b"Tj" | b"TJ" | b"'" | b"\"" => {
            let written = operands.last().is_some_and(|shown| match shown {
                Object::Text(text) => has_letters(text),
                Object::Array(parts) => {
                    parts.iter().any(|part| matches!(part, Object::Text(text) if has_letters(text)))
                }
                _ => false,
            });
            written && !pen.text_is_invisible && !pen.fill_is_white
        }
        _ => false,
    }
}

/// The pen after an operator that chooses a colour or the way text is drawn.
fn chosen(operator: &[u8], operands: &[Object], pen: Pen) -> Pen {
    match operator {
        b"g" | b"rg" | b"k" | b"sc" | b"scn" | b"cs" => Pen { fill_is_white: is_white(operator, operands), ..pen },
        b"G" | b"RG" | b"K" | b"SC" | b"SCN" | b"CS" => {
            Pen { stroke_is_white: is_white(&operator.to_ascii_lowercase(), operands), ..pen }
        }
        // 3 is what recognised text under a scanned page has; from 7 on it only clips.
        b"Tr" => Pen { text_is_invisible: matches!(operands.last(), Some(Object::Integer(3 | 7))), ..pen },
        _ => pen,
    }
}

/// White in the colour space that the operator implies. Of `sc` the space is not known: one or three
/// full components are white in all the usual ones.
fn is_white(operator: &[u8], operands: &[Object]) -> bool {
    let components: Option<Vec<i64>> = operands.iter().map(Object::thousandths).collect();
    let Some(components) = components else { return false };
    match operator {
        b"k" => components.len() == 4 && components.iter().all(|ink| *ink <= 1000 - WHITE_MIN),
        b"cs" => false,
        _ => matches!(components.len(), 1 | 3) && components.iter().all(|light| *light >= WHITE_MIN),
    }
}

/// Glyph numbers of two bytes are text, too; blanks and zeros are none.
fn has_letters(text: &[u8]) -> bool {
    text.iter().any(|byte| !is_space(*byte))
}

/// Whether a picture or a form, by its name in the resources, shows anything.
fn object_marks(file: &File<'_>, name: &Object, resources: &Dictionary, depth: usize) -> bool {
    let Object::Name(name) = name else { return false };
    let objects = resources.get("XObject").and_then(|objects| file.dictionary(objects)).unwrap_or_default();
    let Some(object) = objects.get_bytes(name) else { return false };
    let Some((dictionary, data)) = file.stream(object) else { return false };
    if dictionary.get("Subtype").is_some_and(|kind| kind.is_name("Image")) {
        image_shows(file, &dictionary, data)
    } else {
        form_marks(file, object, resources, depth)
    }
}

fn form_marks(file: &File<'_>, form: &Object, inherited: &Dictionary, depth: usize) -> bool {
    let Some((dictionary, data)) = file.stream(form) else { return false };
    let Some(depth) = depth.checked_sub(1) else { return true };
    let Decoded::Bytes(content) = decode(file, &dictionary, data) else { return true };
    let own = dictionary.get("Resources").and_then(|resources| file.dictionary(resources));
    marks(file, &content, own.as_deref().unwrap_or(inherited), depth)
}

fn image_shows(file: &File<'_>, dictionary: &Dictionary, data: &[u8]) -> bool {
    let side = |key: &str| dictionary.get(key).map(|side| file.resolve(side)).and_then(|side| side.as_usize());
    let (Some(width), Some(height)) = (side("Width"), side("Height")) else { return false };
    let blank = match decode(file, dictionary, data) {
        Decoded::Jpeg(bytes) => picture::is_blank_jpeg(&bytes, |pixels| file.budget().work(pixels)),
        Decoded::Bytes(samples) => match (u32::try_from(width), u32::try_from(height)) {
            (Ok(width), Ok(height)) => picture::is_blank_raw(width, height, samples),
            _ => None,
        },
        Decoded::Opaque => None,
    };
    !blank.unwrap_or(false)
}

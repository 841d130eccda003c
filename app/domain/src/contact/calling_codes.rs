//! Country calling codes: which first digits of an international phone number somebody answers to.
//!
//! Source: ITU-T, list of assigned country codes of Recommendation E.164, with the codes that are shared by several
//! countries (satellite, freephone).

use std::ops::RangeInclusive;

/// Codes from `first` to `last` inclusive, of one, two and three digits. No code is the beginning of another one.
#[rustfmt::skip]
static CALLING_CODES: [RangeInclusive<u16>; 48] = [
    1..=1, 7..=7,
    20..=20, 27..=27, 30..=34, 36..=36, 39..=41, 43..=49, 51..=58, 60..=66, 81..=82, 84..=84, 86..=86, 90..=95, 98..=98,
    211..=213, 216..=216, 218..=218, 220..=258, 260..=269, 290..=291, 297..=299,
    350..=359, 370..=383, 385..=387, 389..=389, 420..=421, 423..=423,
    500..=509, 590..=599, 670..=670, 672..=683, 685..=692,
    800..=800, 808..=808, 850..=850, 852..=853, 855..=856, 870..=870, 878..=878, 880..=883, 886..=886, 888..=888,
    960..=968, 970..=977, 979..=979, 992..=996, 998..=998,
];

/// True when the digits (without `+`) begin with an assigned code.
pub(super) fn has_calling_code(digits: &str) -> bool {
    (1..=3).any(|length| {
        let code = digits.get(..length).and_then(|code| code.parse::<u16>().ok());
        !digits.starts_with('0') && code.is_some_and(|code| CALLING_CODES.iter().any(|codes| codes.contains(&code)))
    })
}

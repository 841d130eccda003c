//! Small made-up papers of people and companies that do not exist, for demonstrations and tests.
//!
//! They are drawn by `end2end/fixtures/make.py`; their state is Utopia, which has the code UTO for just
//! this, and SPECIMEN is written across each.

use crate::MediaType;

/// A paper to attach to a demonstration customer.
#[derive(Clone, Copy, Debug)]
pub struct Specimen {
    pub file_name: &'static str,
    pub media_type: MediaType,
    pub bytes: &'static [u8],
}

/// The passport of Elin Amalia Nordquist: proof of identity.
pub const PASSPORT: Specimen = Specimen {
    file_name: "passport.png",
    media_type: MediaType::Png,
    bytes: include_bytes!("../specimens/passport.png"),
};

/// The driver licence of Tobias Okonjo: proof of identity.
pub const LICENCE: Specimen = Specimen {
    file_name: "licence.png",
    media_type: MediaType::Png,
    bytes: include_bytes!("../specimens/licence.png"),
};

/// An electricity bill: proof of address.
pub const ADDRESS_PROOF: Specimen = Specimen {
    file_name: "address-proof.pdf",
    media_type: MediaType::Pdf,
    bytes: include_bytes!("../specimens/address-proof.pdf"),
};

/// A company's certificate of registration.
pub const REGISTRATION: Specimen = Specimen {
    file_name: "registration.pdf",
    media_type: MediaType::Pdf,
    bytes: include_bytes!("../specimens/registration.pdf"),
};

pub const ALL: [Specimen; 4] = [PASSPORT, LICENCE, ADDRESS_PROOF, REGISTRATION];

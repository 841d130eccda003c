//! The papers of a customer: which place each fills.

use serde::{Deserialize, Serialize};

use crate::id::DocumentId;

/// Largest file accepted, in bytes.
pub const SIZE_BYTES_MAX: usize = 5 * 1024 * 1024;

/// The place that a file fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSlot {
    /// Proves who an individual is.
    IdProof,
    /// Proves where the customer lives or works.
    AddressProof,
    /// Proves that a company exists.
    RegistrationDocument,
    /// Proves who acts for a company.
    AuthorizedPersonIdProof,
}

impl DocumentSlot {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::IdProof, Self::AddressProof, Self::RegistrationDocument, Self::AuthorizedPersonIdProof];

    /// The word for programs, and the name of the form's file input.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::IdProof => "id_proof",
            Self::AddressProof => "address_proof",
            Self::RegistrationDocument => "registration_document",
            Self::AuthorizedPersonIdProof => "authorized_person_id_proof",
        }
    }

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::IdProof => "ID proof",
            Self::AddressProof => "Address proof",
            Self::RegistrationDocument => "Registration document",
            Self::AuthorizedPersonIdProof => "ID proof of the authorised person",
        }
    }

    /// The slot of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.code() == code)
    }
}

/// The files of one customer, by place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Documents {
    /// Proves who an individual is.
    pub id_proof: Option<DocumentId>,
    /// Proves where the customer lives or works.
    pub address_proof: Option<DocumentId>,
    /// Proves that a company exists.
    pub registration_document: Option<DocumentId>,
    /// Proves who acts for a company.
    pub authorized_person_id_proof: Option<DocumentId>,
}

impl Documents {
    /// The file in a place.
    #[must_use]
    pub const fn get(&self, slot: DocumentSlot) -> Option<DocumentId> {
        match slot {
            DocumentSlot::IdProof => self.id_proof,
            DocumentSlot::AddressProof => self.address_proof,
            DocumentSlot::RegistrationDocument => self.registration_document,
            DocumentSlot::AuthorizedPersonIdProof => self.authorized_person_id_proof,
        }
    }

    /// Puts a file in a place, or empties it.
    pub const fn set(&mut self, slot: DocumentSlot, document: Option<DocumentId>) {
        match slot {
            DocumentSlot::IdProof => self.id_proof = document,
            DocumentSlot::AddressProof => self.address_proof = document,
            DocumentSlot::RegistrationDocument => self.registration_document = document,
            DocumentSlot::AuthorizedPersonIdProof => self.authorized_person_id_proof = document,
        }
    }

    /// The places that are filled, with their files.
    pub fn filled(&self) -> impl Iterator<Item = (DocumentSlot, DocumentId)> + '_ {
        DocumentSlot::ALL.into_iter().filter_map(|slot| self.get(slot).map(|id| (slot, id)))
    }
}

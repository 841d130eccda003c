//! Who may do what.

use serde::{Deserialize, Serialize};

use crate::id::{ApiKeyId, OperatorId, OrganisationId, UserId};

/// What a person or key of an organisation is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Everything in their own organisation.
    Admin,
    /// Keys, webhooks and the event log; sees customer data masked.
    Developer,
    /// Looks and exports, changes nothing.
    ReadOnly,
}

impl Role {
    /// The name as it is stored and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Admin => "ADMIN",
            Self::Developer => "DEVELOPER",
            Self::ReadOnly => "READ_ONLY",
        }
    }

    /// The role of a stored name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Admin, Self::Developer, Self::ReadOnly].into_iter().find(|role| role.code() == code)
    }

    /// May create and change customers, documents, wallets, and simulate money.
    #[must_use]
    pub const fn may_edit(self) -> bool {
        matches!(self, Self::Admin)
    }

    /// May make and withdraw API keys.
    #[must_use]
    pub const fn may_manage_keys(self) -> bool {
        matches!(self, Self::Admin | Self::Developer)
    }

    /// May see names, contact data, identification and documents in full.
    #[must_use]
    pub const fn sees_personal_data(self) -> bool {
        matches!(self, Self::Admin | Self::ReadOnly)
    }
}

/// Who stands behind a change, for the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A person who signed in.
    User(UserId),
    /// A program with a key.
    ApiKey(ApiKeyId),
    /// Whoever runs the installation.
    Operator(OperatorId),
    /// Purser itself: a review, an imported file.
    System,
}

/// On whose behalf something is done: an organisation, who in it, and what that one may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// The tenant that everything done with this is confined to.
    pub organisation_id: OrganisationId,
    /// Who does it.
    pub actor: Actor,
    /// What they may do.
    pub role: Role,
}

/// What the operator can switch on for an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// Creating customers.
    CustomerCreation,
    /// Refusing money from senders that are not listed.
    SenderValidation,
}

impl Feature {
    /// Every feature there is.
    pub const ALL: [Self; 2] = [Self::CustomerCreation, Self::SenderValidation];

    /// The name as it is stored, typed and shown.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerCreation => "customer_creation",
            Self::SenderValidation => "sender_validation",
        }
    }

    /// The feature of a stored name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|feature| feature.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_changes_nothing_and_developers_see_customers_masked() {
        assert!(!Role::ReadOnly.may_edit() && !Role::ReadOnly.may_manage_keys());
        assert!(!Role::Developer.may_edit() && Role::Developer.may_manage_keys());
        assert!(!Role::Developer.sees_personal_data() && Role::Admin.sees_personal_data());
    }

    #[test]
    fn codes_read_back() {
        for role in [Role::Admin, Role::Developer, Role::ReadOnly] {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
        for feature in Feature::ALL {
            assert_eq!(Feature::from_code(feature.code()), Some(feature));
        }
    }
}

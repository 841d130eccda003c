//! Ways to reach somebody: e-mail address, phone number, website. Each is checked for its form; whether anybody answers
//! there is not known here.

mod calling_codes;

use std::fmt;

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

use crate::fault::FieldFault;
use calling_codes::has_calling_code;

/// RFC 5321, 4.5.3.1.3: a path has 256 octets with its angle brackets.
const EMAIL_CHARS_MAX: usize = 254;
const PHONE_DIGITS_MIN: usize = 8;
/// ITU-T E.164.
const PHONE_DIGITS_MAX: usize = 15;
const WEBSITE_CHARS_MAX: usize = 2048;
/// RFC 1035: a name has at most 253 characters, a label 63.
const HOST_CHARS_MAX: usize = 253;
const LABEL_CHARS_MAX: usize = 63;

/// An e-mail address, its domain in small letters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// A phone number in E.164: `+` and 8 to 15 digits that begin with a country calling code.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

/// The address of a website: `http` or `https`, and a host name with a dot.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Website(String);

impl Email {
    /// Reads an address such as `ada@example.com`; blanks around it are ignored.
    ///
    /// # Errors
    /// `required` (empty), `too_long` (more than 254 characters), `invalid` (not an address of a domain with a dot).
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Enter an email address."));
        }
        if text.len() > EMAIL_CHARS_MAX {
            let message = format!("Enter an email address of at most {EMAIL_CHARS_MAX} characters.");
            return Err(FieldFault::new("too_long", message));
        }
        let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(text, options)
            .ok()
            .filter(|address| !address.local_part().starts_with('"'))
            .map(|address| Self(format!("{}@{}", address.local_part(), address.domain().to_lowercase())))
            .ok_or_else(|| FieldFault::new("invalid", "Enter an email address, such as name@example.com."))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl Phone {
    /// Reads a number such as `+61 412 345 678`. Blanks, dashes, dots and parentheses are ignored, and so is the `(0)`
    /// that some write after the country code.
    ///
    /// # Errors
    /// `required` (empty), `country_code` (no `+`, or no country has these first digits), `too_short`, `too_long`,
    /// `invalid` (something else than a number).
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Enter a phone number."));
        }
        let Some(national) = text.strip_prefix('+') else {
            let is_number = subscriber_digits(text).is_some();
            return Err(if is_number { country_code_missing() } else { not_a_phone_number() });
        };
        let digits = subscriber_digits(&national.replace("(0)", "")).ok_or_else(not_a_phone_number)?;
        if digits.len() < PHONE_DIGITS_MIN {
            return Err(FieldFault::new("too_short", "Enter the whole phone number with its country code."));
        }
        if digits.len() > PHONE_DIGITS_MAX {
            let message = format!("Enter a phone number of at most {PHONE_DIGITS_MAX} digits.");
            return Err(FieldFault::new("too_long", message));
        }
        if !has_calling_code(&digits) {
            return Err(FieldFault::new("country_code", "Check the country code at the start of the phone number."));
        }
        Ok(Self(format!("+{digits}")))
    }

    /// `+` and digits only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Website {
    /// Reads an address such as `https://example.com/about`; without a scheme it is taken as `https`. Scheme and host
    /// come out in small letters.
    ///
    /// # Errors
    /// `required` (empty), `too_long` (more than 2,048 characters), `invalid` (another scheme, a name and password, no
    /// host name with a dot).
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FieldFault::new("required", "Enter the address of the website."));
        }
        if text.len() > WEBSITE_CHARS_MAX {
            let message = format!("Enter an address of at most {WEBSITE_CHARS_MAX} characters.");
            return Err(FieldFault::new("too_long", message));
        }
        website(text)
            .map(Self)
            .ok_or_else(|| FieldFault::new("invalid", "Enter the address of a website, such as https://example.com."))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! text_value {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        /// Says the type only: these are personal data, and debug output ends in logs.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldFault;

            fn try_from(text: String) -> Result<Self, FieldFault> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = FieldFault;

            fn from_str(text: &str) -> Result<Self, FieldFault> {
                Self::parse(text)
            }
        }
    )+};
}

text_value!(Email, Phone, Website);

/// The digits of a number, `None` when there is something else than digits and what people put between them.
fn subscriber_digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for character in text.chars() {
        match character {
            '0'..='9' => digits.push(character),
            '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' => {}
            _ if character.is_whitespace() => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

fn country_code_missing() -> FieldFault {
    FieldFault::new("country_code", "Add the country code, such as +61 412 345 678.")
}

fn not_a_phone_number() -> FieldFault {
    FieldFault::new("invalid", "Enter a phone number with its country code, such as +61 412 345 678.")
}

fn website(text: &str) -> Option<String> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
        None => ("https".to_owned(), text),
    };
    if !matches!(scheme.as_str(), "http" | "https") {
        return None;
    }
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(authority_end)?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && !port.starts_with('+'));
    if !is_host_name(host) || !port.is_none_or(is_port) || !path.chars().all(may_stand_in_path) {
        return None;
    }
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}{path}", host.to_lowercase()))
}

/// The characters of RFC 3986, and letters of any script.
fn may_stand_in_path(character: char) -> bool {
    character.is_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
}

/// A name of at least two labels whose last one is not a number. Letters of any script are allowed.
fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let edges_are_letters = !label.starts_with('-') && !label.ends_with('-');
        let letters_only = label.chars().all(|c| c.is_alphanumeric() || c == '-');
        !label.is_empty() && label.len() <= LABEL_CHARS_MAX && edges_are_letters && letters_only
    };
    let top_level = host.rsplit('.').next().unwrap_or_default();
    host.len() <= HOST_CHARS_MAX
        && host.contains('.')
        && host.split('.').all(is_label)
        && !top_level.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;

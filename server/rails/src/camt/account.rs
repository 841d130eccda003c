//! Accounts as the messages write them, and what they are: an IBAN, a number with or without a BSB, an alias.

use domain::money::Currency;

use super::party::{Agent, agent, code_or_proprietary};
use super::value::{identifier, text};
use crate::FileError;
use crate::notice::{Account, Clearing, OtherAccount};
use crate::xml::Xml;

/// The clearing system code of Australian BSBs (ISO 20022 external code list).
const AUSTRALIAN: &str = "AUBSB";

/// An account element as read; what its number means may depend on the bank and the currency named elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct RawAccount {
    name: Name,
    /// The alias, whether or not there is a number too.
    alias: Option<String>,
    /// The bank that keeps the account (`Svcr`), which statement accounts name.
    servicer: Agent,
}

/// The strongest of what names an account.
#[derive(Clone, Debug)]
enum Name {
    Iban(String),
    Number { id: String, scheme: Option<String> },
    Alias { id: String, kind: Option<String> },
}

impl RawAccount {
    /// Reads the open account element; `None` when nothing in it names the account.
    pub(crate) fn read(xml: &mut Xml<'_>) -> Result<Option<Self>, FileError> {
        let mut number = None;
        let mut alias = None;
        let mut servicer = Agent::default();
        while let Some(name) = xml.child()? {
            match name {
                "Id" => number = read_id(xml)?,
                "Prxy" => alias = read_alias(xml)?,
                "Svcr" => servicer = agent(xml)?,
                _ => xml.skip()?,
            }
        }
        let alias_id = alias.as_ref().map(|(id, _)| id.clone());
        let name = number.or_else(|| alias.map(|(id, kind)| Name::Alias { id, kind }));
        Ok(name.map(|name| Self { name, alias: alias_id, servicer }))
    }

    /// The alias, whether or not there is a number too.
    pub(crate) fn alias(&self) -> Option<&str> {
        self.alias.as_deref()
    }

    /// The one text that tells the account from others of its bank, the same in every version of a message.
    pub(crate) fn key(&self) -> String {
        match &self.name {
            Name::Iban(id) | Name::Number { id, .. } => without_blanks(id),
            Name::Alias { id, .. } => id.clone(),
        }
    }

    /// What the account is, known its bank and the currency that it was paid in.
    pub(crate) fn resolve(&self, bank: Option<&Agent>, currency: Currency) -> Account {
        match &self.name {
            Name::Iban(iban) => Account::Iban(without_blanks(iban)),
            Name::Alias { id, kind } => Account::Alias { id: id.clone(), kind: kind.clone() },
            Name::Number { id, scheme } => {
                let clearing = bank.and_then(|bank| bank.clearing.clone()).or_else(|| self.servicer.clearing.clone());
                let (bsb, account_number) = split_bsb(id, clearing.as_ref(), currency);
                let (id, scheme) = (id.clone(), scheme.clone());
                Account::Other(OtherAccount { id, scheme, clearing, bsb, account_number })
            }
        }
    }
}

/// Reads `IBAN` or `Othr` of the open element.
fn read_id(xml: &mut Xml<'_>) -> Result<Option<Name>, FileError> {
    let mut iban = None;
    let mut id = None;
    let mut scheme = None;
    while let Some(name) = xml.child()? {
        match name {
            "IBAN" => iban = identifier(xml)?,
            "Othr" => {
                while let Some(name) = xml.child()? {
                    match name {
                        "Id" => id = identifier(xml)?,
                        "SchmeNm" => scheme = code_or_proprietary(xml)?,
                        _ => xml.skip()?,
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    Ok(iban.map(Name::Iban).or_else(|| id.map(|id| Name::Number { id, scheme })))
}

/// Reads the alias and its kind, a proxy in the words of the standard.
fn read_alias(xml: &mut Xml<'_>) -> Result<Option<(String, Option<String>)>, FileError> {
    let mut id = None;
    let mut kind = None;
    while let Some(name) = xml.child()? {
        match name {
            "Id" => id = text(xml)?,
            "Tp" => kind = code_or_proprietary(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(id.map(|id| (id, kind)))
}

/// The BSB of an Australian account and its number without it.
///
/// A BSB is taken from the number when it is written as one (`062-000 12345678`) or when the money is Australian and the
/// number is BSB and account in one string, as the New Payments Platform writes it (`062000000002`, more than nine
/// digits, the most that an account alone has); else from the bank, named as a member of `AUBSB`.
pub(crate) fn split_bsb(id: &str, clearing: Option<&Clearing>, currency: Currency) -> (Option<String>, String) {
    let is_australian_bank = clearing.is_some_and(|clearing| clearing.system.as_deref() == Some(AUSTRALIAN));
    let stated = clearing.filter(|_| is_australian_bank).and_then(|clearing| bsb(&clearing.member));
    if (is_australian_bank || currency == Currency::AUD)
        && let Some((bsb, number)) = bsb_inside(id)
    {
        return (Some(bsb), number);
    }
    (stated, id.to_owned())
}

fn bsb_inside(id: &str) -> Option<(String, String)> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((first, rest)) = id.split_at_checked(7) {
        let rest = rest.trim_start_matches([' ', '-', '/']);
        if let Some(bsb) = bsb(first.trim_end_matches([' ', '/'])) {
            let number: String = rest.chars().filter(|character| !matches!(character, ' ' | '-')).collect();
            return digits(&number).then_some((bsb, number));
        }
    }
    let (first, rest) = id.split_at_checked(6)?;
    (digits(id) && id.len() > 9).then(|| (first.to_owned(), rest.to_owned()))
}

/// Six digits, with or without the hyphen in the middle.
fn bsb(text: &str) -> Option<String> {
    let digits: String = match text.split_once('-') {
        Some((first, second)) if first.len() == 3 && second.len() == 3 => {
            format!("{first}{second}")
        }
        Some(_) => return None,
        None => text.to_owned(),
    };
    (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

fn without_blanks(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(id: &str, member: Option<(&str, &str)>, currency: Currency) -> (Option<String>, String) {
        let clearing =
            member.map(|(system, member)| Clearing { system: Some(system.to_owned()), member: member.to_owned() });
        split_bsb(id, clearing.as_ref(), currency)
    }

    #[test]
    fn a_bsb_is_found_where_the_bank_put_it() {
        for (id, member, bsb, number) in [
            ("062-000 12345678", None, Some("062000"), "12345678"),
            ("062-000-12345678", None, Some("062000"), "12345678"),
            ("062000 1234 5678", None, Some("062000"), "12345678"),
            ("062000/12345678", None, Some("062000"), "12345678"),
            ("062000000002", None, Some("062000"), "000002"),
            ("012345678", None, None, "012345678"),
            ("12345678", Some(("AUBSB", "062-000")), Some("062000"), "12345678"),
            ("12345678", Some(("AUBSB", "062000")), Some("062000"), "12345678"),
            ("12345678", Some(("USABA", "062000")), None, "12345678"),
            ("AC-12345678", None, None, "AC-12345678"),
        ] {
            let (found, rest) = split(id, member, Currency::AUD);
            assert_eq!((found.as_deref(), rest.as_str()), (bsb, number), "{id}");
        }
    }

    #[test]
    fn other_currencies_keep_their_numbers_whole() {
        assert_eq!(split("062000000002", None, Currency::SGD), (None, "062000000002".to_owned()));
        assert_eq!(split("123-456-789", None, Currency::NZD), (None, "123-456-789".to_owned()));
    }
}

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

/// Letters without case and the accents that occur in the names.
fn sort_key(name: &str) -> String {
    name.to_lowercase().replace('å', "a").replace('ç', "c").replace('é', "e").replace('ô', "o").replace('ü', "u")
}

#[test]
fn all_are_there_once_and_sorted_by_name() {
    let codes: HashSet<_> = Country::all().iter().map(|country| country.code()).collect();
    let alpha_3: HashSet<_> = Country::all().iter().map(|country| country.alpha_3()).collect();
    assert_eq!((codes.len(), alpha_3.len()), (249, 249));
    assert!(Country::all().is_sorted_by_key(|country| sort_key(country.name())));
    for country in Country::all() {
        assert!(country.code().len() == 2 && country.code().bytes().all(|byte| byte.is_ascii_uppercase()));
        assert_eq!(Country::parse(country.code()), Ok(*country));
        assert_eq!(Country::parse(country.alpha_3()), Ok(*country));
    }
}

#[test]
fn codes_are_read_in_any_case() {
    assert_eq!(country(" au "), country("AUS"));
    assert_eq!((country("de").name(), country("gbr").code()), ("Germany", "GB"));
    assert_eq!(Country::parse("").unwrap_err().code, "required");
    for text in ["XX", "A", "Australia", "ZZZ", "ÄU", "036"] {
        assert_eq!(Country::parse(text).unwrap_err().code, "invalid", "{text}");
    }
}

#[test]
fn postal_codes_are_asked_only_where_there_are_some() {
    for code in ["AU", "NZ", "SG", "DE", "GB", "US", "PH", "TH", "IE", "JP", "KE", "ZA", "SA"] {
        assert!(country(code).has_postal_codes(), "{code}");
    }
    for code in ["HK", "AE", "MO", "QA", "FJ", "ZW", "TO", "VU"] {
        assert!(!country(code).has_postal_codes(), "{code}");
    }
    assert!(WITHOUT_POSTAL_CODES.iter().all(|code| Country::parse(code).is_ok()));
}

#[test]
fn a_country_travels_as_its_code() {
    assert_eq!(serde_json::to_string(&country("NZL")).unwrap(), r#""NZ""#);
    assert_eq!(serde_json::from_str::<Country>(r#""nz""#).unwrap(), country("NZ"));
    assert!(serde_json::from_str::<Country>(r#""XX""#).is_err());
}

proptest! {
    #[test]
    fn parse_never_panics(text in any::<String>()) {
        let _ = Country::parse(&text);
    }
}

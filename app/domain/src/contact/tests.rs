use proptest::prelude::*;

use super::*;

#[test]
fn an_email_keeps_its_name_and_its_domain_gets_small() {
    assert_eq!(Email::parse(" Ada.Byron@Example.COM ").unwrap().as_str(), "Ada.Byron@example.com");
    assert_eq!(Email::parse("a+b@sub.example.co.nz").unwrap().domain(), "sub.example.co.nz");
    assert!(Email::parse("o'neil@example.com").is_ok());
}

#[test]
fn what_is_no_email_is_refused() {
    let cases = [
        ("", "required"),
        ("ada", "invalid"),
        ("ada@", "invalid"),
        ("@example.com", "invalid"),
        ("ada@localhost", "invalid"),
        ("ada@@example.com", "invalid"),
        ("ada byron@example.com", "invalid"),
        ("ada@example..com", "invalid"),
        ("ada@-example.com", "invalid"),
        ("ada@[127.0.0.1]", "invalid"),
        ("Ada <ada@example.com>", "invalid"),
        ("\"ada\"@example.com", "invalid"),
        (".ada@example.com", "invalid"),
        ("ada@example.com\r\nBcc: x@example.com", "invalid"),
    ];
    for (text, code) in cases {
        assert_eq!(Email::parse(text).unwrap_err().code, code, "{text:?}");
    }
    let long = format!("{}@example.com", "a".repeat(250));
    assert_eq!(Email::parse(&long).unwrap_err().code, "too_long");
}

#[test]
fn a_phone_number_is_kept_as_digits_with_its_country() {
    let cases = [
        ("+61 412 345 678", "+61412345678"),
        ("+64 (21) 123-4567", "+64211234567"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("+1.415.555.2671", "+14155552671"),
        ("+49\u{2013}30\u{a0}901820", "+4930901820"),
        ("+383 44 123 456", "+38344123456"),
    ];
    for (text, e164) in cases {
        assert_eq!(Phone::parse(text).unwrap().as_str(), e164, "{text}");
    }
}

#[test]
fn what_is_no_phone_number_is_refused_with_what_to_do() {
    let cases = [
        ("", "required"),
        ("0412 345 678", "country_code"),
        ("0061 412 345 678", "country_code"),
        ("+999 412 345 678", "country_code"),
        ("+210 412 345 678", "country_code"),
        ("+0 412 345 678", "country_code"),
        ("+61 412", "too_short"),
        ("+61 412 345 678 901 234", "too_long"),
        ("+61 412 CALL ME", "invalid"),
        ("+", "invalid"),
        ("++61412345678", "invalid"),
        ("phone", "invalid"),
        ("+٦١٤١٢٣٤٥٦٧٨", "invalid"),
    ];
    for (text, code) in cases {
        assert_eq!(Phone::parse(text).unwrap_err().code, code, "{text:?}");
    }
    let fault = Phone::parse("0412345678").unwrap_err();
    assert_eq!(fault.message, "Add the country code, such as +61 412 345 678.");
}

#[test]
fn a_website_has_a_host_name_with_a_dot() {
    let cases = [
        ("https://Example.com", "https://example.com"),
        ("HTTP://example.com:8080/About?x=1#y", "http://example.com:8080/About?x=1#y"),
        ("example.com.au/Path", "https://example.com.au/Path"),
        ("https://münchen.example", "https://münchen.example"),
    ];
    for (text, url) in cases {
        assert_eq!(Website::parse(text).unwrap().as_str(), url, "{text}");
    }
    let refused = [
        "ftp://example.com",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "https://localhost",
        "https://127.0.0.1",
        "https://",
        "https://example..com",
        "https://-example.com",
        "https://user:secret@example.com",
        "https://example.com:99999",
        "https://exa mple.com",
        "https://example.com\\evil",
        "https://example.com/\"><script>\n",
    ];
    for text in refused {
        assert_eq!(Website::parse(text).unwrap_err().code, "invalid", "{text:?}");
    }
}

#[test]
fn contact_details_travel_as_text_and_stay_out_of_debug_output() {
    let email: Email = serde_json::from_str(r#""ada@EXAMPLE.com""#).unwrap();
    assert_eq!(serde_json::to_string(&email).unwrap(), r#""ada@example.com""#);
    assert_eq!(format!("{email:?}"), "Email(…)");
    assert!(serde_json::from_str::<Phone>(r#""0412345678""#).is_err());
}

proptest! {
    #[test]
    fn parse_never_panics_and_is_stable(text in any::<String>()) {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
        }
        if let Ok(phone) = Phone::parse(&text) {
            prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
        }
        if let Ok(website) = Website::parse(&text) {
            prop_assert_eq!(Website::parse(website.as_str()), Ok(website));
        }
    }

    #[test]
    fn near_phone_numbers_are_stable(text in "[+]?[-() 0-9]{0,20}") {
        if let Ok(phone) = Phone::parse(&text) {
            prop_assert!((9..=16).contains(&phone.as_str().len()));
            prop_assert_eq!(Phone::parse(phone.as_str()), Ok(phone));
        }
    }

    #[test]
    fn near_websites_are_stable(text in "(https?://)?[a-z.:/@ -]{0,20}") {
        if let Ok(website) = Website::parse(&text) {
            prop_assert_eq!(Website::parse(website.as_str()), Ok(website));
        }
    }
}

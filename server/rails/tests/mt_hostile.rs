//! SWIFT files that are broken, cut off or made to do harm: always an answer, never a panic, never half a file.

use proptest::prelude::*;
use rails::{PAYMENTS_MAX, read};

const FIXTURES: [&[u8]; 3] = [
    include_bytes!("fixtures/au.mt940"),
    include_bytes!("fixtures/au.mt942"),
    include_bytes!("fixtures/de_latin1.mt940"),
];

fn statement(bookings: &str) -> String {
    format!(":20:S\n:25:1\n:28C:1/1\n:60F:C261119EUR0,\n{bookings}\n:62F:C261120EUR0,\n-\n")
}

fn code(text: &str) -> &'static str {
    read(text.as_bytes()).map_or_else(|error| error.code, |_| "read")
}

/// Where the last statement of a file has all its bookings and its end has begun.
fn closing(file: &[u8]) -> usize {
    let tags: [&[u8]; 2] = [b":62F:", b":90D:"];
    tags.iter().filter_map(|tag| file.windows(5).rposition(|window| window == *tag)).max().unwrap_or(0)
}

#[test]
fn a_file_cut_off_before_its_last_closing_field_is_refused_or_ends_with_a_whole_statement() {
    for fixture in FIXTURES {
        let whole = read(fixture).expect("the fixture is sound");
        for length in 0..fixture.len() {
            match read(&fixture[..length]) {
                Err(error) => assert!(error.line > 0 && !error.message.is_empty()),
                Ok(file) if length < closing(fixture) => {
                    // Between two statements, what is there is whole.
                    assert!(file.notices.len() < whole.notices.len());
                    assert_eq!(file.notices[..], whole.notices[..file.notices.len()]);
                }
                Ok(file) => assert_eq!(file.notices, whole.notices),
            }
        }
    }
}

#[test]
fn everything_is_bounded() {
    let long = |length: usize| statement(&format!(":61:261120C1,NTRFNONREF\n:86:{}", "x".repeat(length)));
    assert_eq!(code(&long(4_000)), "read");
    assert_eq!(code(&long(4_096)), "text_too_long");
    assert_eq!(code(&long(10_000_000)), "text_too_long");
    let lines = |count: usize| statement(&format!(":61:261120C1,NTRFNONREF\n:86:{}", "xxxxxxx\n".repeat(count)));
    assert_eq!(code(&lines(2_000)), "read");
    assert_eq!(code(&lines(2_100)), "text_too_long");
    assert_eq!(code(&statement(&format!(":61:261120C1,NTRF{}", "x".repeat(141)))), "text_too_long");
    assert_eq!(code(&statement("").replace(":25:1", &format!(":25:{}", "1".repeat(141)))), "text_too_long");
    assert_eq!(code(&statement(&format!(":61:261120C{}NTRFX", "9".repeat(4_000)))), "invalid_amount");
    let many = |count: usize| statement(":61:261120C1,NTRFX\n".repeat(count).trim_end());
    assert_eq!(code(&many(PAYMENTS_MAX)), "read");
    assert_eq!(code(&many(PAYMENTS_MAX + 1)), "too_many_payments");
    assert_eq!(code(&":20:\n".repeat(8 * PAYMENTS_MAX + 1)), "too_many_payments");
}

#[test]
fn characters_that_no_text_has_are_refused() {
    assert_eq!(code(&statement(":61:261120C1,NTRF\0X")), "invalid_character");
    assert_eq!(code(&statement(":61:261120C1,NTRFX\u{1B}[2J")), "invalid_character");
    assert_eq!(code(&statement(":61:２６1120C1,NTRFX")), "invalid_date");
    assert_eq!(code(&statement(":61:261120C١,NTRFX")), "invalid_amount");
}

/// What must hold of anything that is read at all.
fn assert_sound(bytes: &[u8]) {
    match read(bytes) {
        Ok(file) => {
            for notice in &file.notices {
                assert!(notice.amount.is_positive());
                assert!(!notice.bank_reference.is_empty());
            }
            assert_eq!(read(bytes), Ok(file), "reading twice gives the same");
        }
        Err(error) => assert!(error.line > 0 && !error.code.is_empty() && !error.message.is_empty()),
    }
}

/// Changes one thing in a fixture: a byte, a stretch that is lost, doubled or moved.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<u8>(), 0..4_u8);
    (0..FIXTURES.len(), prop::collection::vec(change, 1..6)).prop_map(|(fixture, changes)| {
        let mut bytes = FIXTURES[fixture].to_vec();
        for (from, to, value, kind) in changes {
            let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => bytes[from] = value,
                1 => bytes.insert(from, value),
                2 => drop(bytes.drain(from..to.min(from + 40))),
                _ => {
                    let stretch = bytes[from..to.min(from + 400)].to_vec();
                    bytes.splice(to..to, stretch);
                }
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 8, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gets_an_answer(text in "(\\PC|[\n\r:?/+-]|[0-9]){0,400}") {
        assert_sound(format!(":20:{text}").as_bytes());
        assert_sound(statement(&format!(":61:{text}")).as_bytes());
    }

    #[test]
    fn any_details_get_an_answer(text in "(\\?[0-9]{2}|/[A-Z]{2,4}/|[A-Z]{3,4}\\+|NAME|REMI|SVWZ|\n|\\PC|[ -~]{0,8}){0,60}", kind in "(166\\?00|020~00|/ORDP/|)") {
        let text = statement(&format!(":61:261120C1,NTRFNONREF\n:86:{kind}{text}"));
        assert_sound(text.as_bytes());
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..1_000)) {
        let mut file = b":20:".to_vec();
        file.extend(bytes);
        assert_sound(&file);
    }

    #[test]
    fn any_change_to_a_file_gets_an_answer(bytes in mutated()) {
        assert_sound(&bytes);
    }

    #[test]
    fn amounts_come_out_as_written(minor in 1_i64..=i64::MAX, zeros in 0_usize..4) {
        let text = format!(":61:261120C{}{},{:02}NTRFNONREF", "0".repeat(zeros), minor / 100, minor % 100);
        let file = read(statement(&text).as_bytes()).expect("it is sound");
        prop_assert_eq!(file.notices[0].amount.minor(), minor);
    }
}

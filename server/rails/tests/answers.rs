//! What banks answer to payment orders.

#[path = "files/collection.rs"]
#[expect(dead_code, reason = "each test binary uses its part")]
mod collection;

use collection::{collection, read_sample};
use rails::{Answer, AnswerStatus, BankFile, Format, read};

const ANSWERS: &[u8] = include_bytes!("fixtures/answers_v03.xml");

/// Reference, what became of it, the bank's code, its code for why, and why.
type Said = (&'static str, AnswerStatus, &'static str, Option<&'static str>, Option<&'static str>);

fn said(file: &BankFile) -> Vec<Said> {
    let one = |answer: &'static Answer| {
        let (code, reason) = (answer.reason_code.as_deref(), answer.reason.as_deref());
        (answer.reference.as_str(), answer.status, answer.code.as_str(), code, reason)
    };
    // Kept for as long as the test runs, which makes the rows easy to write down.
    let answers: &'static [Answer] = file.answers.clone().leak();
    answers.iter().map(one).collect()
}

#[test]
fn every_answer_names_its_payment_and_says_what_became_of_it() {
    let file = read(ANSWERS).unwrap();
    assert_eq!(file.format, Format::Pain002 { version: 3 });
    assert_eq!(file.message_id, "ANSWER-1");
    assert_eq!(
        said(&file),
        [
            ("S0000000000000001", AnswerStatus::UnderWay, "PART", None, None),
            ("S00000000000000A1", AnswerStatus::Paid, "ACSC", None, None),
            ("S00000000000000A2", AnswerStatus::Refused, "RJCT", Some("AC04"), Some("Account closed")),
            ("I3", AnswerStatus::UnderWay, "ACSP", None, None),
            ("S0000000000000002", AnswerStatus::Refused, "RJCT", Some("LIMIT"), None),
        ]
    );
    let text = std::str::from_utf8(ANSWERS).unwrap();
    for version in ["03", "09", "14"] {
        let text = text.replace("pain.002.001.03", &format!("pain.002.001.{version}"));
        assert_eq!(read(text.as_bytes()).unwrap().answers.len(), 5);
    }
    for (part, instead, code) in [
        ("pain.002.001.03", "pain.002.001.02", "unsupported_version"),
        ("<MsgId>ANSWER-1</MsgId>", "", "missing_element"),
        ("<TxSts>ACSC</TxSts>", "<TxSts>ACSC</TxSts><TxSts>RJCT</TxSts>", "repeated_element"),
    ] {
        assert_eq!(read(text.replacen(part, instead, 1).as_bytes()).unwrap_err().code, code, "{part}");
    }
}

#[test]
fn the_samples_of_banks_say_what_they_say() {
    let Some(folder) = collection("iso20022/pain") else { return };
    let narr = Some("NARR");
    let cap = Some("CAP Invalid code or combinations in CategoryPurpose or ServiceLevel");
    for (name, expected) in [
        ("goldman_pain002_accepted.xml", vec![("GSDGFKfLURaHb", AnswerStatus::UnderWay, "ACCP", narr, None)]),
        (
            "goldman_pain002_payment_accepted.xml",
            vec![(
                "xxx001220315B000XXXX",
                AnswerStatus::UnderWay,
                "ACCP",
                narr,
                Some("Accepted post profile and tech validations"),
            )],
        ),
        (
            "nordea_pain002_group_reject.xml",
            vec![(
                "MSGID-PS-TEST-0708-01",
                AnswerStatus::Refused,
                "RJCT",
                Some("DU01"),
                Some("ISO Duplicate Message ID"),
            )],
        ),
        (
            "nordea_pain002_txn_reject.xml",
            vec![
                ("PMTINFID-950-TEST2-2807-01", AnswerStatus::Refused, "RJCT", None, None),
                ("ENDTOENDID-950-TEST2-2807-02", AnswerStatus::Refused, "RJCT", narr, cap),
                ("ENDTOENDID-950-TEST2-2807-01", AnswerStatus::Refused, "RJCT", narr, cap),
            ],
        ),
    ] {
        assert_eq!(said(&read_sample(&folder, name)), expected, "{name}");
    }
}

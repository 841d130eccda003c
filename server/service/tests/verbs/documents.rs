//! Uploading, looking at and losing documents.

use bytes::Bytes;
use documents::specimens;
use domain::{
    id::DocumentId,
    review::{CheckKind, CheckOutcome},
    standing::Status,
};
use service::{Idempotency, Role};

use crate::world::{World, at_once, code, faults};

#[tokio::test]
async fn an_upload_is_judged_sealed_and_shown_and_every_view_is_on_record() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let passport = specimens::PASSPORT;
    let row = merchant
        .editor()
        .upload_document("C:\\scans\\..\\my \"passport\".png", Bytes::from_static(passport.bytes))
        .await
        .unwrap();
    assert_eq!((row.media_type.as_str(), row.pages), ("image/png", 1));
    assert_eq!(row.file_name, "my passport.png");
    assert_eq!(usize::try_from(row.size_bytes).unwrap(), passport.bytes.len());
    let sealed = std::fs::read(world.file_of(&merchant, row.id)).unwrap();
    assert!(!sealed.windows(8).any(|window| window == &passport.bytes[..8]), "the file lies there in clear");
    let reader = world.purser.reader(&merchant.somebody(Role::ReadOnly));
    for views in 0..3 {
        assert_eq!(reader.document_view_count(row.id).await.unwrap(), views);
        let (shown, content) = reader.document_content(row.id).await.unwrap();
        assert_eq!((shown.id, content.as_ref()), (row.id, passport.bytes));
    }
}

#[tokio::test]
async fn a_file_that_is_no_document_is_refused_with_the_reason() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let editor = merchant.editor();
    let cut = specimens::PASSPORT.bytes.len() / 2;
    for (name, content) in [
        ("empty.png", Bytes::new()),
        ("passport.png", Bytes::from_static(b"MZ this is a program")),
        ("passport.pdf", Bytes::from_static(b"<html><script>alert(1)</script></html>")),
        ("cut.png", Bytes::from_static(&specimens::PASSPORT.bytes[..cut])),
        ("huge.png", Bytes::from(vec![0; 5 * 1024 * 1024 + 1])),
    ] {
        let told = faults(editor.upload_document(name, content).await);
        assert_eq!((told.len(), told[0].0.as_str()), (1, "file"), "{name}");
    }
}

#[tokio::test]
async fn a_stranger_finds_no_document() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let document = merchant.uploads(&specimens::PASSPORT).await;
    assert_eq!(code(stranger.reader().document(document).await), "not_found");
    assert_eq!(code(stranger.reader().document_content(document).await), "not_found");
    assert_eq!(merchant.reader().document_view_count(document).await.unwrap(), 0);
    let nobodys = DocumentId::from_uuid(merchant.id().uuid());
    assert_eq!(code(merchant.reader().document_content(nobodys).await), "not_found");
}

#[tokio::test]
async fn a_file_that_was_altered_or_lost_fails_the_review_with_evidence() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    for (passport, is_lost) in [("PA1", false), ("PA2", true)] {
        let input = merchant.fills_in(passport).await;
        let customer = merchant.creates(&input).await;
        let paper = customer.details.documents.address_proof.unwrap();
        let file = world.file_of(&merchant, paper);
        if is_lost {
            std::fs::remove_file(&file).unwrap();
        } else {
            let mut bytes = std::fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            std::fs::write(&file, bytes).unwrap();
        }
        world.work().await;
        assert_eq!(merchant.sees(customer.id).await.status(), Status::Suspended);
        let review = merchant.reader().review(customer.id).await.unwrap().unwrap();
        let check = review.checks.iter().find(|check| check.kind == CheckKind::DocumentsReadable).unwrap();
        assert_eq!(check.outcome, CheckOutcome::Fail);
        assert!(check.sentence.contains("Address proof"), "{}", check.sentence);
        let said = if is_lost { "gone" } else { "altered" };
        assert!(check.evidence.iter().any(|seen| seen.value.contains(said)), "{:?}", check.evidence);
        let shown = merchant.reader().document_content(paper).await;
        assert_eq!(code(shown), if is_lost { "not_found" } else { "internal" });
        assert_eq!(merchant.reader().document_view_count(paper).await.unwrap(), 0, "nothing was seen");
    }
}

#[tokio::test]
async fn a_file_put_in_the_place_of_another_does_not_open() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let stranger = world.merchant("southwind").await;
    let own = merchant.uploads(&specimens::PASSPORT).await;
    let strangers = stranger.uploads(&specimens::LICENCE).await;
    std::fs::copy(world.file_of(&stranger, strangers), world.file_of(&merchant, own)).unwrap();
    assert_eq!(code(merchant.reader().document_content(own).await), "internal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_sent_again_with_its_key_is_one_document() {
    let world = World::open().await;
    let merchant = world.merchant("northwind").await;
    let editor = merchant.editor().with_idempotency(Idempotency { key: "u1".into(), request_hash: [1; 32] });
    let uploaded = at_once(6, |_| {
        let editor = editor.clone();
        let content = Bytes::from_static(specimens::LICENCE.bytes);
        async move { editor.upload_document("licence.png", content).await.unwrap().id }
    })
    .await;
    assert!(uploaded.iter().all(|id| *id == uploaded[0]));
    let folder = world.file_of(&merchant, uploaded[0]);
    let files = std::fs::read_dir(folder.parent().unwrap()).unwrap().count();
    assert_eq!(files, 1, "the repeats left nothing behind");
    merchant.reader().document_content(uploaded[0]).await.unwrap();
}

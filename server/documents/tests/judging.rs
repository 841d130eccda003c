//! Which files are taken and which are not: by what is in them, whatever they are called.

#![expect(clippy::expect_used, reason = "helpers of tests stop at the first surprise")]

mod files;

use documents::Refusal::{
    Blank, Empty, Encrypted, TooLarge, TooManyPages, TooManyPixels, TooSmall, TrailingData, UnknownKind, Unreadable,
};
use documents::{MediaType, Refusal, SIZE_MAX, judge, judge_off_thread, specimens};
use files::{Pdf, deflated, fixture, jpeg, png};
use image::{DynamicImage, RgbImage};
use proptest::prelude::*;

fn verdict(bytes: &[u8]) -> Result<(MediaType, u32), Refusal> {
    judge(bytes).map(|judged| (judged.media_type, judged.pages))
}

#[test]
fn pictures_with_something_on_them_are_taken() {
    let page = files::written_page(600, 800);
    let kinds = [
        ("rgb", DynamicImage::ImageRgb8(page.clone())),
        ("grey", DynamicImage::ImageRgb8(page.clone()).to_luma8().into()),
        ("rgba", DynamicImage::ImageRgb8(page.clone()).to_rgba8().into()),
        ("16 bit", DynamicImage::ImageRgb8(page.clone()).to_rgb16().into()),
        ("grey, 16 bit, alpha", DynamicImage::ImageRgb8(page.clone()).to_luma_alpha16().into()),
        ("one line", files::one_line_page().into()),
        ("smallest", files::written_page(64, 64).into()),
    ];
    for (name, picture) in kinds {
        let judged = judge(&png(picture.clone())).unwrap_or_else(|refusal| panic!("{name}: {refusal:?}"));
        assert_eq!(judged.media_type, MediaType::Png, "{name}");
        assert_eq!((judged.width_px, judged.height_px), (Some(picture.width()), Some(picture.height())), "{name}");
        assert_eq!(judged.pages, 1, "{name}");
    }
    assert_eq!(verdict(&jpeg(page)), Ok((MediaType::Jpeg, 1)));
    assert_eq!(verdict(&jpeg(files::one_line_page())), Ok((MediaType::Jpeg, 1)));
}

#[test]
fn what_was_judged_is_named_by_its_size_and_hash() {
    let bytes = png(files::written_page(100, 90));
    let judged = judge(&bytes).expect("taken");
    assert_eq!(judged.size, bytes.len());
    // The same bytes always have the same name, others another.
    assert_eq!(judge(&bytes).expect("taken").sha256, judged.sha256);
    assert_ne!(judge(&png(files::written_page(100, 91))).expect("taken").sha256, judged.sha256);
}

#[test]
fn blank_pictures_are_refused() {
    for (name, bytes) in [
        ("white", png(RgbImage::from_pixel(500, 700, image::Rgb([255, 255, 255])))),
        ("black", jpeg(RgbImage::from_pixel(500, 700, image::Rgb([4, 4, 4])))),
        ("scanned paper", png(files::blank_scan())),
        ("scanned paper, jpeg", jpeg(files::blank_scan())),
        ("paper in the shade", jpeg(files::blank_in_shadow())),
        ("transparent", png(files::transparent())),
    ] {
        assert_eq!(verdict(&bytes), Err(Blank), "{name}");
    }
}

#[test]
fn the_size_is_bounded_before_anything_else() {
    assert_eq!(verdict(&[]), Err(Empty));
    assert_eq!(verdict(&vec![b'x'; SIZE_MAX + 1]), Err(TooLarge));
    assert_eq!(verdict(&vec![b'x'; SIZE_MAX]), Err(UnknownKind));
    assert_eq!(verdict(&png(files::written_page(63, 400))), Err(TooSmall));
}

/// A header may promise any size; nothing of it is allocated.
#[test]
fn a_picture_that_unpacks_to_gigabytes_is_refused_by_its_header() {
    let mut bytes = png(files::written_page(100, 100));
    let header = {
        let mut header = b"IHDR".to_vec();
        header.extend(60_000u32.to_be_bytes());
        header.extend(60_000u32.to_be_bytes());
        header.extend(&bytes[24..29]);
        header
    };
    let mut checksum = flate2::Crc::new();
    checksum.update(&header);
    bytes.splice(12..33, header.into_iter().chain(checksum.sum().to_be_bytes()));
    assert_eq!(verdict(&bytes), Err(TooManyPixels));
}

#[test]
fn other_kinds_are_refused_whatever_their_name() {
    for (name, bytes) in [
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".as_slice()),
        ("html", b"<!doctype html><script>alert(1)</script>"),
        ("zip, docx", b"PK\x03\x04\x14\0\0\0\x08\0"),
        ("program", b"MZ\x90\0\x03\0\0\0"),
        ("elf", b"\x7fELF\x02\x01\x01"),
        ("gif", b"GIF89a\x01\0\x01\0"),
        ("webp", b"RIFF\x24\0\0\0WEBPVP8 "),
        ("heic", b"\0\0\0\x18ftypheic"),
        ("tiff", b"II*\0\x08\0\0\0"),
        ("text before a pdf", b"hello %PDF-1.7"),
    ] {
        assert_eq!(verdict(bytes), Err(UnknownKind), "{name}");
    }
}

#[test]
fn cut_and_damaged_pictures_are_refused() {
    let whole_png = png(files::written_page(300, 300));
    let whole_jpeg = jpeg(files::written_page(300, 300));
    for part in [9, 50, 90, 99] {
        assert_eq!(verdict(&whole_png[..whole_png.len() * part / 100]), Err(Unreadable), "png, {part} %");
        assert_eq!(verdict(&whole_jpeg[..whole_jpeg.len() * part / 100]), Err(Unreadable), "jpeg, {part} %");
    }
    let mut flipped = whole_png.clone();
    flipped[whole_png.len() / 2] ^= 0x10;
    assert_eq!(verdict(&flipped), Err(Unreadable));
}

#[test]
fn a_second_file_behind_the_first_is_refused() {
    let page = || files::written_page(300, 300);
    let archive = vec![b'Z'; 5000];
    let with = |mut bytes: Vec<u8>, more: &[u8]| {
        bytes.extend(more);
        bytes
    };
    assert_eq!(verdict(&with(png(page()), &archive)), Err(TrailingData));
    assert_eq!(verdict(&with(jpeg(page()), &archive)), Err(TrailingData));
    assert_eq!(verdict(&with(Pdf::page(b"0 0 9 9 re f", "").finish(), &archive)), Err(TrailingData));

    // A camera's short note, padding, and a second jpeg (a brightness map) are harmless.
    assert_eq!(verdict(&with(png(page()), b"note")), Ok((MediaType::Png, 1)));
    assert_eq!(verdict(&with(jpeg(page()), &vec![0; 9000])), Ok((MediaType::Jpeg, 1)));
    assert_eq!(verdict(&with(jpeg(page()), &jpeg(files::written_page(900, 900)))), Ok((MediaType::Jpeg, 1)));
}

#[test]
fn pdfs_with_something_on_them_are_taken() {
    let picture = jpeg(files::written_page(200, 200));
    let raw = deflated(&DynamicImage::from(files::written_page(200, 200)).to_luma8().into_raw());
    let image = |filter: &str| format!("/Subtype /Image /Width 200 /Height 200 /BitsPerComponent 8 /Filter /{filter}");
    let uses_x = "/XObject << /X 5 0 R >>";
    for (name, bytes) in [
        ("text", Pdf::page(b"BT /F1 12 Tf 72 720 Td (Hello) Tj ET", "").finish()),
        ("kerned text", Pdf::page(b"BT [(H) -20 (ello)] TJ ET", "").finish()),
        ("glyph numbers", Pdf::page(b"BT <0024002B> Tj ET", "").finish()),
        ("lines", Pdf::page(b"10 10 m 90 90 l S", "").finish()),
        ("grey on white", Pdf::page(b"1 g 0 0 595 842 re f 0.9 g 9 9 99 99 re f", "").finish()),
        ("scan, jpeg", Pdf::page(b"/X Do", uses_x).stream(5, &image("DCTDecode"), &picture).finish()),
        ("scan, deflated", Pdf::page(b"/X Do", uses_x).stream(5, &image("FlateDecode"), &raw).finish()),
        ("scan, fax", Pdf::page(b"/X Do", uses_x).stream(5, &image("CCITTFaxDecode"), b"..").finish()),
        ("form", Pdf::page(b"/X Do", uses_x).stream(5, "/Subtype /Form", b"0 0 9 9 re f").finish()),
        ("escaped names", Pdf::page(b"/#58 Do", uses_x).stream(5, "/Sub#74ype /Form", b"0 0 9 9 re f").finish()),
        ("byte order mark first", [b"\xef\xbb\xbf".as_slice(), &Pdf::page(b"(a) Tj", "").finish()].concat()),
    ] {
        assert_eq!(verdict(&bytes), Ok((MediaType::Pdf, 1)), "{name}");
    }
}

#[test]
fn blank_pdfs_are_refused() {
    let scan = jpeg(files::blank_scan());
    let image = "/Subtype /Image /Width 800 /Height 1100 /BitsPerComponent 8 /Filter /DCTDecode";
    let uses_x = "/XObject << /X 5 0 R >>";
    for (name, bytes) in [
        ("nothing", Pdf::page(b"", "").finish()),
        ("moves only", Pdf::page(b"q 1 0 0 1 0 0 cm 0 0 m 9 9 l n Q", "").finish()),
        ("blanks", Pdf::page(b"BT (   ) Tj [( ) 3 ( )] TJ ET", "").finish()),
        ("white ground", Pdf::page(b"q 1 1 1 rg 0 0 595 842 re f Q", "").finish()),
        ("white ink", Pdf::page(b"0 0 0 0 k (Hello) Tj", "").finish()),
        ("unseen text", Pdf::page(b"3 Tr (Hello) Tj", "").finish()),
        ("scan of nothing", Pdf::page(b"/X Do", uses_x).stream(5, image, &scan).finish()),
        ("empty form", Pdf::page(b"/X Do", uses_x).stream(5, "/Subtype /Form", b"q Q").finish()),
        ("unused picture", Pdf::page(b"", uses_x).stream(5, image, &scan).finish()),
    ] {
        assert_eq!(verdict(&bytes), Err(Blank), "{name}");
    }
}

#[test]
fn a_filled_in_field_is_something() {
    let page = |annotation: &str| {
        Pdf::new()
            .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
            .object(3, &format!("<< /Type /Page /Parent 2 0 R /Annots [<< {annotation} /AP << /N 4 0 R >> >>] >>"))
            .stream(4, "/Subtype /Form", b"BT (Ada) Tj ET")
            .finish()
    };
    assert_eq!(verdict(&page("/Subtype /Widget")), Ok((MediaType::Pdf, 1)));
    assert_eq!(verdict(&page("/Subtype /Widget /F 2")), Err(Blank));
}

#[test]
fn newer_pdfs_keep_objects_in_compressed_streams() {
    let pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
    let numbers = format!("2 0 3 {} ", pages.len());
    let first = numbers.len();
    let members = format!("{numbers}{pages}<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>");
    let bytes = Pdf::new()
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .stream(4, "/Filter [/FlateDecode]", &deflated(b"(a) Tj"))
        .stream(5, &format!("/Type /ObjStm /N 2 /First {first} /Filter /FlateDecode"), &deflated(members.as_bytes()))
        .finish();
    assert_eq!(verdict(&bytes), Ok((MediaType::Pdf, 1)));
}

#[test]
fn protected_pdfs_are_refused() {
    let bytes = Pdf::page(b"(a) Tj", "").object(9, "<< /Filter /Standard >>").trailer("/Root 1 0 R /Encrypt 9 0 R");
    assert_eq!(verdict(&bytes.finish()), Err(Encrypted));
    assert_eq!(verdict(&fixture("encrypted.pdf")), Err(Encrypted));
}

#[test]
fn pages_are_counted_to_a_hundred() {
    let of = |count: usize| {
        let kids =
            "3 0 R ".repeat(count.min(1)) + &"<< /Type /Page /Contents 4 0 R >> ".repeat(count.saturating_sub(1));
        Pdf::new()
            .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
            .object(2, &format!("<< /Type /Pages /Kids [{kids}] /Count 1 >>"))
            .object(3, "<< /Type /Page /Parent 2 0 R >>")
            .stream(4, "", b"(a) Tj")
            .finish()
    };
    assert_eq!(verdict(&of(100)), Ok((MediaType::Pdf, 100)));
    assert_eq!(verdict(&of(101)), Err(TooManyPages));
    assert_eq!(verdict(&of(0)), Err(Unreadable));
}

#[test]
fn broken_pdfs_are_refused() {
    let whole = Pdf::page(b"(a) Tj", "").finish();
    assert_eq!(verdict(b"%PDF-1.7\n%%EOF"), Err(Unreadable), "nothing in it");
    assert_eq!(verdict(&whole[..whole.len() / 2]), Err(Unreadable), "cut");
    assert_eq!(verdict(&Pdf::page(b"(a) Tj", "").trailer("/Root 77 0 R").finish()), Err(Unreadable), "no root");
    let kids_of_themselves = Pdf::new()
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [2 0 R 2 0 R] >>")
        .finish();
    assert_eq!(verdict(&kids_of_themselves), Err(Unreadable));
}

/// Each of these is small and would cost a careless reader minutes or gigabytes.
#[test]
fn pdfs_made_to_exhaust_the_reader_are_refused() {
    let flat_bomb = deflated(&vec![b' '; 200 * 1024 * 1024]);
    let nested = deflated(&deflated(&vec![0; 150 * 1024 * 1024]));
    let many_members = (10..120_000).map(|number| format!("{number} 0 ")).collect::<Vec<_>>().concat();
    let first = many_members.len();
    let aliased = deflated(format!("{many_members}[{}]", "0 ".repeat(50_000)).as_bytes());
    let blank_poster = jpeg(DynamicImage::new_luma8(6000, 6000));
    let poster = "/Subtype /Image /Width 1 /Height 1 /Filter /DCTDecode";
    for (name, bytes) in [
        ("inflates", Pdf::page(b"", "").stream(4, "/Filter /FlateDecode", &flat_bomb).finish()),
        ("inflates twice", Pdf::page(b"", "").stream(4, "/Filter [/FlateDecode /FlateDecode]", &nested).finish()),
        (
            "container inflates",
            Pdf::page(b"", "").stream(5, "/Type /ObjStm /First 10 /N 2 /Filter /FlateDecode", &flat_bomb).finish(),
        ),
        ("unclosed objects", [b"%PDF-1.7\n".to_vec(), b"1 0 obj [ ".repeat(200_000), b"%%EOF".to_vec()].concat()),
        ("nested without end", [b"%PDF-1.7\n1 0 obj ".to_vec(), b"[".repeat(2_000_000), b"%%EOF".to_vec()].concat()),
        (
            "one object under many numbers",
            Pdf::page(b"", "")
                .stream(5, &format!("/Type /ObjStm /First {first} /N 100000 /Filter /FlateDecode"), &aliased)
                .stream(6, &format!("/Type /ObjStm /First {first} /N 100000 /Filter /FlateDecode"), &aliased)
                .finish(),
        ),
        (
            "one large picture many times",
            Pdf::page(&b"/X Do ".repeat(1000), "/XObject << /X 5 0 R >>").stream(5, poster, &blank_poster).finish(),
        ),
    ] {
        let started = std::time::Instant::now();
        let refused = verdict(&bytes);
        assert!(matches!(refused, Err(Unreadable | Blank)), "{name}: {refused:?}");
        assert!(started.elapsed().as_secs() < 60, "{name} took {:?}", started.elapsed());
    }
}

#[test]
fn a_form_that_draws_itself_ends() {
    let bytes =
        Pdf::page(b"/X Do", "/XObject << /X 5 0 R >>").stream(5, "/Subtype /Form", b"/X Do /X Do /X Do").finish();
    // Deeper than is looked: it cannot be told, so it counts as shown.
    assert_eq!(verdict(&bytes), Ok((MediaType::Pdf, 1)));
}

#[test]
fn the_fixtures_of_the_browser_tests_are_what_they_say() {
    for (name, expected) in [
        ("specimen-passport.png", Ok((MediaType::Png, 1))),
        ("specimen-passport.jpg", Ok((MediaType::Jpeg, 1))),
        ("licence.png", Ok((MediaType::Png, 1))),
        ("address-proof.pdf", Ok((MediaType::Pdf, 1))),
        ("registration.pdf", Ok((MediaType::Pdf, 1))),
        ("blank.png", Err(Blank)),
        ("blank.pdf", Err(Blank)),
        ("encrypted.pdf", Err(Encrypted)),
        ("not-a-png.png", Err(UnknownKind)),
        ("truncated.jpg", Err(Unreadable)),
    ] {
        assert_eq!(verdict(&fixture(name)), expected, "{name}");
    }
    for specimen in specimens::ALL {
        assert_eq!(verdict(specimen.bytes), Ok((specimen.media_type, 1)), "{}", specimen.file_name);
        assert!(specimen.bytes.len() <= 30_000, "{} is too large to carry along", specimen.file_name);
    }
}

#[test]
fn pictures_of_real_specimens_are_taken() {
    let Some(samples) = files::samples() else {
        eprintln!("NOT TRIED: no samples; set PURSER_SAMPLES to their folder");
        return;
    };
    let pictures = std::fs::read_dir(samples.join("mrz/images")).expect("the folder of pictures");
    let mut count = 0;
    for picture in pictures {
        let path = picture.expect("an entry").path();
        let judged = judge(&std::fs::read(&path).expect("readable"));
        assert!(judged.is_ok(), "{}: {judged:?}", path.display());
        count += 1;
    }
    assert!(count > 0, "no picture under {}", samples.display());
}

#[test]
fn every_refusal_says_what_to_do() {
    let all = [
        Empty,
        TooLarge,
        UnknownKind,
        Unreadable,
        Blank,
        Encrypted,
        TooManyPixels,
        TooSmall,
        TooManyPages,
        TrailingData,
    ];
    for refusal in all {
        assert!(refusal.code().starts_with("document_"));
        assert!(refusal.sentence().matches(". ").count() == 1 && refusal.sentence().ends_with('.'), "{refusal}");
    }
    let codes: std::collections::BTreeSet<_> = all.map(Refusal::code).into();
    assert_eq!(codes.len(), all.len());
}

#[tokio::test]
async fn many_files_are_judged_off_the_server_s_threads() {
    let bytes = bytes::Bytes::from(png(files::written_page(200, 200)));
    let judging: Vec<_> = (0..20).map(|_| tokio::spawn(judge_off_thread(bytes.clone()))).collect();
    for judged in judging {
        assert_eq!(judged.await.expect("no panic").map(|judged| judged.pages), Ok(1));
    }
}

fn seeds() -> Vec<Vec<u8>> {
    let members = "2 0 << /Type /Pages /Kids [3 0 R] >>";
    let image = "/Subtype /Image /Width 40 /Height 40 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let predicted = "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 40 /Colors 1 >>";
    vec![
        png(files::written_page(70, 70)),
        png(DynamicImage::from(files::written_page(70, 70)).to_luma_alpha16()),
        jpeg(files::written_page(70, 70)),
        Pdf::page(b"q 1 g 0 0 9 9 re f BT 3 Tr (a) Tj ET /X Do Q", "/XObject << /X 5 0 R >>")
            .stream(5, &format!("{image} {predicted}"), &deflated(&[2; 41 * 40]))
            .stream(6, "/Type /ObjStm /First 4 /N 1 /Filter /FlateDecode", &deflated(members.as_bytes()))
            .finish(),
        specimens::ADDRESS_PROOF.bytes.to_vec(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases * 2, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_brings_the_judge_down(
        seed in 0usize..5,
        cut in 0.0f64..1.2,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
    ) {
        let mut bytes = seeds().swap_remove(seed);
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a small file")]
        let length = ((bytes.len() as f64 * cut) as usize).min(bytes.len());
        // A panic of ours would be caught inside and read as `Unreadable`: quiet hooks may not hide it.
        let (verdict, panicked) = watched(|| judge(&bytes[..length]));
        prop_assert!(!panicked, "the judge panicked inside");
        if let Ok(judged) = verdict {
            prop_assert!(judged.size == length && judged.pages >= 1);
        }
    }

    #[test]
    fn no_bytes_behind_a_pdf_header_bring_the_judge_down(body in proptest::collection::vec(any::<u8>(), 0..600)) {
        let bytes = [b"%PDF-1.4\n1 0 obj".as_slice(), &body, b"trailer <</Root 1 0 R>> %%EOF"].concat();
        let (_, panicked) = watched(|| judge(&bytes));
        prop_assert!(!panicked, "the judge panicked inside");
    }
}

/// Runs something and tells whether a panic was raised on this thread, even one that was caught.
fn watched<T>(run: impl FnOnce() -> T) -> (T, bool) {
    use std::cell::Cell;
    use std::sync::Once;
    thread_local!(static PANICKED: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICKED.set(true);
            before(info);
        }));
    });
    PANICKED.set(false);
    let result = run();
    (result, PANICKED.get())
}

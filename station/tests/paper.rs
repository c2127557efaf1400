//! Certificates rendered to PDF and read back with poppler: words, dates, page numbers, size.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use clinic::health_card::{CardDose, Content, IssuerKey, issue};
use station::fonts::Fonts;
use station::paper::certificate::{
    Certificate, CertificateDose, CertificateNext, DoseSource, Facility, Milestone, Milestones, Proof, Sex, Standing,
    TEXT_MAX_CHARS, render,
};
use station::paper::text::Typesetter;
use station::paper::{Languages, PaperError, save};
use station::words::{Lang, Words};

const ORDINARY_MAX_BYTES: usize = 100_000;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A name of 100 letters with conjuncts, reph and signs on both sides, without a space.
fn long_name() -> String {
    "क्षत्रियविद्यार्थीज्ञानेश्वरश्रीकृष्णद्ध".chars().cycle().take(100).collect()
}

fn dose(item: &str, product: &str, on: NaiveDate) -> CertificateDose {
    CertificateDose {
        item: item.into(),
        product: product.into(),
        on,
        batch: Some("BT-4417".into()),
        place: "Model PHC".into(),
        given_by: "W-07".into(),
        standing: Standing::Valid,
        reason: None,
        source: DoseSource::Recorded,
    }
}

fn invalid(item: &str, product: &str, on: NaiveDate, reason: &str) -> CertificateDose {
    CertificateDose { standing: Standing::Invalid, reason: Some(reason.into()), batch: None, ..dose(item, product, on) }
}

fn certificate(doses: Vec<CertificateDose>) -> Certificate {
    Certificate {
        number: "C7QM-2XDR-9FWT".into(),
        issued_on: date("2026-11-21"),
        issue: 1,
        first_on: date("2026-11-21"),
        issued_by: "Model Worker, PHC Worker".into(),
        facility: Facility {
            name: "Model Primary Health Centre / आदर्श प्राथमिक स्वास्थ्य केंद्र".into(),
            address: Some("Block Namuna, District Namuna".into()),
            code: Some("HF-00421".into()),
            phone: Some("00000 00000".into()),
        },
        child_name: "Vidya Example / विद्या".into(),
        child_id: "K7QM-2XDR-9FWT".into(),
        numbers: Vec::new(),
        dob: date("2025-01-10"),
        dob_estimated: true,
        sex: Sex::Female,
        guardian: "श्रीमती ज्ञानेश्वरी क्षत्रिय".into(),
        village: "क्षत्रियपुर".into(),
        schedule: "uip".into(),
        schedule_name: "UIP".into(),
        doses,
        next: vec![
            CertificateNext { item: "VitA-3".into(), due: date("2027-03-10"), overdue: false },
            CertificateNext { item: "MR-2".into(), due: date("2026-05-10"), overdue: true },
            CertificateNext { item: "DPT-B1".into(), due: date("2026-05-10"), overdue: true },
        ],
        milestones: Some(Milestones {
            first_year: Milestone::Reached { on: date("2025-10-12") },
            second_year: Milestone::Open,
        }),
        proof: None,
        specimen: false,
    }
}

/// What a child of the national programme has at 16 months, with one dose too early.
fn ordinary() -> Certificate {
    let birth = date("2025-01-10");
    let at = |days: u64| birth + Days::new(days);
    let mut doses = vec![dose("BCG", "BCG", birth), dose("OPV-0", "OPV", birth), dose("HepB-0", "HepB", birth)];
    for (n, days) in [(1, 42), (2, 70), (3, 98)] {
        for (series, product) in [("OPV", "OPV"), ("PENTA", "PENTA"), ("RVV", "RVV")] {
            doses.push(dose(&format!("{series}-{n}"), product, at(days)));
        }
    }
    doses.push(invalid("fIPV-1", "fIPV", at(40), "min-age"));
    doses.push(CertificateDose { source: DoseSource::Outside, ..dose("fIPV-1", "fIPV", at(68)) });
    doses.push(dose("MR-1", "MR", at(275)));
    doses.push(CertificateDose { source: DoseSource::DoubtfulDate, ..dose("JE-1", "JE", at(275)) });
    doses.push(dose("DPT-B1", "PENTA", at(480)));
    certificate(doses)
}

fn many(count: u64) -> Certificate {
    let doses = (0..count).map(|n| dose(&format!("OPV-{}", n % 4), "OPV", date("2025-01-10") + Days::new(n * 9)));
    certificate(doses.collect())
}

/// The proof of so many doses, by a key of the test's own.
fn proof(doses: u64) -> Proof {
    let key = IssuerKey::of(&[3; 32]);
    let dose = |n: u64| CardDose {
        cvx: "178".into(),
        on: date("2025-01-10") + Days::new(n * 9),
        lot: Some(format!("BT-{:05}", n * 7919 % 100_000)),
        place: Some("Model PHC".into()),
        outside: false,
    };
    let content = Content { name: long_name(), born: date("2025-01-10"), doses: (0..doses).map(dose).collect() };
    let cards = issue(&content, "https://abcde.tikka.invalid", 1_795_156_200, &key).unwrap();
    let brief = cards.iter().map(|card| card.brief).sum();
    Proof { codes: cards.iter().map(clinic::health_card::Card::qr_text).collect(), kid: key.kid(), brief }
}

fn setter() -> Typesetter<'static> {
    static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::load().expect("the package fonts-noto-core"));
    Typesetter::new(&FONTS).unwrap()
}

fn poppler(tool: &str, args: &[&str]) -> Vec<u8> {
    let out = Command::new(tool).args(args).output().expect("the package poppler-utils");
    assert!(out.status.success(), "{tool}: {}", String::from_utf8_lossy(&out.stderr));
    assert!(out.stderr.is_empty(), "{tool} complains: {}", String::from_utf8_lossy(&out.stderr));
    out.stdout
}

/// The text of each page, with every gap as one space.
fn pages_of(pdf: &[u8]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("paper.pdf");
    save(&file, pdf).unwrap();
    let text = String::from_utf8(poppler("pdftotext", &["-raw", file.to_str().unwrap(), "-"])).unwrap();
    let mut pages: Vec<String> =
        text.split('\u{c}').map(|page| page.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(pages.pop().as_deref(), Some(""));
    pages
}

#[track_caller]
fn says(text: &str, wanted: &[&str]) {
    for words in wanted {
        assert!(text.contains(words), "\"{words}\" is not in: {text}");
    }
}

#[test]
fn an_ordinary_certificate_says_everything_in_english() {
    let pdf = render(&ordinary(), &setter(), Languages::En).unwrap();
    assert!(pdf.len() < ORDINARY_MAX_BYTES, "{} bytes", pdf.len());
    let pages = pages_of(&pdf);
    let text = pages.join(" ");
    says(
        &text,
        &[
            "Immunization certificate",
            "C7QM-2XDR-9FWT",
            "K7QM-2XDR-9FWT",
            "21 Nov 2026",
            "10 Jan 2025 (estimated)",
            "22 months",
            "Vidya Example / विद्या",
            "श्रीमती ज्ञानेश्वरी क्षत्रिय",
            "Pentavalent 3",
            "18 Apr 2025",
            "14 weeks",
            "BT-4417",
            "× fIPV 1",
            "NOT COUNTED: given before the minimum age",
            "Outside record",
            "The date is not confirmed",
            "DPT booster 1 as Pentavalent",
            "MR 2",
            "10 May 2026",
            "Late, and can still be given",
            "Fully immunized at 1 year Yes, on 12 Oct 2025",
            "HF-00421",
            "cannot be verified by a machine",
        ],
    );
    assert!(!text.contains("SPECIMEN") && !text.contains("प्रमाण"), "{text}");
}

#[test]
fn an_ordinary_certificate_says_everything_in_hindi() {
    let pdf = render(&ordinary(), &setter(), Languages::Hi).unwrap();
    assert!(pdf.len() < ORDINARY_MAX_BYTES, "{} bytes", pdf.len());
    says(
        &pages_of(&pdf).join(" "),
        &[
            "टीकाकरण प्रमाण पत्र",
            "21 नवंबर 2026",
            "10 जनवरी 2025 (अनुमानित)",
            "22 महीने",
            "बालिका",
            "पेंटावेलेंट 3",
            "हेपेटाइटिस बी जन्म खुराक",
            "18 अप्रैल 2025",
            "मान्य नहीं: न्यूनतम उम्र से पहले दी गई",
            "डीपीटी बूस्टर 1 पेंटावेलेंट के रूप में",
            "श्रीमती ज्ञानेश्वरी क्षत्रिय",
            "क्यूआर कोड नहीं",
        ],
    );
}

#[test]
fn an_ordinary_certificate_says_everything_in_both_languages() {
    let pdf = render(&ordinary(), &setter(), Languages::Both).unwrap();
    assert!(pdf.len() < ORDINARY_MAX_BYTES, "{} bytes", pdf.len());
    says(
        &pages_of(&pdf).join(" "),
        &[
            "Immunization certificate टीकाकरण प्रमाण पत्र",
            "Name of the child / बच्चे का नाम",
            "21 Nov 2026 / 21 नवंबर 2026",
            "Pentavalent 3 पेंटावेलेंट 3 18 Apr 2025 18 अप्रैल 2025",
            "Girl / बालिका",
        ],
    );
}

#[test]
fn every_page_has_its_number_whatever_the_length() {
    let setter = setter();
    for languages in [Languages::En, Languages::Hi, Languages::Both] {
        for (count, at_least) in [(0, 1), (5, 1), (60, 2)] {
            let pages = pages_of(&render(&many(count), &setter, languages).unwrap());
            assert!(pages.len() >= at_least && pages.len() <= 6, "{languages:?}, {count} doses: {} pages", pages.len());
            for (n, page) in pages.iter().enumerate() {
                let (en, hi) =
                    (format!("Page {} of {}", n + 1, pages.len()), format!("पृष्ठ {}, कुल {}", n + 1, pages.len()));
                match languages {
                    Languages::En => says(page, &[&en]),
                    Languages::Hi => says(page, &[&hi]),
                    Languages::Both => says(page, &[&format!("{en} / {hi}")]),
                }
                says(page, &["C7QM-2XDR-9FWT", "K7QM-2XDR-9FWT"]);
            }
            // The head of the table stands on every page that has doses.
            let words = Words::new(if languages == Languages::Hi { Lang::Hi } else { Lang::En });
            let doses = pages.iter().filter(|page| page.contains("BT-4417")).count();
            let heads = pages.iter().filter(|page| page.contains(&words.get("paper-dose-batch"))).count();
            assert_eq!(doses, heads, "{languages:?}, {count} doses");
            assert_eq!(pages.join(" ").matches("BT-4417").count() as u64, count);
        }
    }
}

#[test]
fn a_name_of_a_hundred_letters_is_broken_and_not_cut() {
    let setter = setter();
    for languages in [Languages::En, Languages::Hi, Languages::Both] {
        let mut paper = many(5);
        paper.child_name = long_name();
        paper.guardian = long_name();
        paper.doses[0].place = long_name();
        let text = pages_of(&render(&paper, &setter, languages).unwrap()).join(" ");
        let letters: String = text.split_whitespace().collect();
        assert_eq!(letters.matches(&long_name()).count(), 3, "{text}");
    }
}

#[test]
fn a_specimen_says_so_on_each_page_and_in_its_title() {
    let mut paper = many(60);
    paper.specimen = true;
    let pages = pages_of(&render(&paper, &setter(), Languages::Both).unwrap());
    assert!(pages.len() > 1);
    for page in &pages {
        assert!(page.contains("SPECIMEN") && page.contains("नमूना"), "{page}");
    }
    says(&pages[0], &["SPECIMEN — Immunization certificate", "It is not the record of a real child"]);
}

#[test]
fn a_child_without_a_name_doses_or_next_doses_has_a_certificate() {
    let mut paper = many(0);
    paper.child_name = String::new();
    paper.guardian = "Meena Example".into();
    paper.next.clear();
    paper.milestones = None;
    paper.schedule = "new-plan".into();
    paper.schedule_name = "A plan of tomorrow".into();
    let text = pages_of(&render(&paper, &setter(), Languages::Both).unwrap()).join(" ");
    says(
        &text,
        &[
            "Baby of Meena Example",
            "Meena Example का शिशु",
            "No dose is recorded.",
            "No further dose is due",
            "A plan of tomorrow",
        ],
    );
}

#[test]
fn the_codes_are_read_from_the_printed_page() {
    let setter = setter();
    for (doses, languages, codes) in [(0, Languages::En, 1), (17, Languages::Both, 1), (60, Languages::Hi, 2)] {
        let mut paper = many(doses);
        paper.proof = Some(proof(doses));
        let proof = paper.proof.as_ref().unwrap();
        assert_eq!(proof.codes.len(), codes, "{doses} doses");
        let pdf = render(&paper, &setter, languages).unwrap();
        assert!(doses > 20 || pdf.len() < ORDINARY_MAX_BYTES, "{} bytes", pdf.len());
        let text = pages_of(&pdf).join(" ");
        let letters: String = text.split_whitespace().collect();
        assert!(letters.contains(&proof.kid), "{text}");
        assert_eq!(text.contains("कोड 2, कुल 2"), codes == 2, "{text}");
        assert!(!text.contains("this one has none") && !text.contains("क्यूआर कोड नहीं"), "{text}");

        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("paper.pdf");
        save(&file, &pdf).unwrap();
        let page = dir.path().join("page");
        let _ = poppler("pdftoppm", &["-r", "150", "-png", file.to_str().unwrap(), page.to_str().unwrap()]);
        let mut pages: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        pages.retain(|path| path.extension().is_some_and(|end| end == "png"));
        let read = Command::new("zbarimg").args(["--raw", "-q"]).args(&pages).output().expect("the package zbar-tools");
        let mut read: Vec<String> = String::from_utf8(read.stdout).unwrap().lines().map(str::to_owned).collect();
        let mut wanted = proof.codes.clone();
        read.sort();
        wanted.sort();
        assert_eq!(read, wanted, "{doses} doses");
    }
}

#[test]
fn a_text_that_no_code_holds_is_refused() {
    let mut paper = many(1);
    paper.proof = Some(Proof { codes: vec![format!("shc:/{}", "12".repeat(1_300))], kid: "x".into(), brief: 0 });
    assert!(matches!(render(&paper, &setter(), Languages::En), Err(PaperError::Code)));
}

#[test]
fn what_cannot_be_printed_is_refused() {
    let setter = setter();
    let mut paper = many(1);
    paper.child_name = "விஜய்".into();
    assert!(matches!(render(&paper, &setter, Languages::En), Err(PaperError::NoGlyph('வ'))));
    paper.child_name = "क".repeat(TEXT_MAX_CHARS + 1);
    assert!(matches!(render(&paper, &setter, Languages::En), Err(PaperError::TooLong { .. })));
    assert!(matches!(render(&many(201), &setter, Languages::En), Err(PaperError::TooMany { .. })));
    // Characters that draw nothing do no harm.
    paper.child_name = "A\tB\u{200B}C\u{85}D\r\n".into();
    says(&pages_of(&render(&paper, &setter, Languages::En).unwrap()).join(" "), &["A BC D"]);
    let english = PaperError::NoGlyph('வ').sentence(&Words::new(Lang::En));
    assert_eq!(english, "The letter வ cannot be printed. Write it in Latin or Devanagari letters, then print again.");
}

#[test]
fn the_fonts_are_embedded_cut_down_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("paper.pdf");
    save(&file, &render(&ordinary(), &setter(), Languages::Both).unwrap()).unwrap();
    let listed = String::from_utf8(poppler("pdffonts", &[file.to_str().unwrap()])).unwrap();
    let fonts: Vec<&str> = listed.lines().skip(2).collect();
    assert_eq!(fonts.len(), 4, "{listed}");
    for font in fonts {
        assert!(font.contains("NotoSans") || font.contains("Noto Sans"), "{font}");
        // Embedded, cut down, with letters: yes yes yes.
        assert_eq!(font.split_whitespace().filter(|word| *word == "yes").count(), 3, "{font}");
    }
    let info = String::from_utf8(poppler("pdfinfo", &["-isodates", file.to_str().unwrap()])).unwrap();
    says(&info, &["A4", "2026-11-2", "C7QM-2XDR-9FWT"]);
    assert!(!info.contains("Vidya"), "{info}");
}

#[test]
fn a_paper_is_saved_whole_or_not_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("paper.pdf");
    save(&file, b"first").unwrap();
    save(&file, b"second").unwrap();
    assert_eq!(std::fs::read(&file).unwrap(), b"second");
    // A directory in the place of the file cannot be replaced; nothing stays behind.
    let taken = dir.path().join("taken.pdf");
    std::fs::create_dir(&taken).unwrap();
    assert!(matches!(save(&taken, b"third"), Err(PaperError::Write(_))));
    assert!(matches!(save(&dir.path().join("none/paper.pdf"), b"x"), Err(PaperError::Write(_))));
    let mut left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["paper.pdf", "taken.pdf"]);
}

#[test]
fn fonts_that_are_not_there_are_missed_in_words() {
    let dir = tempfile::tempdir().unwrap();
    let missing = Fonts::load_from(dir.path()).err().unwrap();
    for lang in Lang::ALL {
        assert!(missing.sentence(&Words::new(lang)).contains("fonts-noto-core"));
    }
    let fonts = Fonts::load().unwrap();
    assert!(fonts.faces().iter().all(|face| face.file.is_absolute() && face.bytes.len() > 10_000));
    assert_eq!(fonts.for_screen().len(), 4);
    let found = Fonts::load_anywhere().unwrap();
    for (usual, found) in fonts.faces().iter().zip(found.faces()) {
        assert_eq!(usual.bytes, found.bytes, "{}", found.file.display());
    }
}

fn proven(doses: u64) -> Certificate {
    Certificate { proof: Some(proof(doses)), ..many(doses) }
}

/// Pictures for eyes, when a directory is named: `PAPER_PICTURES=/tmp/x cargo test -p station --test paper`.
#[test]
fn every_form_can_be_drawn() {
    let setter = setter();
    let dir = tempfile::tempdir().unwrap();
    let out = std::env::var_os("PAPER_PICTURES");
    let out = out.as_deref().map_or(dir.path(), Path::new);
    let mut specimen = ordinary();
    specimen.specimen = true;
    let mut long = many(60);
    long.child_name = long_name();
    long.doses[0].place = long_name();
    long.doses[1].batch = Some("LOT".repeat(13));
    let mut again = ordinary();
    (again.issue, again.first_on) = (2, date("2026-03-03"));
    for (name, paper, languages) in [
        ("again", &again, Languages::Both),
        ("en", &ordinary(), Languages::En),
        ("hi", &ordinary(), Languages::Hi),
        ("both", &ordinary(), Languages::Both),
        ("specimen", &specimen, Languages::Both),
        ("long", &long, Languages::Hi),
        ("none", &many(0), Languages::Both),
        ("proof", &proven(17), Languages::Both),
        ("proofs", &proven(60), Languages::Hi),
    ] {
        let file = out.join(format!("{name}.pdf"));
        save(&file, &render(paper, &setter, languages).unwrap()).unwrap();
        let picture = out.join(name);
        let drawn = poppler("pdftoppm", &["-png", "-r", "90", file.to_str().unwrap(), picture.to_str().unwrap()]);
        assert!(drawn.is_empty());
        let pictures =
            std::fs::read_dir(out).unwrap().filter_map(Result::ok).map(|e| e.file_name().into_string().unwrap());
        assert!(pictures.filter(|f| f.starts_with(&format!("{name}-")) && f.ends_with(".png")).count() > 0);
    }
}

#[test]
fn a_certificate_that_is_issued_again_says_so_and_what_came_from_elsewhere() {
    let mut paper = ordinary();
    paper.issue = 2;
    paper.first_on = date("2026-03-03");
    let outside = paper.doses.iter_mut().find(|dose| dose.source == DoseSource::Outside).unwrap();
    outside.place = "Card of the district hospital".into();
    outside.given_by = String::new();
    paper.milestones = Some(Milestones { first_year: Milestone::Missed, second_year: Milestone::Missed });
    let setter = setter();
    let english = pages_of(&render(&paper, &setter, Languages::En).unwrap()).join(" ");
    let reissued = "Issue 2 for this child. The first one was issued on 3 Mar 2026.";
    says(&english, &[reissued, "Card of the district hospital —", "Outside record", "Fully immunized at 1 year No"]);
    let hindi = pages_of(&render(&paper, &setter, Languages::Hi).unwrap()).join(" ");
    says(&hindi, &["इस बच्चे का प्रमाण पत्र, प्रति 2", "3 मार्च 2026"]);
    assert!(!pages_of(&render(&ordinary(), &setter, Languages::En).unwrap()).join(" ").contains("Issue "));
}

#[test]
fn the_numbers_of_other_registers_stand_on_it_when_the_family_wants_them() {
    let mut paper = ordinary();
    paper.numbers =
        vec![("field-rch", "RCH-77".into()), ("field-uwin", "UW-1234".into()), ("field-abha", "12345678901234".into())];
    let setter = setter();
    let english = pages_of(&render(&paper, &setter, Languages::En).unwrap()).join(" ");
    says(&english, &["RCH number", "RCH-77", "U-WIN number", "UW-1234", "ABHA number", "12345678901234"]);
    let hindi = pages_of(&render(&paper, &setter, Languages::Hi).unwrap()).join(" ");
    says(&hindi, &["आर.सी.एच. नंबर", "RCH-77", "12345678901234"]);
}

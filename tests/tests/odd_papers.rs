//! Papers of children whom no form foresaw: without a dose, with sixty, with names of a hundred letters. Each paper is
//! made in each language, nothing on it stands beyond its edge, and its words are read back.
#![allow(clippy::unwrap_used)]

use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, Settings};
use clinic::store::{CertificateFilter, KeyFile, ReportFilter};
use clinic::{Clinic, Env, Session};
use hub_protocol::{ChildId, Identity, toy};
use station::fonts::Fonts;
use station::paper::text::Typesetter;
use station::paper::wanted::{Wanted, make, month_of};
use station::paper::{Languages, certificate_of};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command as Process;
use std::sync::Arc;
use tests::station::{Station, words};

const DOSES: u64 = 60;
/// A child may still have a plan of diet.
const AGE_DAYS: u64 = 700;

fn today() -> NaiveDate {
    clinic::date::india(Env::system().now_ms())
}

/// A hundred letters with conjuncts and signs on both sides, without a space.
fn long() -> String {
    "क्षत्रियविद्यार्थीज्ञानेश्वरश्रीकृष्णद्ध".chars().cycle().take(100).collect()
}

/// The station, and its children: without a dose and a name, with a long name, with many doses.
fn station() -> (Station, Clinic, Session, [ChildId; 3]) {
    let station = Station::found(None);
    let (born, long) = (today() - Days::new(AGE_DAYS), long());
    let children = format!(
        "ref,name,dob,sex,mother,father,phone,village,consent_tracing\n\
         none,,{born},F,Meena Devi,,9876543210,Rampur,yes\n\
         long,{long},{born},M,{long},{long},9876543211,{long},yes\n\
         many,Anarkali Begum,{born},F,Farida,,9876543212,Belwa,no\n"
    );
    let mut doses = "ref,product,date,batch,proof,here\n".to_owned();
    for n in 0..DOSES {
        let product = ["OPV", "PENTA", "RVV", "fIPV", "PCV"][n as usize % 5];
        let (batch, here) = ("LOT".repeat(13), if n % 3 == 0 { "no" } else { "yes" });
        writeln!(doses, "many,{product},{},{batch},{long},{here}", born + Days::new(40 + n * 11)).unwrap();
    }
    writeln!(doses, "long,BCG,{born},{},,yes", "B".repeat(40)).unwrap();
    fs::write(station.path("children.csv"), children).unwrap();
    fs::write(station.path("doses.csv"), doses).unwrap();
    let mut import = station.as_admin(&["import", "--reason", "as the register has it"]);
    let files = (station.path("children.csv"), station.path("doses.csv"));
    let done = import.arg(files.0).arg("--doses").arg(files.1).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}{}", words(&done), String::from_utf8_lossy(&done.stdout));
    let key = KeyFile::read(&station.key_file()).unwrap();
    let (clinic, admin) = Clinic::unlock_with_file(&station.data(), &key, Env::system()).unwrap();
    let (lines, _) = clinic.children(&admin, "", 0).unwrap();
    let of = |village: &str| lines.iter().find(|line| line.village == village).unwrap().id;
    let children = [of("Rampur"), of(&long), of("Belwa")];
    (station, clinic, admin, children)
}

fn poppler(args: &[&str], file: &Path) -> String {
    let done = Process::new("pdftotext").args(args).arg(file).arg("-").output().expect("the package poppler-utils");
    assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The value of an attribute in a line of poppler's.
fn value(line: &str, name: &str) -> f32 {
    let at = line.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    line[at..].split('"').next().unwrap().parse().unwrap()
}

/// Every word stands on its page.
fn nothing_is_cut(file: &Path, what: &str) {
    let boxes = poppler(&["-bbox"], file);
    let (mut width, mut height, mut count) = (0.0, 0.0, 0);
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            (width, height) = (value(line, "width"), value(line, "height"));
        } else if line.starts_with("<word ") {
            count += 1;
            let (left, right) = (value(line, "xMin"), value(line, "xMax"));
            let (top, bottom) = (value(line, "yMin"), value(line, "yMax"));
            assert!(left >= 0.0 && right <= width && top >= 0.0 && bottom <= height, "{what}: {line}");
        }
    }
    assert!(count > 10, "{what}: {boxes}");
}

/// On a page of its own nobody knows whose it was.
fn later_pages_say_of_whom_they_are(file: &Path, name: &str, what: &str) {
    let pages = poppler(&["-raw"], file);
    let later: Vec<String> = pages.split('\u{c}').skip(1).map(str::to_owned).filter(|p| !p.trim().is_empty()).collect();
    let title = poppler_title(file);
    for page in later {
        let page: String = page.split_whitespace().collect();
        let title: String = title.split_whitespace().collect();
        assert!(page.starts_with(&title) || name.starts_with("certificate-"), "{what}: {page}");
    }
}

fn poppler_title(file: &Path) -> String {
    let told = Process::new("pdfinfo").arg(file).output().expect("the package poppler-utils");
    let told = String::from_utf8(told.stdout).unwrap();
    told.lines().find_map(|line| line.strip_prefix("Title:")).unwrap().trim().to_owned()
}

/// With a long label, and in the hands of a worker with a name; gives label and code as a paper has them, without spaces.
fn a_toy_tells_of_a_dose(clinic: &Clinic, admin: &Session, child: ChildId) -> (String, String) {
    let toy = Identity::from_seed([7; 32]);
    let label: String = long().chars().take(30).collect();
    let register = Command::RegisterToy { key: toy.public_key(), model: "TK-1".into(), label: label.clone() };
    let worker = clinic.users(admin).unwrap().into_iter().find(|user| user.login == "asha").unwrap().id;
    let id = toy.device_id();
    for command in [register, Command::AssignToy { toy: id, worker: Some(worker) }] {
        clinic.submit(admin, command).unwrap();
    }
    let (at_ms, on) = (clinic.env().now_ms(), to_day(today()));
    let fact = toy::Fact::Dose(toy::Dose { child, product: "OPV".into(), on, batch: None });
    let record = toy::Record { toy: id, epoch: 1, seq: 1, worker, at_ms, fact };
    let taken = clinic.take_toy_records(&toy.public_key(), vec![toy::SignedRecord::sign(&record, &toy)], 0);
    assert_eq!(taken.unwrap().committed, 1);
    let used = clinic.toy_use(admin, id, &month_of(today())).unwrap();
    assert_eq!(used.iter().map(|used| used.doses + used.doubted).sum::<u64>(), 1);
    (label, id.code())
}

#[test]
fn no_child_is_too_odd_for_a_paper() {
    let (station, clinic, admin, [none, long_named, many]) = station();
    let fonts = Fonts::load().unwrap();
    let setter = Typesetter::new(&fonts).unwrap();
    let keep = std::env::var_os("PAPER_PICTURES");
    let certificate = |child| Wanted::Certificate(Arc::new(clinic.issue_certificate(&admin, child).unwrap()));
    let mut papers = Vec::new();
    for (who, child) in [("none", none), ("long", long_named), ("many", many)] {
        papers.extend(
            [
                ("certificate", certificate(child)),
                ("child", Wanted::Child(child)),
                ("schedule", Wanted::Schedule(child)),
                ("diet", Wanted::Diet(child)),
                ("slip", Wanted::Slip(child)),
            ]
            .map(|(name, wanted)| (format!("{name}-{who}"), wanted)),
        );
    }
    let (label, toy_code) = a_toy_tells_of_a_dose(&clinic, &admin, none);
    let held = clinic.sessions(&admin, &(today() - Days::new(AGE_DAYS)..=today()), 0).unwrap().0;
    let days = month_of(today() - Days::new(60));
    papers.extend(
        [
            (
                "certificates",
                Wanted::Certificates(CertificateFilter { typed: long(), period: Some(month_of(today())) }),
            ),
            ("defaulters", Wanted::Defaulters { village: None, worker: None }),
            ("due", Wanted::Due { village: None }),
            ("session", Wanted::Session(held[0].id)),
            ("month", Wanted::Month(days.clone(), ReportFilter { village: Some(long()), worker: None })),
            ("coverage", Wanted::Coverage(days.clone(), ReportFilter { village: Some(long()), worker: None })),
            ("devices", Wanted::Devices(days)),
            ("devices-used", Wanted::Devices(month_of(today()))),
        ]
        .map(|(name, wanted)| (name.to_owned(), wanted)),
    );
    for (name, wanted) in &papers {
        for (code, languages) in [("en", Languages::En), ("hi", Languages::Hi), ("both", Languages::Both)] {
            let what = format!("{name}-{code}");
            let pdf =
                make(&clinic, &admin, wanted, &setter, languages).unwrap_or_else(|error| panic!("{what}: {error}"));
            let file = station.path(&format!("{what}.pdf"));
            fs::write(&file, pdf).unwrap();
            nothing_is_cut(&file, &what);
            later_pages_say_of_whom_they_are(&file, name, &what);
            // A long name is broken over lines, and no letter of it is lost.
            let text: String = poppler(&["-raw"], &file).split_whitespace().collect();
            if name.ends_with("-long") || ["certificates", "defaulters", "month", "coverage"].contains(&&**name) {
                assert!(text.contains(&long()), "{what}: {text}");
            }
            if name == "devices-used" {
                assert!(
                    text.contains(&label) && text.contains(&toy_code) && text.contains("Theworker"),
                    "{what}: {text}"
                );
            }
            assert!(!text.contains('['), "{what}: words are missing: {text}");
            if let Some(dir) = &keep {
                let _ = fs::copy(&file, Path::new(dir).join(format!("{what}.pdf"))).unwrap();
            }
        }
    }
}

#[test]
fn a_certificate_says_which_facility_it_is_from_and_other_numbers_only_when_they_are_wanted() {
    let (_station, clinic, admin, _) = station();
    let form = ChildForm {
        name: "Meena".into(),
        dob: to_day(today() - Days::new(30)),
        mother: "Farida Begum".into(),
        village: "Rampur".into(),
        rch: "RCH-77".into(),
        uwin: "UW-1234".into(),
        ..ChildForm::default()
    };
    let child = clinic.env().new_child_id().unwrap();
    clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: Vec::new() }).unwrap();
    let plain = certificate_of(&clinic.issue_certificate(&admin, child).unwrap(), "The Admin");
    assert_eq!((plain.facility.code, plain.facility.phone, plain.numbers), (None, None, Vec::new()));
    let settings = Settings {
        facility_code: Some(" IN0910001234 ".into()),
        facility_phone: Some("05922-234567".into()),
        ..clinic.settings(&admin).unwrap()
    };
    clinic.submit(&admin, Command::ChangeSettings(settings)).unwrap();
    let mut data = clinic.issue_certificate(&admin, child).unwrap();
    data.with_numbers = true;
    let wanted = certificate_of(&data, "The Admin");
    assert_eq!(wanted.facility.code.as_deref(), Some("IN0910001234"));
    assert_eq!(wanted.facility.phone.as_deref(), Some("05922-234567"));
    assert_eq!(wanted.numbers.iter().map(|(key, _)| *key).collect::<Vec<_>>(), ["field-rch", "field-uwin"]);
    assert!(data.cards.iter().all(|card| !card.jws.contains("RCH-77")));
    // Settings that say nothing of it leave it as it is.
    let silent =
        Settings { facility_code: None, facility_phone: None, fully: None, ..clinic.settings(&admin).unwrap() };
    clinic.submit(&admin, Command::ChangeSettings(silent)).unwrap();
    assert_eq!(clinic.clinic().unwrap().facility_code, "IN0910001234");
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

//! What a clinic hands out, from the command line: exports and papers of one invented clinic.
#![allow(clippy::unwrap_used)]

#[path = "faults/disk.rs"]
mod disk;

use chrono::{Datelike, Days, Months, NaiveDate};
use clinic::Clinic;
use clinic::device::{Batch, Sample};
use clinic::store::KeyFile;
use hub_protocol::Identity;
use hub_protocol::toy::Position;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tests::station::Station;

const CHILDREN: u64 = 60;

fn today() -> NaiveDate {
    clinic::date::india(clinic::Env::system().now_ms())
}

/// The whole month before this one.
fn month() -> NaiveDate {
    today().with_day(1).unwrap() - Months::new(1)
}

fn born(n: u64) -> NaiveDate {
    today() - Days::new(20 + n * 17)
}

/// What the national plan asks for, given some days late; every ninth dose was missed, every seventh given elsewhere.
fn doses(n: u64) -> Vec<(&'static str, NaiveDate, bool)> {
    let plan = [
        ("BCG", 0),
        ("OPV", 0),
        ("HepB", 0),
        ("OPV", 42),
        ("PENTA", 42),
        ("RVV", 42),
        ("fIPV", 42),
        ("PCV", 42),
        ("OPV", 70),
        ("PENTA", 70),
        ("RVV", 70),
        ("OPV", 98),
        ("PENTA", 98),
        ("RVV", 98),
        ("fIPV", 98),
        ("PCV", 98),
        ("MR", 275),
        ("PCV", 275),
        ("fIPV", 275),
        ("VitA", 275),
        ("MR", 490),
        ("DPT", 490),
        ("OPV", 490),
        ("VitA", 490),
    ];
    let on = |age: u64| born(n) + Days::new(if age == 0 { 0 } else { age + n % 6 });
    let given = plan.iter().enumerate().filter(|(at, _)| (n + *at as u64) % 9 != 8);
    given
        .map(|(at, (product, age))| (*product, on(*age), (n + at as u64) % 7 != 6))
        .filter(|(_, on, _)| *on < today())
        .collect()
}

/// The clinic with its children, the first of them the worker's.
fn clinic() -> Station {
    let station = Station::found(None);
    let mut children = "ref,name,dob,sex,mother,phone,village,worker,consent_tracing\n".to_owned();
    let mut given = "ref,product,date,batch,proof,here\n".to_owned();
    for n in 0..CHILDREN {
        let (sex, worker) = (if n % 2 == 0 { "F" } else { "M" }, if n < 20 { "asha" } else { "" });
        let consent = if n % 3 == 0 { "yes" } else { "no" };
        let village = ["Rampur", "बेलवा", "Khajuri"][n as usize % 3];
        let name = if n == 0 {
            "क्षमा विद्यार्थी".to_owned()
        } else {
            format!("Child{} Kumari", letters(n))
        };
        writeln!(
            children,
            "{n},{name},{},{sex},Mother{} Devi,98765{:05},{village},{worker},{consent}",
            born(n),
            letters(n * 7 + 1),
            n * 997 % 100_000
        )
        .unwrap();
        for (product, on, here) in doses(n) {
            let (here, proof) = if here { ("yes", "") } else { ("no", "birth card") };
            writeln!(given, "{n},{product},{on},B {n},{proof},{here}").unwrap();
        }
    }
    fs::write(station.path("children.csv"), children).unwrap();
    fs::write(station.path("doses.csv"), given).unwrap();
    let files = (station.path("children.csv"), station.path("doses.csv"));
    let mut import = station.as_admin(&["import", "--reason", "as the register has it"]);
    let done = import.arg(files.0).arg("--doses").arg(files.1).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}{}", words(&done), String::from_utf8_lossy(&done.stdout));
    station
}

/// A number in letters, so that no two names sound alike.
fn letters(mut n: u64) -> String {
    let mut text = String::new();
    for _ in 0..3 {
        text.push_str(["ka", "mi", "tu", "re", "so", "la", "vi", "bo", "ne", "ju", "pa"][(n % 11) as usize]);
        n /= 11;
    }
    text
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command prints; it must not be refused.
fn out(station: &Station, args: &[&str]) -> Vec<u8> {
    let done = station.as_admin(args).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{args:?}: {}", words(&done));
    done.stdout
}

fn table(bytes: &[u8]) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(bytes).records().map(Result::unwrap).collect()
}

#[test]
fn what_leaves_the_clinic_is_what_its_records_say() {
    let station = clinic();
    the_month_is_told(&station);
    lists_and_bundles_are_whole(&station);
    every_paper_is_made_and_read_back(&station);
    // Last: papers before them say that there is no toy.
    things_are_in_their_lists(&station);
    what_toys_said_is_taken_out_whole(&station);
}

/// Its items are counted again by another program: `hmis.rs`.
fn the_month_is_told(station: &Station) {
    let month = month();
    let typed = month.format("%Y-%m").to_string();
    let report = table(&out(station, &["export", "csv", "report", "--month", &typed]));
    let said = |key: &str| report.iter().find(|row| &row[0] == "hmis" && &row[2] == key).unwrap()[3].to_owned();
    assert_eq!(said("vitk"), "", "what is not recorded is not nought");
    let no_time = station.as_admin(&["export", "csv", "report"]).output().unwrap();
    assert_eq!((no_time.status.code(), no_time.stdout.len()), (Some(2), 0), "{}", words(&no_time));
    assert!(words(&no_time).contains("--month 2026-10"), "{}", words(&no_time));

    // A part of the clinic, counted by the lists again.
    let children = table(&out(station, &["export", "csv", "children"]));
    let lives = |child: &str| children.iter().find(|row| &row[0] == child).is_some_and(|row| &row[8] == "बेलवा");
    let there = table(&out(station, &["export", "csv", "doses", "--month", &typed]));
    let there: std::collections::BTreeSet<(String, String, String)> = there
        .iter()
        .filter(|row| &row[9] == "yes" && lives(&row[0]))
        .map(|row| (row[0].to_owned(), row[6].to_owned(), row[7].to_owned()))
        .collect();
    let part = table(&out(station, &["export", "csv", "report", "--month", &typed, "--village", "Belwa"]));
    let told = |section: &str, key: &str| part.iter().find(|row| &row[0] == section && &row[2] == key).unwrap();
    assert_eq!((&told("only", "village")[3], &told("doses", "given-here")[3]), ("Belwa", &*there.len().to_string()));
    assert!(!there.is_empty());
    let of = told("12-23-months", "fully");
    assert_eq!(&of[5], "registered children of 12 to 23 months at the end of the time");
    let no = station.as_admin(&["export", "csv", "children", "--village", "Belwa"]).output().unwrap();
    assert_eq!((no.status.code(), no.stdout.len()), (Some(2), 0), "{}", words(&no));

    // Nobody planned the sessions of the register that was brought in, and that is no doubt about the month.
    let dhis2 = ["export", "dhis2", "--month", &typed, "--org-unit", "DiszpKrYNg8"];
    let set: Value = serde_json::from_slice(&out(station, &dhis2)).unwrap();
    assert_eq!(
        (set["period"].as_str(), &set["completeDate"]),
        (Some(&*month.format("%Y%m").to_string()), &today().to_string().into())
    );
    let bcg = set["dataValues"].as_array().unwrap().iter().find(|v| v["dataElement"] == "TIKKA_BCG").unwrap();
    assert_eq!(bcg["value"], said("bcg"));
    // No more BCG than children born, where somebody counted them.
    let count: u32 = said("bcg").parse().unwrap();
    assert!(count > 0);
    let births = |n: u32, more: &[&str]| {
        let n = n.to_string();
        station.as_admin(&[&dhis2[..], &["--live-births", &n], more].concat()).output().unwrap()
    };
    assert_eq!(births(count, &[]).status.code(), Some(0));
    let file = station.path("doubtful.json");
    let to_file = ["--out", file.to_str().unwrap()];
    let doubtful = births(count - 1, &to_file);
    assert_eq!(doubtful.status.code(), Some(3), "{}", words(&doubtful));
    assert!(words(&doubtful).contains("bcg-births") && !file.exists(), "{}", words(&doubtful));
    assert_eq!(births(count - 1, &[&to_file[..], &["--anyway"]].concat()).status.code(), Some(0));
    let anyway: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(anyway["dataValues"], set["dataValues"]);
    // A worker's figures are not the clinic's.
    let password = station.path("asha.password");
    tests::private_file(&password, "horse staple 3\n");
    let by_asha = [&dhis2[..], &["--login", "asha", "--password-file", password.to_str().unwrap()]].concat();
    let refused = station.command(&by_asha).output().unwrap();
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(4), 0), "{}", words(&refused));
    assert!(words(&refused).contains("your own figures"), "{}", words(&refused));
    for wrong in ["2026-13", "october", "2026"] {
        let no = station.as_admin(&["export", "dhis2", "--org-unit", "x", "--month", wrong]).output().unwrap();
        assert_eq!(no.status.code(), Some(2), "{wrong}");
    }
}

/// More samples than one look gives, so that the list is put together.
fn what_toys_said_is_taken_out_whole(station: &Station) {
    const SAMPLES: u64 = 5_003;
    let now_ms = clinic::Env::system().now_ms();
    let key = KeyFile::read(&station.key_file()).unwrap();
    let (clinic, admin) = Clinic::unlock_with_file(&station.data(), &key, clinic::Env::system()).unwrap();
    let toy = Identity::from_seed([6; 32]);
    let register = clinic::record::command::Command::RegisterToy {
        key: toy.public_key(),
        model: "bear".into(),
        label: "Toy 1".into(),
    };
    clinic.submit(&admin, register).unwrap();
    let sample = |n: u64| Sample {
        at_ms: now_ms - n * 60_000,
        battery_percent: 55,
        charging: false,
        temperature_c: -4,
        storage_free_kib: 4_000,
        restarts: 3,
        records_held: 2,
        clock_offset_ms: -1_500,
        position: (n == 0).then_some(Position { latitude_e7: -5, longitude_e7: 772_000_000, accuracy_m: 9 }),
    };
    let samples = (0..SAMPLES).map(|n| (toy.device_id(), sample(n))).collect();
    clinic.keep_devices(Batch { samples, ..Batch::default() }).unwrap();
    drop((clinic, admin));
    let rows = table(&out(station, &["export", "csv", "toy-samples"]));
    assert_eq!(rows.len() as u64, SAMPLES);
    let first: Vec<&str> = rows[0].iter().collect();
    assert_eq!(first[..2], [toy.device_id().code().as_str(), "Toy 1"]);
    let values = ["55", "no", "-4", "4000", "3", "2", "-1500", "-0.0000005", "77.2000000", "9"];
    assert_eq!(first[3..], values);
    assert_eq!(rows[1].iter().rev().take(3).collect::<Vec<_>>(), ["", "", ""]);
    let times: BTreeSet<&str> = rows.iter().map(|row| &row[2]).collect();
    assert_eq!(times.len() as u64, SAMPLES, "each once");
}

fn lists_and_bundles_are_whole(station: &Station) {
    let count = |list: &str| table(&out(station, &["export", "csv", list])).len() as u64;
    assert_eq!(count("children"), CHILDREN);
    // A third of the families agreed to be looked for, and no other phone leaves.
    for list in ["children", "due"] {
        let rows = table(&out(station, &["export", "csv", list]));
        let phones = rows.iter().filter(|row| !row[7].is_empty()).count();
        assert!(phones > 0 && phones <= CHILDREN.div_ceil(3) as usize, "{list}: {phones}");
    }
    what_would_mislead_is_refused(station);
    for list in ["due", "growth", "malnourished", "aefis", "sessions", "stock", "wastage", "toys", "cards", "tasks"] {
        let _ = count(list);
    }
    // An Admin sees the staff and the audit, where each of these lists is noted.
    assert_eq!(count("users"), 3);
    assert!(count("audit") > 10);
    let file = station.path("all.json");
    let done = station.as_admin(&["export", "fhir"]).arg("--out").arg(&file).output().unwrap();
    assert_eq!(done.status.code(), Some(0), "{}", words(&done));
    let all: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let documents = all["entry"].as_array().unwrap();
    assert_eq!(documents.len() as u64, CHILDREN);
    let text = all.to_string();
    // A third of the families agreed to be looked for at home.
    assert_eq!(text.matches("\"telecom\"").count() as u64, CHILDREN.div_ceil(3));
    let left: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().ends_with(".part")), "{left:?}");
}

/// One of each thing, and its row.
fn things_are_in_their_lists(station: &Station) {
    use clinic::record::command::Command as C;
    let key = KeyFile::read(&station.key_file()).unwrap();
    let (clinic, admin) = Clinic::unlock_with_file(&station.data(), &key, clinic::Env::system()).unwrap();
    let lines = clinic.children(&admin, "", 0).unwrap().0;
    let child = lines.iter().find(|line| line.name.contains("क्षमा")).unwrap().id;
    let on = clinic::date::to_day(today());
    let worker = clinic.users(&admin).unwrap().into_iter().find(|user| user.login == "asha").unwrap().id;
    let no = clinic.issue_certificate(&admin, child).unwrap().no;
    let measured = clinic::record::fact::GrowthMeasured {
        child,
        on,
        weight_g: Some(2_000),
        length_mm: None,
        standing: false,
        muac_mm: Some(100),
        head_mm: None,
        oedema: false,
        breastfed: None,
    };
    let batch = clinic::record::fact::BatchReceived {
        product: "MR".into(),
        batch: "MR 9".into(),
        manufacturer: "Serum".into(),
        expires_on: clinic::date::to_day(today() + Days::new(200)),
        doses_per_vial: 5,
        vials: 7,
        on,
    };
    let toy = Identity::from_seed([5; 32]);
    let register = C::RegisterToy { key: toy.public_key(), model: "bear".into(), label: "Toy 9".into() };
    let assign = C::AssignToy { toy: toy.device_id(), worker: Some(worker) };
    let asha = clinic.login("asha", "horse staple 3").unwrap();
    clinic.submit(&asha, C::MeasureGrowth(measured)).unwrap();
    for command in [C::ReceiveBatch(batch), register, assign] {
        clinic.submit(&admin, command).unwrap();
    }
    // A dose of a child whom nobody knows is a conflict, and an answered one stays in the list.
    let stranger = clinic.env().new_child_id().unwrap();
    let fact = |child| {
        hub_protocol::toy::Fact::Dose(hub_protocol::toy::Dose { child, product: "OPV".into(), on, batch: None })
    };
    let record = |seq, child| {
        let at_ms = clinic.env().now_ms();
        let record =
            hub_protocol::toy::Record { toy: toy.device_id(), epoch: 1, seq, worker, at_ms, fact: fact(child) };
        hub_protocol::toy::SignedRecord::sign(&record, &toy)
    };
    let records = vec![record(1, stranger), record(2, clinic.env().new_child_id().unwrap())];
    assert_eq!(clinic.take_toy_records(&toy.public_key(), records, 0).unwrap().committed, 2);
    let waiting = clinic.conflicts(&admin).unwrap();
    let answer = C::SettleConflict { event: waiting[0].event, accepted: false, reason: "a slip, \"twice\"".into() };
    clinic.submit(&admin, answer).unwrap();
    let settings = clinic::record::fact::ReminderSettings {
        on: true,
        run_at_min: 0,
        quiet_from_min: 0,
        quiet_until_min: 0,
        modem: Some(clinic::record::fact::Modem {
            templates: clinic::reminder::Stage::ALL
                .map(|stage| clinic::record::fact::Template {
                    stage,
                    language: clinic::reminder::Language::English,
                    id: String::new(),
                    text: "Come on {date}".into(),
                })
                .to_vec(),
            part_paise: 25,
        }),
        ..Default::default()
    };
    let key = clinic::record::fact::ReferenceKey([3; 32]);
    clinic.submit(&admin, C::ChangeReminders { settings, key }).unwrap();
    let born = clinic::record::command::ChildForm {
        name: "Told Today".into(),
        dob: on,
        mother: "Mother Told".into(),
        phone: "9876500000".into(),
        village: "Rampur".into(),
        consent_reminders: true,
        ..Default::default()
    };
    let told = clinic.env().new_child_id().unwrap();
    clinic
        .submit(&admin, C::RegisterChild { child: told, form: born, worker: None, distinct_from: Vec::new() })
        .unwrap();
    let made = clinic.run_reminders().unwrap().unwrap();
    // It is gone from the clinic's lists, so that the other counts stay.
    let gone = clinic::record::fact::Gone::Other;
    clinic.submit(&admin, C::InactivateChild { child: told, why: gone, on, note: String::new() }).unwrap();
    drop((clinic, admin));
    let rows = |list: &str| table(&out(station, &["export", "csv", list]));
    let cell =
        |list: &str, column: usize| -> Vec<String> { rows(list).iter().map(|row| row[column].to_owned()).collect() };
    assert!(cell("certificates", 0).contains(&no.to_string()));
    assert_eq!(cell("growth", 0), [child.to_string()]);
    assert!(cell("malnourished", 0).contains(&child.to_string()));
    assert_eq!(cell("stock", 1), ["MR 9"]);
    assert!(cell("wastage", 1).contains(&"BCG".to_owned()));
    assert!(cell("toys", 1).contains(&"Toy 9".to_owned()));
    let used = rows("toy-use");
    assert!(used.iter().any(|row| row.iter().any(|cell| cell == "Toy 9")), "{used:?}");
    let conflicts = rows("conflicts");
    assert_eq!(conflicts.len(), 2, "{conflicts:?}");
    assert_eq!((&conflicts[0][0], &conflicts[0][9]), ("unknown-child", ""));
    assert_eq!((&conflicts[1][9], &conflicts[1][10]), ("set-aside", "a slip, \"twice\""));
    let messages = rows("messages");
    assert_eq!(messages.len(), made, "{messages:?}");
    assert!(messages.iter().any(|row| row[9].contains(&told.to_string()) && &row[5] == "queued"), "{messages:?}");
}

fn what_would_mislead_is_refused(station: &Station) {
    let month = month().format("%Y-%m").to_string();
    let file = station.path("refused");
    // A list of today is of no time, nobody lives in a village that is misspelt, and next year has no figures.
    for args in [
        &["export", "csv", "due", "--month", &month][..],
        &["export", "csv", "report", "--month", &month, "--village", "Nowhere"],
        &["export", "csv", "report", "--month", "2199-01"],
        &["export", "dhis2", "--month", "2199-01", "--org-unit", "DiszpKrYNg8"],
        &["export", "csv", "doses", "--from", "30.11.2026"],
        &["paper", "month", "--month", &month, "--village", "Nowhere"],
        &["paper", "defaulters", "--village", "Nowhere"],
        &["paper", "coverage", "--month", "2199-01"],
    ] {
        let no = station.as_admin(args).arg("--out").arg(&file).output().unwrap();
        assert_eq!(no.status.code(), Some(2), "{args:?}: {}", words(&no));
        assert!(!file.exists(), "{args:?}");
    }
    what_is_there_already_stays(station);
    // The records are never replaced by what leaves them.
    let keys = station.data().join("keys.cbor");
    let before = fs::read(&keys).unwrap();
    for args in [&["export", "csv", "children"][..], &["paper", "certificates"]] {
        let no = station.as_admin(args).args(["--replace", "--out"]).arg(&keys).output().unwrap();
        assert_eq!(no.status.code(), Some(1), "{args:?}: {}", words(&no));
        assert_eq!(fs::read(&keys).unwrap(), before);
    }
    // Nor does what opens them lie beside them.
    for command in ["key-file", "backup"] {
        let file = station.data().join("beside");
        let no = station.as_admin(&[command, file.to_str().unwrap()]).output().unwrap();
        assert_eq!(no.status.code(), Some(1), "{command}: {}", words(&no));
        assert!(!file.exists(), "{command}");
    }
    // A part of a month is not called the whole.
    let map = station.path("map.csv");
    fs::write(&map, "key,data_element\nbcg,abcdefghij1\n").unwrap();
    let map = map.to_str().unwrap();
    let dhis2 = ["export", "dhis2", "--month", &month, "--org-unit", "DiszpKrYNg8", "--map", map];
    let done = station.as_admin(&dhis2).output().unwrap();
    let set: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert!(set["completeDate"].is_null() && words(&done).contains("opv-0"), "{set} {}", words(&done));
}

fn read_back(pdf: &Path) -> String {
    let read = Command::new("pdftotext").args(["-raw"]).arg(pdf).arg("-").output().expect("the package poppler-utils");
    assert!(read.status.success() && read.stderr.is_empty(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn every_paper_is_made_and_read_back(station: &Station) {
    let keep = std::env::var_os("PAPER_PICTURES");
    let first = table(&out(station, &["export", "csv", "children"]));
    let child = first.iter().find(|row| row[1].contains("क्षमा")).unwrap()[0].to_owned();
    let _ =
        station.as_admin(&["certificate", "--child", &child]).arg("--out").arg(station.path("paper")).output().unwrap();
    let month = month().format("%Y-%m").to_string();
    let held = table(&out(station, &["export", "csv", "sessions"]))[0][0].to_owned();
    let papers: [(&[&str], &[&str]); 10] = [
        (
            &["month", "--month", &month],
            &["Monthly immunization report (HMIS)", "मासिक टीकाकरण रिपोर्ट", "9.1.2", "BCG", "बीसीजी", "PHC Rampur"],
        ),
        (
            &["coverage", "--from", "2026-01-01", "--until", "2026-12-31", "--village", "Rampur"],
            &[
                "31 Dec 2026",
                "Completely immunized at 2 years",
                "Coverage report",
                "कवरेज रिपोर्ट",
                "Zero dose",
                "Rampur",
                "registered here",
            ],
        ),
        (&["certificates"], &["Certificates issued", "जारी किए गए प्रमाण पत्र", "क्षमा विद्यार्थी", &child]),
        (
            &["defaulters"],
            &[
                "Children with missed doses",
                "छूटी खुराकों वाले बच्चे",
                "No home visit: the family did not agree",
                "गृह भेंट नहीं: परिवार की सहमति नहीं",
                "Page 1 of",
            ],
        ),
        (&["session", "--on", &held], &["Session tally sheet", "सत्र की टैली शीट", "Vials opened", "At the centre"]),
        (
            &["child", "--child", &child],
            &["Child immunization report", "बच्चे की टीकाकरण रिपोर्ट", "क्षमा विद्यार्थी", "Pentavalent 1", "पेंटावेलेंट 1"],
        ),
        (
            &["schedule", "--child", &child],
            &["Vaccination card", "टीकाकरण कार्ड", "क्षमा विद्यार्थी", "Pentavalent 1", "Bring this card"],
        ),
        (&["diet", "--child", &child], &["Diet plan", "आहार योजना", "क्षमा विद्यार्थी", "•"]),
        (&["slip", "--child", &child], &["Please come on", "कृपया इस दिन आएँ", "क्षमा विद्यार्थी", &child, "PHC Rampur"]),
        (
            &["devices", "--month", &month],
            &["Device report", "टॉय रिपोर्ट", "There is nothing to list", "सूची में कुछ नहीं है"],
        ),
    ];
    for (args, wanted) in papers {
        let file = station.path(&format!("{}.pdf", args[0]));
        let made = station.as_admin(&[&["paper"], args].concat()).arg("--out").arg(&file).output().unwrap();
        assert_eq!(made.status.code(), Some(0), "{args:?}: {}", words(&made));
        let text = read_back(&file);
        for words in wanted {
            assert!(text.contains(words), "{args:?}: \"{words}\" is not in: {text}");
        }
        // Words that are missing would stand as their key, in brackets.
        assert!(!text.contains('['), "{args:?}: {text}");
        if let Some(dir) = &keep {
            let _ = fs::copy(&file, Path::new(dir).join(format!("{}.pdf", args[0]))).unwrap();
        }
    }
    for (file, width) in [("slip.pdf", "226"), ("schedule.pdf", "297")] {
        let told = Command::new("pdfinfo").arg(station.path(file)).output().unwrap();
        let told = String::from_utf8(told.stdout).unwrap();
        assert!(told.contains(&format!("Page size:       {width}")), "{file}: {told}");
    }
    let nobody = station.as_admin(&["paper", "month", "--month", &month, "--worker", "nobody"]).output().unwrap();
    assert_eq!(nobody.status.code(), Some(2));
    // The paper stays, whatever becomes of the printing: also where no program prints.
    let nothing = station.path("no-programs");
    fs::create_dir(&nothing).unwrap();
    for (path, said) in [(None, "saved as"), (Some(&nothing), "no print command (lp")] {
        let file = station.path("printed.pdf");
        let mut print = station.as_admin(&["paper", "slip", "--child", &child, "--printer", "no-such-printer"]);
        if let Some(path) = path {
            print.env("PATH", path);
        }
        let print = print.arg("--out").arg(&file).output().unwrap();
        assert_eq!(print.status.code(), Some(1), "{}", words(&print));
        assert!(words(&print).contains(said) && words(&print).contains("saved as"), "{}", words(&print));
        fs::remove_file(&file).unwrap();
    }
}

fn what_is_there_already_stays(station: &Station) {
    let file = station.path("kept");
    for args in [&["export", "csv", "children"][..], &["export", "fhir"], &["paper", "certificates"]] {
        fs::write(&file, "what was there before").unwrap();
        let no = station.as_admin(args).arg("--out").arg(&file).output().unwrap();
        assert_eq!(no.status.code(), Some(1), "{args:?}: {}", words(&no));
        assert!(words(&no).contains("--replace"), "{args:?}: {}", words(&no));
        assert_eq!(fs::read_to_string(&file).unwrap(), "what was there before", "{args:?}");
        let yes = station.as_admin(args).args(["--replace", "--out"]).arg(&file).output().unwrap();
        assert_eq!(yes.status.code(), Some(0), "{args:?}: {}", words(&yes));
        assert!(fs::metadata(&file).unwrap().len() > 100, "{args:?}");
    }
    fs::remove_file(&file).unwrap();
}

/// Every paper, every export that is written to a file, and whether it needs fonts.
fn all_that_is_written(station: &Station) -> Vec<(Vec<String>, bool)> {
    let child = table(&out(station, &["export", "csv", "children"]))[0][0].to_owned();
    let month = month().format("%Y-%m").to_string();
    let held = table(&out(station, &["export", "csv", "sessions"]))[0][0].to_owned();
    let papers: [&[&str]; 10] = [
        &["paper", "month", "--month", &month],
        &["paper", "coverage", "--month", &month],
        &["paper", "certificates"],
        &["paper", "defaulters"],
        &["paper", "session", "--on", &held],
        &["paper", "child", "--child", &child],
        &["paper", "schedule", "--child", &child],
        &["paper", "diet", "--child", &child],
        &["paper", "slip", "--child", &child],
        &["paper", "devices", "--month", &month],
    ];
    let dhis2 = ["export", "dhis2", "--month", &month, "--org-unit", "DiszpKrYNg8"];
    let exports: [&[&str]; 6] = [
        &["export", "fhir"],
        &["export", "fhir", "--child", &child],
        &dhis2,
        &["export", "csv", "children"],
        &["export", "csv", "doses"],
        &["export", "csv", "report", "--month", &month],
    ];
    let owned = |args: &&[&str]| args.iter().map(ToString::to_string).collect::<Vec<_>>();
    let papers = papers.iter().map(|args| (owned(args), true));
    papers.chain(exports.iter().map(|args| (owned(args), false))).collect()
}

fn files(dir: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut files: Vec<String> = fs::read_dir(dir).unwrap().map(name).collect();
    files.sort();
    files
}

/// Writes one command's file over `file`.
fn write(station: &Station, args: &[String], file: &Path) -> Output {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    station.as_admin(&args).args(["--out".as_ref(), file, "--replace".as_ref()]).output().unwrap()
}

#[test]
fn a_full_disk_keeps_no_half_a_paper_or_export() {
    disk::on_a_disk_of("4m", "a_full_disk_keeps_no_half_a_paper_or_export", |small| {
        let station = clinic();
        let wanted = all_that_is_written(&station);
        let (file, block) = (small.join("out"), small.join("block"));
        fs::write(&file, "what was there before").unwrap();
        let mut filling = fs::File::create(&block).unwrap();
        while filling.write_all(&[b'x'; 1024]).is_ok() {}
        for (args, _) in &wanted {
            let failed = write(&station, args, &file);
            assert_eq!(failed.status.code(), Some(1), "{args:?}: {}", words(&failed));
            let said = words(&failed);
            assert!(said.contains("free space") || said.contains("the disk is full"), "{args:?}: {said}");
            assert_eq!(files(small), ["block", "out"], "{args:?}");
            assert_eq!(fs::read_to_string(&file).unwrap(), "what was there before", "{args:?}");
        }
        // A file that is open still has its place on the disk.
        drop(filling);
        fs::remove_file(&block).unwrap();
        for (args, _) in &wanted {
            let done = write(&station, args, &file);
            assert_eq!(done.status.code(), Some(0), "{args:?}: {}", words(&done));
            assert_eq!(files(small), ["out"], "{args:?}");
        }
    });
}

#[test]
fn a_missing_font_is_named_and_no_paper_is_begun() {
    let mut station = clinic();
    let wanted = all_that_is_written(&station);
    let file: PathBuf = station.path("out");
    // A system of its own without fonts, for the commands alone.
    let hide = "for d in /usr/share/fonts /usr/local/share/fonts; do [ ! -d $d ] || mount -t tmpfs tmpfs $d; done; \
                export HOME=/nonexistent XDG_DATA_HOME=/nonexistent; exec \"$@\"";
    station.wrap(&[&["unshare"], disk::own_mounts(), &["sh", "-c", hide, "sh"]].concat());
    for (args, needs_fonts) in &wanted {
        let done = write(&station, args, &file);
        let code = if *needs_fonts { Some(1) } else { Some(0) };
        assert_eq!(done.status.code(), code, "{args:?}: {}", words(&done));
        if *needs_fonts {
            assert!(words(&done).contains("fonts-noto-core"), "{args:?}: {}", words(&done));
            assert!(!file.exists(), "{args:?}");
        } else {
            fs::remove_file(&file).unwrap();
        }
    }
    // A certificate is not even issued: its number would be of no paper.
    let (dir, child) = (station.path("certificate"), wanted[5].0[3].clone());
    let done = station.as_admin(&["certificate", "--child", &child]).arg("--out").arg(&dir).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{}", words(&done));
    assert!(words(&done).contains("fonts-noto-core") && !dir.exists(), "{}", words(&done));
    let issued = station.as_admin(&["export", "csv", "certificates"]).output().unwrap();
    assert_eq!(table(&issued.stdout).len(), 0);
}

//! Papers at the desk: each one where it is needed, to a printer, to a file, and in plain words when neither works.

use crate::window::{Window, founded, session, today};
use crate::{form, give, left_in_english, register};
use chrono::Days;
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::{SessionKind, SessionPlan};
use clinic::store::{DUE_PAGE, DueFilter};
use hub_protocol::{ChildId, Identity, SessionId};
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::app::Message;
use station::fonts::Fonts;
use station::paper::text::Typesetter;
use station::paper::wanted::{NotMade, Wanted, make};
use station::paper::{Languages, PaperError, Step, save};
use station::words::{Lang, Words};
use std::cell::RefCell;
use std::fs;
use std::ops::ControlFlow;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::rc::Rc;

const NO_COMMAND: &str = "No printer is set up on this computer.";

/// A clinic with a child who is late.
fn clinic(dir: &Path) -> (Clinic, ChildId) {
    let clinic = founded(dir, "uip");
    let dob = today() - Days::new(130);
    let child = register(&clinic, "asha", form("Aarti", dob));
    give(&clinic, child, "BCG", dob);
    (clinic, child)
}

/// A program of the system, as CUPS has it.
fn program(dir: &Path, name: &str, script: &str) {
    let file = dir.join("programs").join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Two printers, of which the second is the usual one; what is printed stands in the folder under the printer's name.
fn printers(dir: &Path) {
    let list = "case \"$1\" in -e) echo desk; echo receipt ;; -d) echo 'system default destination: receipt' ;; esac";
    program(dir, "lpstat", list);
    let print = format!(
        "[ \"$1\" = -d ] || exit 9\n[ \"$2\" = desk ] && {{ echo 'lp: it is on fire' >&2; exit 1; }}\ncat >{}/\"$2\".pdf",
        dir.display()
    );
    program(dir, "lp", &print);
}

fn letter(window: &mut Window, code: Code, letter: &str) {
    window.press(code, letter, Modifiers::ALT);
}

fn papers(window: &mut Window) {
    letter(window, Code::KeyP, "p");
}

fn open_child(window: &mut Window) {
    window.tap(Named::Enter);
    window.sees("Family and history");
}

fn is_pdf(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"%PDF"))
}

fn files(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn without_a_printer_a_paper_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open_child(&mut window);
    papers(&mut window);
    window.sees(NO_COMMAND);
    window.sees("Print or save: Aarti");
    for offered in ["Next visit", "Vaccination card", "Child immunization report", "Diet plan"] {
        window.sees(offered);
    }
    window.picture("papers-no-printer");
    // No printer, no printing.
    letter(&mut window, Code::KeyP, "p");
    window.sees(NO_COMMAND);
    letter(&mut window, Code::KeyS, "s");
    window.sees("The paper is saved: ");
    window.sees("Family and history");
    assert_eq!(files(&dir.path().join("papers")), ["slip-2026-11-20.pdf"]);
    assert!(is_pdf(&dir.path().join("papers/slip-2026-11-20.pdf")));

    // Another of the papers, in another language, on a stick.
    papers(&mut window);
    window.click("Vaccination card");
    window.click("Both");
    window.sees("schedule-2026-11-20.pdf");
    let stick = tempfile::tempdir().unwrap();
    window.fill("Save as", stick.path().to_str().unwrap());
    window.tap(Named::Enter);
    window.sees("The paper is saved: ");
    assert_eq!(files(stick.path()), ["schedule-2026-11-20.pdf"]);

    // A stick that is not there is said, and nothing is made in its place.
    papers(&mut window);
    window.fill("Save as", stick.path().join("gone/paper.pdf").to_str().unwrap());
    window.tap(Named::Enter);
    window.sees("The paper was not saved.");
    assert_eq!(files(stick.path()), ["schedule-2026-11-20.pdf"]);
    window.unfocus();
    window.tap(Named::Escape);
    window.sees("Family and history");
    assert_eq!(files(&dir.path().join("papers")), ["slip-2026-11-20.pdf"]);
}

#[test]
fn a_paper_never_replaces_that_of_another_child() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    let dob = today() - Days::new(200);
    register(&clinic, "asha", form("Bela", dob));
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    let saved = |window: &mut Window, name: &str| {
        papers(window);
        window.sees(NO_COMMAND);
        letter(window, Code::KeyS, "s");
        window.sees(&format!("papers/{name}"));
    };
    let folder = dir.path().join("papers");
    open_child(&mut window);
    saved(&mut window, "slip-2026-11-20.pdf");
    let first = fs::read(folder.join("slip-2026-11-20.pdf")).unwrap();
    window.tap(Named::Escape);
    window.tap(Named::ArrowDown);
    open_child(&mut window);
    saved(&mut window, "slip-2026-11-20-2.pdf");
    assert_eq!(fs::read(folder.join("slip-2026-11-20.pdf")).unwrap(), first);
    assert_ne!(fs::read(folder.join("slip-2026-11-20-2.pdf")).unwrap(), first);
    assert_eq!(files(&folder), ["slip-2026-11-20-2.pdf", "slip-2026-11-20.pdf"]);
}

#[test]
fn a_certificate_is_printed_on_the_chosen_printer() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, child) = clinic(dir.path());
    printers(dir.path());
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    open_child(&mut window);
    // It has a number and is kept: nothing is issued by one key.
    letter(&mut window, Code::KeyC, "c");
    window.sees("Issue Aarti's certificate?");
    window.picture("certify");
    window.tap(Named::Escape);
    window.sees_no("Issue Aarti's certificate?");
    let issued = || clinic.child(&session(&clinic, "asha"), child).unwrap().certificates.len();
    assert_eq!(issued(), 0);
    letter(&mut window, Code::KeyC, "c");
    window.tap(Named::Enter);
    window.sees("Immunization certificate 1-");
    window.sees("receipt");
    window.picture("papers-printers");
    // A printer that does not take it is named; the page stays, and the certificate is not issued again.
    window.click("desk");
    letter(&mut window, Code::KeyP, "p");
    window.sees("The printer desk did not take the paper.");
    window.sees_no("on fire");
    window.click("receipt");
    letter(&mut window, Code::KeyP, "p");
    window.sees("The paper is on its way to the printer receipt.");
    assert!(is_pdf(&dir.path().join("receipt.pdf")));
    assert_eq!(issued(), 1);
    // The button has the focus, and the usual printer is chosen.
    fs::remove_file(dir.path().join("receipt.pdf")).unwrap();
    papers(&mut window);
    window.tap(Named::Enter);
    window.sees("The paper is on its way to the printer receipt.");
    assert!(is_pdf(&dir.path().join("receipt.pdf")));
    assert_eq!(files(&dir.path().join("papers")), Vec::<String>::new());
}

#[test]
fn a_print_service_without_printers_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    program(dir.path(), "lpstat", "echo 'lpstat: No destinations added.' >&2; exit 1");
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::Hi);
    papers(&mut window);
    window.sees("इस कंप्यूटर पर कोई प्रिंटर नहीं लगा है।");
    // A folder that is named as an example, and the name of the file.
    let mut left = left_in_english(&mut window);
    left.retain(|text| !text.contains("/media/usb") && text != "defaulters-2026-11-20.pdf");
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn each_paper_is_made_where_it_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let (clinic, _) = clinic(dir.path());
    let admin = session(&clinic, "admin");
    let key = Identity::from_seed([3; 32]).public_key();
    clinic.submit(&admin, Command::RegisterToy { key, model: "TK-1".into(), label: "Toy 1".into() }).unwrap();
    let worker = Some(session(&clinic, "asha").user);
    clinic.submit(&admin, Command::AssignToy { toy: key.device_id(), worker }).unwrap();
    let plan = SessionPlan {
        on: to_day(today() + Days::new(2)),
        kind: SessionKind::Outreach,
        site: "Anganwadi 3".into(),
        villages: Vec::new(),
        worker: None,
    };
    clinic.submit(&admin, Command::PlanSession { session: SessionId(1), plan }).unwrap();
    let mut window = Window::at_desk(dir.path(), &clinic, "admin", Lang::En);
    let made = |window: &mut Window, choose: Option<&str>, file: &str| {
        papers(window);
        window.sees(NO_COMMAND);
        if let Some(name) = choose {
            window.click(name);
        }
        letter(window, Code::KeyS, "s");
        window.sees("The paper is saved: ");
        assert!(is_pdf(&dir.path().join("papers").join(file)), "{file} of {:?}", files(&dir.path().join("papers")));
    };
    made(&mut window, None, "defaulters-2026-11-20.pdf");
    window.alt(4);
    made(&mut window, Some("Device report, 1 Oct 2026 – 31 Oct 2026"), "devices-2026-11-20.pdf");
    papers(&mut window);
    window.click("Device report for a spreadsheet (CSV), 1 Nov 2026 – 30 Nov 2026");
    window.sees_no(NO_COMMAND);
    letter(&mut window, Code::KeyS, "s");
    window.sees("devices-2026-11-20.csv");
    let figures = fs::read_to_string(dir.path().join("papers/devices-2026-11-20.csv")).unwrap();
    assert!(figures.starts_with("toy,label,worker,doses,doubted,days_heard"), "{figures}");
    assert!(figures.contains(",Toy 1,Sunita Devi,0,0,"), "{figures}");
    window.alt(6);
    made(&mut window, None, "session-2026-11-20.pdf");
    window.alt(8);
    made(&mut window, None, "month-2026-11-20.pdf");
    made(&mut window, Some("Coverage report, 1 Nov 2026 – 30 Nov 2026"), "coverage-2026-11-20.pdf");
    made(&mut window, Some("Certificates issued, 1 Nov 2026 – 30 Nov 2026"), "certificates-2026-11-20.pdf");
    papers(&mut window);
    window.click("Figures for a spreadsheet (CSV), 1 Nov 2026 – 30 Nov 2026");
    window.sees_no(NO_COMMAND);
    letter(&mut window, Code::KeyS, "s");
    window.sees("figures-2026-11-20.csv");
    let figures = fs::read_to_string(dir.path().join("papers/figures-2026-11-20.csv")).unwrap();
    assert!(figures.starts_with("section,number,key,value,of,of_whom\nperiod,,2026-11-01/2026-11-30"), "{figures}");
    window.alt(1);
    open_child(&mut window);
    made(&mut window, Some("Child immunization report"), "child-2026-11-20.pdf");
    letter(&mut window, Code::KeyG, "g");
    // What is on the screen comes first.
    made(&mut window, None, "diet-2026-11-20.pdf");
    // Whoever goes to another page leaves the paper.
    window.unfocus();
    papers(&mut window);
    window.alt(2);
    window.sees_no(NO_COMMAND);
    window.sees("Aarti");
}

/// Whoever goes from house to house has each village by itself, also where its name was written in two scripts.
#[test]
fn the_late_are_printed_by_their_villages() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    // The older are less at risk.
    let children = [
        ("Aarti", "Khajuri", 200),
        ("Bhola", "Sonpur", 800),
        ("Chanda", "Belwa", 1_000),
        ("Deepa", "सोनपुर", 300),
        ("Esha", "Khajuri", 900),
        ("Falak", "Sonpur", 500),
        ("Gopal", "Belwa", 0),
    ];
    for (name, village, age) in children {
        let dob = today() - Days::new(age);
        register(&clinic, "asha", ChildForm { village: village.into(), ..form(name, dob) });
    }
    let admin = session(&clinic, "admin");
    let fonts = Fonts::load().unwrap();
    let setter = Typesetter::new(&fonts).unwrap();
    // Not beside the records; for eyes, where a directory is named.
    let out = tempfile::tempdir().unwrap();
    let keep = std::env::var_os("PAPER_PICTURES").map(std::path::PathBuf::from);
    let read = |name: &str, wanted: &Wanted, languages| {
        let file = keep.as_deref().unwrap_or(out.path()).join(format!("{name}.pdf"));
        save(&file, &make(&clinic, &admin, wanted, &setter, languages).unwrap()).unwrap();
        let done = std::process::Command::new("pdftotext").arg("-raw").arg(&file).arg("-").output().unwrap();
        assert!(done.status.success() && done.stderr.is_empty(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let in_this_order = |text: &str, wanted: &[&str]| {
        let mut from = 0;
        for words in wanted {
            let at = text[from..].find(words);
            from += at.unwrap_or_else(|| panic!("\"{words}\" does not stand after the one before it: {text}"));
        }
    };
    let all = Wanted::Defaulters { village: None, worker: None };
    let text = read("late-en", &all, Languages::En);
    let order = [
        "सोनपुर · 3 children",
        "Deepa",
        "Falak",
        "Bhola",
        "Khajuri · 2 children",
        "Aarti",
        "Esha",
        "Belwa · 1 child",
        "Chanda",
        "6 lines",
    ];
    in_this_order(&text, &order);
    let text = read("late-hi", &all, Languages::Hi);
    in_this_order(&text, &["सोनपुर · 3 बच्चे", "Deepa", "Bhola", "Khajuri · 2 बच्चे", "Belwa · 1 बच्चा"]);
    let text = read("late-one", &Wanted::Defaulters { village: Some("Sonpur".into()), worker: None }, Languages::Both);
    in_this_order(&text, &["सोनपुर · 3 children / सोनपुर · 3 बच्चे", "3 lines"]);
    assert!(!text.contains("Khajuri"), "{text}");
    // Who is due and not late has a paper of its own.
    let text = read("due-en", &Wanted::Due { village: None }, Languages::En);
    in_this_order(&text, &["Children with doses due", "Belwa · 1 child", "Gopal", "BCG", "1 line"]);
    assert!(!text.contains("Chanda"), "{text}");
}

/// Whoever leaves, or closes the program, would have no paper: it is asked, until the paper is there.
#[test]
fn leaving_a_paper_that_is_being_made_is_asked() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (clinic, _) = clinic(dir.path());
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        papers(&mut window);
        let made = window.held_back(|window| letter(window, Code::KeyS, "s"));
        window.alt(2);
        window.sees(&words.get("shell-leave-paper-about"));
        window.picture("papers-leave");
        window.click(&words.get("shell-leave-stay"));
        window.tell(Message::Close(iced::window::Id::unique()));
        window.sees(&words.get("close-about-paper"));
        assert!(!window.closed);
        window.click(&words.get("close-stay"));
        // It is done while it is asked: there is nothing to ask any more.
        window.alt(2);
        window.tell(Message::Close(iced::window::Id::unique()));
        window.answer(made);
        window.sees_no(&words.get("close-about-paper"));
        window.sees_no(&words.get("shell-leave-paper-about"));
        assert_eq!(files(&dir.path().join("papers")), ["defaulters-2026-11-20.pdf"]);
        window.tell(Message::Close(iced::window::Id::unique()));
        assert!(window.closed);
    }
}

/// A paper that takes long can be stopped: nothing of it is left.
#[test]
fn a_paper_that_is_being_made_can_be_stopped() {
    for lang in Lang::ALL {
        let dir = tempfile::tempdir().unwrap();
        let (clinic, _) = clinic(dir.path());
        let words = Words::new(lang);
        let mut window = Window::at_desk(dir.path(), &clinic, "asha", lang);
        window.tap(Named::Enter);
        papers(&mut window);
        window.meanwhile = Some(words.get("papers-stop"));
        window.press(Code::KeyS, "s", Modifiers::ALT);
        assert_eq!(window.meanwhile, None, "it was stopped while it was made");
        window.sees(&words.get("visit-give-title"));
        assert!(!dir.path().join("papers").exists());
        // Asked for again it is made.
        papers(&mut window);
        window.press(Code::KeyS, "s", Modifiers::ALT);
        assert_eq!(std::fs::read_dir(dir.path().join("papers")).unwrap().count(), 1);
    }
}

#[test]
fn a_paper_says_how_far_it_is_and_is_not_made_when_nobody_wants_it_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let clinic = founded(dir.path(), "uip");
    let admin = session(&clinic, "admin");
    let of = DUE_PAGE + 30;
    for n in 0..of {
        let (child, dob) = (clinic.env().new_child_id().unwrap(), today() - Days::new(130 + u64::from(n)));
        let form = ChildForm { mother: format!("Mata {n}"), phone: String::new(), ..form("Aarti", dob) };
        // Whoever looks the same is another child.
        let alike = clinic.probable_duplicates(&admin, &form).unwrap();
        let distinct_from = alike.into_iter().map(|line| line.child.id).collect();
        clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
    }
    assert_eq!(clinic.due_list(&admin, &DueFilter::default(), 0).unwrap().late, of);
    let fonts = Fonts::load().unwrap();
    // It is stopped where `last` is told; nowhere, when nothing is.
    let made = |last: Option<Step>| {
        let told = Rc::new(RefCell::new(Vec::new()));
        let hears = Rc::clone(&told);
        let setter = Typesetter::new(&fonts).unwrap().watched(move |step| {
            hears.borrow_mut().push(step);
            if Some(step) == last { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let wanted = Wanted::Defaulters { village: None, worker: None };
        let made = make(&clinic, &admin, &wanted, &setter, Languages::En);
        let told = told.borrow().clone();
        (made, told)
    };
    let (whole, told) = made(None);
    assert!(whole.unwrap().starts_with(b"%PDF"));
    let lines = [Step::Lines { done: DUE_PAGE, of }, Step::Lines { done: of, of }];
    assert_eq!(told[..3], [&lines[..], &[Step::Page(2)]].concat());
    for last in [lines[0], Step::Page(2)] {
        let (made, told) = made(Some(last));
        assert!(matches!(made, Err(NotMade::Paper(PaperError::Stopped))), "{last:?}");
        assert_eq!(told.last(), Some(&last), "nothing is done after it");
    }
}

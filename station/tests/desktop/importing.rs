//! An Admin brings the register of before, at the desk.

use crate::window::{Window, founded, later, plug_in, session, today};
use crate::{form, left_in_english, register};
use chrono::{Days, NaiveDate};
use clinic::Clinic;
use clinic::record::command::ChildForm;
use iced::Size;
use iced::keyboard::Modifiers;
use iced::keyboard::key::{Code, Named};
use station::words::{Lang, Words};
use std::fs;
use std::path::Path;

const CHILDREN: &str = "\
ref,name,dob,sex,mother,village,phone,shoe size
1,Aarav Yadav,21/09/2026,M,Meena Devi,Khajuri,9876543210,3
2,Zoya Khatun,03/02/2026,F,Shabnam Khatun,Belwa,9876500002,
3,Ravi Paswan,31/02/2026,M,Rita Devi,Belwa,9876500003,
4,Kavya Singh,10/10/2026,F,,Rampur,9876500004,
";
const DOSES: &str = "\
ref,product,date,proof
2,BCG,03/02/2026,card
3,BCG,03/02/2026,card
";

pub fn files(dir: &Path) -> (String, String) {
    let (children, doses) = (dir.join("children.csv"), dir.join("doses.csv"));
    fs::write(&children, CHILDREN).unwrap();
    fs::write(&doses, DOSES).unwrap();
    (children.display().to_string(), doses.display().to_string())
}

/// Opens the page, and names the files.
pub fn at_files(dir: &Path, clinic: &Clinic, lang: Lang, files: &(String, String)) -> Window {
    let words = Words::new(lang);
    let mut window = Window::at_desk(dir, clinic, "admin", lang);
    window.size = Size::new(1366.0, 1600.0);
    window.alt(0);
    window.click(&words.get("settings-import-open"));
    window.size = Size::new(1366.0, 768.0);
    if files.0.ends_with("/children.csv") {
        // Nobody types where it is: it lies on a stick.
        plug_in(dir, Path::new(&files.0).parent().unwrap());
        window.click(&words.get("plugged-look"));
        window.click("children.csv");
    } else {
        window.type_text(&files.0);
    }
    window.fill(&words.get("bring-doses"), &files.1);
    window
}

fn children(clinic: &Clinic) -> u32 {
    clinic.children(&session(clinic, "admin"), "", 0).unwrap().1
}

#[test]
fn files_are_tried_first_and_taken_with_what_the_admin_decided() {
    for lang in Lang::ALL {
        let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let clinic = founded(dir.path(), "uip");
        let here = register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
        let words = Words::new(lang);
        let says = |key: &str, n: u32| words.with(key, &[("n", n.into())]);
        let mut window = at_files(dir.path(), &clinic, lang, &files(stick.path()));
        window.picture(&format!("import-files-{lang}"));
        window.tap(Named::Enter);
        // Nothing is stored, and each line that is not taken says why.
        window.sees(&words.get("bring-tried"));
        window.sees(&says("bring-would-be-taken", 2));
        window.sees(&says("bring-alike", 1));
        window.sees(&says("bring-refused", 3));
        window.sees(&words.get("import-no-date"));
        window.sees("shoe size");
        assert_eq!(children(&clinic), 1);
        window.picture(&format!("import-tried-{lang}"));
        if lang == Lang::Hi {
            let known = ["Rekha Kumari", "Aarav Yadav", "shoe size", "dob", "mother"];
            let mut left = left_in_english(&mut window);
            left.retain(|text| !known.iter().any(|known| text.contains(known)));
            assert_eq!(left, [""; 0]);
        }
        // The first line looks like a child who is here. It is another one; no, it is the same.
        window.sees(&words.get("bring-in-the-file"));
        later(1_000);
        window.press(Code::KeyA, "a", Modifiers::empty());
        window.sees(&words.get("bring-state-other"));
        window.click(&words.get("bring-ask-again"));
        window.sees(&words.get("bring-state-alike"));
        window.tap(Named::Enter);
        window.sees(&words.get("bring-state-same"));
        // The report stands beside the files, with the answer in it.
        window.press(Code::KeyR, "r", Modifiers::empty());
        let report = fs::read_dir(stick.path()).unwrap().map(|entry| entry.unwrap().path());
        let report = report.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("report-"));
        let report = fs::read_to_string(report.last().unwrap()).unwrap();
        assert!(report.contains(&format!("looks-like,{here}")) && report.contains(",same\n"), "{report}");
        window.press(Code::KeyT, "t", Modifiers::empty());
        window.sees(&words.get("bring-taken"));
        window.sees(&says("bring-were-taken", 2));
        window.sees(&says("bring-known", 1));
        window.sees(&says("bring-refused", 3));
        window.picture(&format!("import-taken-{lang}"));
        assert_eq!(children(&clinic), 2);
        // A second time nothing is new: what was taken is known, and so is what was decided.
        let mut window = at_files(dir.path(), &clinic, lang, &files(stick.path()));
        window.tap(Named::Enter);
        window.sees(&says("bring-known", 3));
        assert_eq!(children(&clinic), 2);
    }
}

#[test]
fn a_key_that_bounces_answers_for_no_line_that_nobody_saw() {
    let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clinic = founded(dir.path(), "uip");
    register(&clinic, "asha", form("Aarav Yadav", today() - Days::new(60)));
    let zoya = form("Zoya Khatun", NaiveDate::from_ymd_opt(2026, 2, 3).unwrap());
    register(&clinic, "asha", ChildForm { mother: "Shabnam Khatun".into(), village: "Belwa".into(), ..zoya });
    let mut window = at_files(dir.path(), &clinic, Lang::En, &files(stick.path()));
    window.tap(Named::Enter);
    window.sees("2 like a registered child");
    let same = Words::new(Lang::En).get("bring-state-same");
    let answered = |window: &mut Window| window.texts().iter().filter(|text| **text == same).count();
    window.tap(Named::Enter);
    window.bounce(Named::Enter);
    assert_eq!(answered(&mut window), 1);
    window.tap(Named::Enter);
    assert!(answered(&mut window) > 1);
}

#[test]
fn an_import_that_is_stopped_keeps_what_is_done_and_can_go_on() {
    let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clinic = founded(dir.path(), "uip");
    let lines = 1_000;
    let line = |n: u32| format!("{n},{}/0{}/2026,{},Village {}\n", 1 + n % 28, 1 + n % 9, sounds(n), n % 40);
    let all = (1..=lines).map(line).collect::<String>();
    let (children_file, none) = (stick.path().join("children.csv"), String::new());
    fs::write(&children_file, format!("ref,dob,mother,village\n{all}")).unwrap();
    let files = (children_file.display().to_string(), none);
    let mut window = at_files(dir.path(), &clinic, Lang::En, &files);
    window.meanwhile = Some("Stop".into());
    window.tap(Named::Enter);
    window.sees("Try all of them before you take them in.");
    assert_eq!(children(&clinic), 0);
    window.press(Code::KeyT, "t", Modifiers::empty());
    window.sees("Try all of them before you take them in.");
    window.tap(Named::Escape);
    window.tap(Named::Enter);
    window.sees("1,000 would be taken");
    window.meanwhile = Some("Stop".into());
    window.press(Code::KeyT, "t", Modifiers::empty());
    window.sees("Bring the same files again for the rest.");
    let done = children(&clinic);
    assert!((1..lines).contains(&done), "{done}");
    window.tap(Named::Escape);
    window.tap(Named::Enter);
    window.press(Code::KeyT, "t", Modifiers::empty());
    window.sees(&format!("{done} here already"));
    assert_eq!(children(&clinic), lines);
}

/// Five syllables that sound like nobody else's.
fn sounds(n: u32) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "chu", "di", "fo", "ga", "hi", "ju", "ko", "la", "mi", "nu", "po", "ra", "si", "tu", "yo"];
    let mixed = u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    (0..5).map(|at| SYLLABLES[(mixed >> (4 * at)) as usize % SYLLABLES.len()]).collect()
}

#[test]
fn what_is_no_such_file_is_refused_in_words() {
    let (dir, stick) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clinic = founded(dir.path(), "uip");
    let mut files = files(stick.path());
    files.0 = stick.path().join("nothing.csv").display().to_string();
    let mut window = at_files(dir.path(), &clinic, Lang::En, &files);
    window.tap(Named::Enter);
    window.sees("The file of children cannot be read.");
    fs::write(&files.0, "name,dob\nAarav,21/09/2026\n").unwrap();
    window.tap(Named::Enter);
    window.sees("The column \"mother\" is missing.");
    // A worker has no such page.
    let mut window = Window::at_desk(dir.path(), &clinic, "asha", Lang::En);
    window.size = Size::new(1366.0, 1600.0);
    window.alt(0);
    window.sees_no("Bring files");
}

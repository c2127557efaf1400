//! A clinic in which something is tangled, for the pages that are empty on a good day. All of it is the same at each run.

use crate::form;
use crate::goldens::{Walk, busy, child};
use crate::window::{NOON_MS, password, session, today};
use clinic::Clinic;
use clinic::date::to_day;
use clinic::record::Role;
use clinic::record::command::{ChildForm, Command, NewUser};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord};
use hub_protocol::{ChildId, Identity};
use iced::keyboard::key::{Code, Named};
use std::path::Path;

/// Above those of the busy clinic.
const ONE: u64 = 31;
const OTHER: u64 = 32;

/// Two records of one child, doses that nobody believes, and somebody who finds families.
pub fn tangled(clinic: &Clinic) {
    busy(clinic);
    let (admin, asha) = (session(clinic, "admin"), session(clinic, "asha"));
    let (one, born) = child(clinic, ONE, "Pooja Kumari", 60, "Khajuri");
    let (other, _) = child(clinic, OTHER, "Zoya", 400, "Khajuri");
    // It turns out who the second one is.
    let same = ChildForm { village: "खजुरी".into(), ..form("पूजा", born) };
    let edit = Command::EditChild { child: other, form: same, reason: "Asked the family".into() };
    clinic.submit(&asha, edit).unwrap();
    let toy = Identity::from_seed([1; 32]);
    for (seq, child, offset_ms) in [(1, one, 86_400_000), (2, ChildId(77), 0)] {
        let dose = Dose { child, product: "PENTA".into(), on: to_day(today()), batch: Some("P24-118".into()) };
        let (epoch, worker, at_ms, fact) = (1, asha.user, NOON_MS, ToyFact::Dose(dose));
        let record = Record { toy: toy.device_id(), epoch, seq, worker, at_ms, fact };
        clinic.take_toy_records(&toy.public_key(), vec![SignedRecord::sign(&record, &toy)], offset_ms).unwrap();
    }
    let helper = NewUser { login: "tara7".into(), name: "Tara Devi".into(), role: Role::Tracker };
    clinic.register_user(&admin, &helper, &password("tara7")).unwrap();
    // Somebody looked at another's child, and a login was tried.
    clinic.child(&admin, one).unwrap();
    let _wrong = clinic.login("asha", "not her password");
}

/// What an Admin puts in order.
pub fn in_order(walk: &mut Walk, files: &Path) {
    walk.click("today-settle", "admin-conflicts");
    walk.window.tap(Named::Enter);
    walk.look("admin-conflict-answer");
    walk.escape();
    walk.window.alt(2);
    walk.click("children-duplicates", "admin-pairs");
    walk.letter(Code::KeyT, "admin-pairs-two");
    walk.escape();
    walk.letter(Code::KeyM, "admin-merge");
    walk.window.alt(0);
    // The merging that was begun is left.
    walk.window.ctrl(Code::KeyD, "d");
    walk.click("settings-audit-open", "admin-audit");
    walk.window.alt(0);
    walk.click("settings-import-open", "admin-import");
    walk.fill("bring-children", &files.display().to_string());
    walk.window.tap(Named::Enter);
    walk.look("admin-import-tried");
}

/// Who finds families sees the house, and little else.
pub fn finder(walk: &mut Walk) {
    walk.look("find");
}

/// Who looks at the figures of the clinic.
pub fn supervisor(clinic: &Clinic) {
    let new = NewUser { login: "lata".into(), name: "Lata Singh".into(), role: Role::Supervisor };
    clinic.register_user(&session(clinic, "admin"), &new, &password("lata")).unwrap();
}

/// What was written on paper.
pub fn sheet(walk: &mut Walk) {
    walk.window.alt(6);
    walk.letter(Code::KeyE, "sheet");
    walk.fill("field-date", "13/11/2026");
    walk.window.ctrl(Code::KeyS, "s");
    walk.window.type_text("imran");
    walk.window.tap(Named::Enter);
    walk.look("sheet-child");
}

/// Before there is a clinic.
pub fn restore(walk: &mut Walk) {
    walk.letter(Code::KeyR, "first-run-restore");
}

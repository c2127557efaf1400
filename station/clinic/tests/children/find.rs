//! A child is found.

use crate::common::{self, desk, today};
use crate::{all_is_well, card, do_it, filtered, form, found, gone, merge, registered};
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::{CardStop, Gone};
use clinic::store::{ChildFilter, Keys, Problem, Rebuilt, Secret, Whose};
use hub_protocol::ChildId;

#[test]
fn a_child_is_found_by_any_of_its_words_in_either_script() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let meena = ChildForm {
        father: "रामेश्वर यादव".into(),
        phone: "98765 43210".into(),
        village: "खजुरी".into(),
        landmark: "near the old well".into(),
        abha: "91-2345-6789-0124".into(),
        rch: "BR/12-777".into(),
        uwin: "U55".into(),
        ..form("मीना कुमारी", 100, "Sunita Devi")
    };
    let meena = registered(&d, meena);
    registered(&d, form("Imran Ansari", 200, "Fatima Khatun"));
    let id = meena.to_string();
    let card = card(&d, 4, meena);
    let typed = [
        "m",
        "meena",
        "Mina",
        "मीन",
        "meena kum",
        "kumari mee",
        "sunita",
        "सुनीता",
        "rameshwar",
        "khajuri",
        "khaj mee",
        "well",
        "98765",
        "9876543210",
        "+91 98765 43210",
        "४३२१०",
        "9123 4567 8901 24",
        "BR/12-777",
        "u55",
        &id,
        &id.to_lowercase(),
        &id.replace('-', " "),
        &id.replace('-', ""),
        &id[..4],
        &card.to_string(),
    ];
    for typed in typed {
        assert_eq!(found(&d, typed), ["मीना कुमारी"], "{typed}");
    }
    for typed in ["meenaz", "meena ansari", "khajuri imran", "54321", "0", "meena\" OR \"imran", "meena NOT imran"] {
        assert!(!found(&d, typed).contains(&"मीना कुमारी".to_owned()), "{typed}");
    }
    // Nothing typed: all, by name; what is no word is nothing typed.
    for typed in ["", "  ", "…", "%", "_", "\"*", "\\"] {
        assert_eq!(found(&d, typed), ["Imran Ansari", "मीना कुमारी"], "{typed}");
    }
    // An edit is found by the new words and no more by the old ones.
    let edited = ChildForm { name: "Rani Kumari".into(), ..form("", 100, "Sunita Devi") };
    do_it(&d, Command::EditChild { child: meena, form: edited, reason: String::new() }).unwrap();
    assert!(found(&d, "meena").is_empty() && found(&d, "98765").is_empty() && found(&d, "khajuri").is_empty());
    assert_eq!(found(&d, "rani"), ["Rani Kumari"]);
    all_is_well(&d);
}

/// A child's own number is drawn at random: one letter of a name must not find whoever happens to have it there.
#[test]
fn a_letter_or_two_find_names_and_no_random_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let many: Vec<ChildId> = (0..40).map(|n| registered(&d, form("Lila", 20 + 30 * n, "Lila"))).collect();
    for id in many.iter().map(ToString::to_string) {
        // A letter may begin a word of the form as well; a figure begins none.
        for typed in [&id[..1], &id[..2]].into_iter().filter(|typed| typed.starts_with(|c: char| c.is_ascii_digit())) {
            assert_eq!(found(&d, typed), Vec::<String>::new(), "{typed}");
            assert_eq!(filtered(&d, typed, &ChildFilter { without_card: true, ..ChildFilter::default() }), [""; 0]);
        }
        assert_eq!(found(&d, &id.replace('-', "")[..7]).len(), 1);
        // However little of it is heard: VJHJ sounds like two letters.
        assert!(found(&d, &id[..4]).contains(&"Lila".to_owned()), "{id}");
        assert_eq!(found(&d, &id.replace('-', " ")).len(), 1);
    }
}

#[test]
fn letters_that_no_name_begins_with_find_nobody_by_their_sound() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (n, name) in ["Jyoti", "Jaya", "Zzzoe", "Sss Asha"].into_iter().enumerate() {
        registered(&d, form(name, 60 + 300 * n as u64, "Kamla"));
    }
    for typed in ["zzzz", "jzjz", "ssss", "aaaa", "jyoti zzzz"] {
        assert_eq!(found(&d, typed), [""; 0], "{typed}");
        let hers = ChildFilter { whose: Whose::Of(d.asha.user), ..ChildFilter::default() };
        assert_eq!(filtered(&d, typed, &hers), [""; 0], "{typed}");
    }
    // Whoever is written so is found so; a name that is only begun is none of these.
    assert_eq!(found(&d, "zzz"), ["Zzzoe"]);
    assert_eq!(found(&d, "sss"), ["Sss Asha"]);
    assert_eq!(found(&d, "zy"), ["Jyoti"]);
}

#[test]
fn the_best_match_stands_first_and_a_search_ends_somewhere() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    registered(&d, form("Sita Yadav", 300, "Meena Devi"));
    registered(&d, form("Anita Meena", 600, "Rukhsana"));
    registered(&d, form("मीना", 900, "Kamla"));
    registered(&d, form("Meena Bai", 1_200, "Geeta"));
    assert_eq!(found(&d, "meena"), ["मीना", "Meena Bai", "Anita Meena", "Sita Yadav"]);
    assert_eq!(found(&d, "meena b"), ["Meena Bai"]);
    for n in 0..520 {
        let mother = format!("Zora {}", ["Kamla", "Bimla", "Usha"][n % 3]);
        registered(&d, form(&format!("Z{n}"), 20 + 9 * (n as u64), &mother));
    }
    let whole = d.clinic.find_children(&d.admin, "", &ChildFilter::default(), 500).unwrap();
    assert_eq!((whole.lines.len(), whole.total, whole.more), (24, 524, false));
    let zora = d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 0).unwrap();
    assert_eq!((zora.lines.len(), zora.total, zora.more), (100, 200, true));
    let last = d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 150).unwrap();
    assert_eq!((last.lines.len(), last.total, last.more), (50, 200, true));
    assert_eq!(d.clinic.find_children(&d.admin, "zora", &ChildFilter::default(), 200).unwrap().lines, []);
    // Each page goes on where the one before ended.
    let all: Vec<ChildId> =
        (0..6).flat_map(|page| d.clinic.children(&d.admin, "", page * 100).unwrap().0).map(|child| child.id).collect();
    let mut once = all.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((all.len(), once.len()), (524, 524));
}

#[test]
fn filters_narrow_the_list_and_the_search() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = |name: &str, days, mother: &str, village: &str, worker| {
        let form = ChildForm { village: village.into(), ..form(name, days, mother) };
        d.register(&d.admin, form, worker).unwrap()
    };
    let asha = Some(d.asha.user);
    let aarav = child("Aarav", 30, "Geeta", "Khajuri", asha);
    let bina = child("Bina", 400, "Kamla", "खजुरी", None);
    let chand = child("Chand", 800, "Usha", "Belwa", asha);
    let dolly = child("Dolly", 2_000, "Fatima", "Belwa", None);
    card(&d, 4, aarav);
    let with_card = card(&d, 5, dolly);
    let none = ChildFilter::default;
    let of = |whose| ChildFilter { whose, ..none() };
    assert_eq!(filtered(&d, "", &of(Whose::Of(d.asha.user))), ["Aarav", "Chand"]);
    assert_eq!(filtered(&d, "ch", &of(Whose::Of(d.asha.user))), ["Chand"]);
    assert_eq!(filtered(&d, "bin", &of(Whose::Of(d.asha.user))), [""; 0]);
    assert_eq!(filtered(&d, "", &of(Whose::Nobodys)), ["Bina", "Dolly"]);
    assert_eq!(filtered(&d, "d", &of(Whose::Nobodys)), ["Dolly"]);
    let village = |name: &str| ChildFilter { village: Some(name.into()), ..none() };
    assert_eq!(filtered(&d, "", &village("KHAJURI")), ["Aarav", "Bina"]);
    assert_eq!(filtered(&d, "bin", &village("खजुरी")), ["Bina"]);
    assert_eq!(filtered(&d, "chand", &village("खजुरी")), [""; 0]);
    assert_eq!(filtered(&d, "", &ChildFilter { without_card: true, ..none() }), ["Bina", "Chand"]);
    assert_eq!(filtered(&d, "chand", &ChildFilter { without_card: true, ..none() }), ["Chand"]);
    let age = |from, to| ChildFilter { age_months: Some((from, to)), ..none() };
    assert_eq!(filtered(&d, "", &age(0, 12)), ["Aarav"]);
    assert_eq!(filtered(&d, "", &age(12, 24)), ["Bina"]);
    assert_eq!(filtered(&d, "", &age(24, 60)), ["Chand"]);
    assert_eq!(filtered(&d, "", &age(60, 228)), ["Dolly"]);
    assert_eq!(filtered(&d, "dol", &age(24, 60)), [""; 0]);
    // Who is gone stands in a list of its own, and is found and marked.
    do_it(&d, gone(dolly, Gone::MovedAway, today())).unwrap();
    do_it(&d, Command::StopCard { card: with_card, why: CardStop::Lost }).unwrap();
    assert_eq!(filtered(&d, "", &none()), ["Aarav", "Bina", "Chand"]);
    assert_eq!(filtered(&d, "", &of(Whose::Nobodys)), ["Bina"]);
    assert_eq!(filtered(&d, "", &ChildFilter { gone: true, ..none() }), ["Dolly"]);
    assert_eq!(filtered(&d, "dolly", &ChildFilter { gone: true, ..none() }), ["Dolly"]);
    assert_eq!(filtered(&d, "aarav", &ChildFilter { gone: true, ..none() }), [""; 0]);
    let (lines, _) = d.clinic.children(&d.asha, "dolly", 0).unwrap();
    assert_eq!(lines[0].gone, Some(Gone::MovedAway));
    // A part is found by its own words, and is the child of whom it became a part.
    do_it(&d, merge(bina, chand)).unwrap();
    assert_eq!(filtered(&d, "bina", &none()), ["Chand"]);
    assert_eq!(filtered(&d, "bina", &of(Whose::Of(d.asha.user))), ["Chand"]);
    assert_eq!(filtered(&d, "", &none()), ["Aarav", "Chand"]);
    let villages = d.clinic.villages(&d.admin).unwrap();
    assert!(villages.len() == 2 && villages[0] == "Belwa" && ["Khajuri", "खजुरी"].contains(&villages[1].as_str()));
    all_is_well(&d);
}

#[test]
fn an_index_that_misses_a_child_is_noticed_and_built_again() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for (n, name) in ["Asha", "Bela", "Chhaya"].into_iter().enumerate() {
        registered(&d, form(name, 60 + 300 * n as u64, "Geeta"));
    }
    all_is_well(&d);
    // With the key, behind the program's back.
    let secret = Secret::Password { login: "asha", password: &common::password("asha") };
    let key = Keys::read(dir.path()).unwrap().open(&secret, &common::env()).unwrap().unwrap();
    let conn = rusqlite::Connection::open(dir.path().join("ledger.db")).unwrap();
    let hex: String = key.iter().map(|b| format!("{b:02x}")).collect();
    conn.pragma_update(None, "key", format!("x'{hex}'")).unwrap();
    let sql = "INSERT INTO child_word(child_word, rowid, search)
               SELECT 'delete', id, search FROM child WHERE name = 'Bela'";
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
    assert!(!found(&d, "geeta").contains(&"Bela".to_owned()));
    let problems = d.clinic.verify(&d.admin).unwrap().problems;
    assert!(matches!(problems[..], [Problem::RowsDiffer { table: "child_word", more: 3.. }]), "{problems:?}");
    assert_eq!(d.clinic.rebuild(&d.admin, |_| ()).unwrap(), Rebuilt::Done { events: d.clinic.sync().unwrap().events });
    assert_eq!(found(&d, "geeta"), ["Asha", "Bela", "Chhaya"]);
    all_is_well(&d);
}

//! Certificates.

use super::*;
use clinic::health_card::{CardError, IssuerKey, KeySet, verify};
use clinic::record::command::NewUser;
use clinic::record::role::Role;
use clinic::store::{CertificateFilter, CertificateLine, Problem};

fn found(d: &Desk, by: &clinic::Session, typed: &str) -> Vec<CertificateLine> {
    let filter = CertificateFilter { typed: typed.into(), period: None };
    let (lines, total) = d.clinic.certificates(by, &filter, 0).unwrap();
    assert_eq!(lines.len(), total as usize);
    lines
}

#[test]
fn a_certificate_says_which_issue_it_is_and_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    let other = d.register(&d.admin, form("Raju", ago(50)), None).unwrap();
    d.give(child, "BCG", ago(100)).unwrap();
    let first = d.clinic.issue_certificate(&d.asha, child).unwrap();
    assert_eq!((first.issue, first.first_on, first.no.number), (1, today(), 1));
    assert_eq!(first.page.milestones.as_ref().unwrap().fully.missing.len(), 7);
    let others = d.clinic.issue_certificate(&d.admin, other).unwrap();
    let second = d.clinic.issue_certificate(&d.asha, child).unwrap();
    assert_eq!((second.issue, second.no.number, others.issue), (2, 3, 1));
    assert_eq!(d.page(child).certificates.iter().map(|l| l.issue).collect::<Vec<_>>(), [2, 1]);
    // By number, with and without its symbols, by name and by the child's number.
    assert_eq!(found(&d, &d.admin, "3")[0].no, second.no);
    assert_eq!(found(&d, &d.admin, &second.no.to_string().to_lowercase())[0].issue, 2);
    assert_eq!(found(&d, &d.admin, "3-00000"), []);
    assert_eq!(found(&d, &d.admin, "gud").len(), 2);
    assert_eq!(found(&d, &d.admin, &other.to_string())[0].no, others.no);
    assert_eq!(found(&d, &d.admin, "nobody"), []);
    assert_eq!(found(&d, &d.admin, "").len(), 3);
    // A worker sees those of her children and her own.
    assert_eq!(found(&d, &d.asha, "").len(), 2);
    let dated = CertificateFilter { typed: String::new(), period: Some(ago(9)..=ago(1)) };
    assert_eq!(d.clinic.certificates(&d.admin, &dated, 0).unwrap().1, 0);
    let dated = CertificateFilter { typed: String::new(), period: Some(ago(9)..=today()) };
    assert_eq!(d.clinic.certificates(&d.admin, &dated, 0).unwrap().1, 3);
    let new = NewUser { login: "sup".into(), name: "Sup".into(), role: Role::Supervisor };
    d.clinic.register_user(&d.admin, &new, "horse staple 44").unwrap();
    let supervisor = d.clinic.login("sup", "horse staple 44").unwrap();
    let asked = d.clinic.certificates(&supervisor, &CertificateFilter::default(), 0);
    assert!(matches!(refusal(asked), clinic::record::refusal::Refusal::NotAllowed(_)));
    // Those of two records that are one child are one row of issues.
    let merge = Command::MergeChildren { child: other, into: child, reason: "one child".into() };
    d.clinic.submit(&d.admin, merge).unwrap();
    assert_eq!(d.page(child).certificates.iter().map(|l| l.issue).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(found(&d, &d.asha, "2")[0].issue, 2);
    d.sound();
}

#[test]
fn a_certificate_is_found_among_more_children_of_one_name_than_a_search_gives() {
    const SOUNDS: [&str; 8] = ["ba", "di", "go", "hu", "ka", "lo", "mi", "nu"];
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    for n in 0..205 {
        let name = format!("{}{}{} Kumari", SOUNDS[n / 64], SOUNDS[n / 8 % 8], SOUNDS[n % 8]);
        d.register(&d.admin, form(&name, ago(50)), None).unwrap();
    }
    let last = d.register(&d.admin, form("Yashoda Kumari", ago(40)), None).unwrap();
    d.clinic.issue_certificate(&d.admin, last).unwrap();
    for typed in ["kumari", "yash kum", "कुमारी", &last.to_string()] {
        let lines = found(&d, &d.admin, typed);
        assert_eq!(lines.iter().map(|line| line.child.id).collect::<Vec<_>>(), [last], "{typed}");
    }
    // Nobody sounds like this, and a worker finds her own alone.
    assert_eq!(found(&d, &d.admin, "zzzz"), []);
    assert_eq!(found(&d, &d.asha, "kumari"), []);
}

#[test]
fn a_number_is_never_printed_twice_not_even_after_a_restore() {
    let dir = tempfile::tempdir().unwrap();
    let (here, again) = (dir.path().join("here"), dir.path().join("again"));
    let founding = common::founding();
    let clinic = clinic::store::found(&here, &founding, common::env()).unwrap();
    let login = |name: &str| clinic.login(name, &common::password(name)).unwrap();
    let d = Desk { root: login("root1"), admin: login("admin"), asha: login("asha"), clinic: clinic.clone() };
    let child = d.child_of(100);
    let first = d.clinic.issue_certificate(&d.asha, child).unwrap().no;
    let backup = dir.path().join("stick.tikka");
    d.clinic.backup(&d.admin, &backup, &mut |_| {}).unwrap();
    let lost = d.clinic.issue_certificate(&d.asha, child).unwrap().no;
    drop((d, clinic));
    let new = "another horse 7";
    clinic::store::restore(&backup, &again, &founding.recovery, "admin", new, &common::env(), &mut |_| {}).unwrap();
    let (clinic, admin) = clinic::Clinic::unlock(&again, "admin", new, common::env()).unwrap();
    let after = clinic.issue_certificate(&admin, child).unwrap();
    assert_eq!((after.no.number, lost.number, after.issue), (2, 2, 2));
    let printed = [first, lost, after.no].map(|no| no.to_string());
    assert!(printed[0] != printed[1] && printed[1] != printed[2], "{printed:?}");
    // The one that was lost with the old disk is not known here, and is not taken for the new one.
    let filter = |typed: &str| CertificateFilter { typed: typed.into(), period: None };
    assert_eq!(clinic.certificates(&admin, &filter(&printed[1]), 0).unwrap().1, 0);
    assert_eq!(clinic.certificates(&admin, &filter(&printed[2]), 0).unwrap().1, 1);
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

#[test]
fn a_certificate_is_signed_by_the_clinic_and_checked_without_it() {
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let child = d.child_of(100);
    d.give(child, "BCG", ago(100)).unwrap();
    d.give(child, "OPV", ago(100)).unwrap();
    d.give(child, "PENTA", ago(58)).unwrap();
    d.give_with(child, told("VitA", ago(1), None), Some("given in a camp"), GivenAt::Here(None)).unwrap();
    d.give_with(child, told("HepB", ago(100), None), None, GivenAt::Outside("birth card".into())).unwrap();
    let data = d.clinic.issue_certificate(&d.asha, child).unwrap();
    assert_eq!(data.cards.len(), 1);
    let keys = KeySet::read(data.key_set.as_bytes()).unwrap();
    let now_s = common::NOON_MS / 1000;
    let card = verify(&data.cards[0].jws, &keys, now_s).unwrap();
    assert_eq!((card.name, card.born), (data.page.child.name.clone(), ago(100).to_string()));
    let told: Vec<(String, String, bool)> = card.doses.into_iter().map(|d| (d.cvx, d.on, d.outside)).collect();
    let on = |days| ago(days).to_string();
    // A combined vaccine is one injection, and what was copied is not vouched for.
    assert_eq!(
        told,
        [
            ("19".into(), on(100), false),
            ("178".into(), on(100), false),
            ("08".into(), on(100), true),
            ("198".into(), on(58), false),
        ]
    );
    // What is trusted on this computer is the key of this clinic, the same at the next certificate.
    let file = dir.path().join(clinic::store::KEY_SET_FILE);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), data.key_set);
    // Put in its place whole: who still reads the one before is not given half of each.
    std::fs::write(&file, "the key set of another day").unwrap();
    let before = std::fs::File::open(&file).unwrap();
    let again = d.clinic.issue_certificate(&d.admin, child).unwrap();
    assert_eq!(again.key_set, data.key_set);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), data.key_set);
    assert_eq!(std::io::read_to_string(before).unwrap(), "the key set of another day");
    assert!(verify(&again.cards[0].jws, &keys, now_s).is_ok());
    let stranger = KeySet::read(IssuerKey::of(&[1; 32]).key_set().as_bytes()).unwrap();
    // A key that somebody put beside the clinic's is found, and gone at the next issue.
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
    let (own, other): (serde_json::Value, serde_json::Value) = (
        serde_json::from_str(&data.key_set).unwrap(),
        serde_json::from_str(&IssuerKey::of(&[1; 32]).key_set()).unwrap(),
    );
    let both = serde_json::json!({"keys": [own["keys"][0], other["keys"][0]]});
    std::fs::write(&file, both.to_string()).unwrap();
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, [Problem::KeySetDiffers]);
    assert_eq!(d.clinic.issue_certificate(&d.admin, child).unwrap().key_set, data.key_set);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), data.key_set);
    assert_eq!(d.clinic.verify(&d.admin).unwrap().problems, []);
    let refused = verify(&data.cards[0].jws, &stranger, now_s);
    assert!(matches!(refused, Err(CardError::UnknownKey { .. })), "{refused:?}");
}

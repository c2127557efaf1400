//! Old copies and second copies: of the station's folder, put back or used on another computer, and of the district's
//! own database. Nothing is lost and nothing is there twice, whoever goes on from where.
#![allow(clippy::unwrap_used)]

mod stores;
mod world;

use clinic::Clinic;
use clinic::date::{india, to_day};
use clinic::ledger::{Actor, Chain, HlcClock, pack};
use clinic::record::Fact;
use clinic::record::command::{ChildForm, Command, GivenAt};
use clinic::record::fact::{LogReopened, Sex};
use clinic::replica::{Asker, Failed, Fault, Job, Logs, content, perform};
use clinic::store::Takeover;
use district::archive::identities::NoteKind;
use district::archive::{Archive, ArchiveError, SqliteArchive, Written};
use district::enrolment::{Asking, EnrolmentError, admit, make_link};
use district::identity::{make_takeover_link, readmit, take_over};
use hub_protocol::replica::{
    Ask, Batch, Enrol, Head, LOGS_PER_KEY_MAX, Refusal, TakeOver, VERSION, enrol_proof, takeover_words,
};
use hub_protocol::{ChildId, OriginId};
use std::path::Path;
use std::sync::Arc;
use stores::Store;
use world::{NOW_MS, PASSWORD, World, env, verified, write};

against_each_store!(
    an_old_copy_of_the_folder_that_wrote_on_heals,
    a_line_that_breaks_at_any_place_changes_nothing,
    one_dose_that_both_branches_tell_of_is_one_dose,
    two_computers_with_one_identity_both_go_on,
    a_station_that_the_district_forgot_is_taken_in_by_its_certificate,
    a_new_computer_takes_the_place_of_a_dead_one,
    who_was_shut_out_is_looked_at_by_a_person_before_its_place_is_given_away,
    a_station_that_disowns_its_districts_log_again_and_again_gets_so_far,
    what_a_station_says_that_it_writes_is_noted_for_a_few_logs,
    the_districts_log_for_one_station_is_nobodys_for_another,
);

fn notes(names: &[&str]) -> impl Iterator<Item = String> {
    names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().into_iter()
}

fn told(clinic: &Clinic) -> usize {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    clinic.conflicts(&admin).unwrap().iter().filter(|conflict| conflict.kind == "log-reopened").count()
}

fn is_reopened(faults: &[Fault]) -> bool {
    faults.iter().all(|fault| matches!(fault, Fault::Reopened { .. })) && !faults.is_empty()
}

fn an_old_copy_of_the_folder_that_wrote_on_heals<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, notes(&["before 1", "before 2"]));
    assert!(world.talk(&clinic).is_empty());
    world.copy("clinic", "copy");
    write(&clinic, notes(&["after 1", "after 2", "after 3"]));
    assert!(world.talk(&clinic).is_empty());
    let closed = clinic.origin();
    drop(clinic);

    let clinic = world.open("copy");
    write(&clinic, notes(&["only here 1", "only here 2"]));
    // The same once more, for later: it does not know yet what becomes of its records.
    world.copy("copy", "copy again");
    assert!(is_reopened(&world.talk_out(&clinic)));
    let all = ["after 1", "after 2", "after 3", "before 1", "before 2", "only here 1", "only here 2"];
    assert_eq!(world.notes(&clinic), all);
    assert_eq!(told(&clinic), 1);
    assert_ne!(clinic.origin(), closed);
    verified(&clinic);
    world.equal(&clinic);
    write(&clinic, notes(&["and on"]));
    assert!(world.talk(&clinic).is_empty());
    drop(clinic);

    // It comes to the same log with the same records, and none is there twice.
    let clinic = world.open("copy again");
    assert!(is_reopened(&world.talk_out(&clinic)));
    assert_eq!(world.notes(&clinic), [&["after 1", "after 2", "after 3", "and on"], &all[3..]].concat());
    verified(&clinic);
    world.equal(&clinic);
}

fn a_line_that_breaks_at_any_place_changes_nothing<S: Store>() {
    for messages in 1..14 {
        let (world, clinic) = World::<S>::new();
        write(&clinic, notes(&["before"]));
        assert!(world.talk(&clinic).is_empty());
        world.copy("clinic", "copy");
        write(&clinic, notes(&["after"]));
        assert!(world.talk(&clinic).is_empty());
        drop(clinic);
        let clinic = world.open("copy");
        write(&clinic, notes(&["only here"]));
        for _ in 0..4 {
            world.talk_until(&clinic, messages);
            verified(&clinic);
            assert!(world.notes(&clinic).contains(&"only here".to_owned()), "after {messages} messages");
        }
        world.talk_out(&clinic);
        assert_eq!(world.notes(&clinic), ["after", "before", "only here"]);
        world.equal(&clinic);
    }
}

fn child(clinic: &Clinic) -> ChildId {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let child = clinic.env().new_child_id().unwrap();
    let form = ChildForm {
        name: "Anjali".into(),
        dob: hub_protocol::Day(to_day(india(NOW_MS)).0 - 100),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: "Rampur".into(),
        ..ChildForm::default()
    };
    clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from: vec![] }).unwrap();
    child
}

fn dose(clinic: &Clinic, child: ChildId) {
    let worker = clinic.login("asha", PASSWORD).unwrap();
    let on = to_day(india(NOW_MS));
    let (product, batch) = ("BCG".to_owned(), Some("B 17".to_owned()));
    let command = Command::RecordDose { child, product, on, batch, reason: None, at: GivenAt::Here(None) };
    clinic.submit(&worker, command).unwrap();
}

fn one_dose_that_both_branches_tell_of_is_one_dose<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let child = child(&clinic);
    assert!(world.talk(&clinic).is_empty());
    world.copy("clinic", "copy");
    dose(&clinic, child);
    assert!(world.talk(&clinic).is_empty());
    drop(clinic);
    let clinic = world.open("copy");
    dose(&clinic, child);
    assert!(is_reopened(&world.talk_out(&clinic)));
    let admin = clinic.login("admin", PASSWORD).unwrap();
    assert_eq!(clinic.child(&admin, child).unwrap().doses.len(), 1);
    verified(&clinic);
    world.equal(&clinic);
}

fn two_computers_with_one_identity_both_go_on<S: Store>() {
    let (world, one) = World::<S>::new();
    write(&one, notes(&["before"]));
    assert!(world.talk(&one).is_empty());
    world.copy("clinic", "second");
    let two = world.open("second");
    let key = one.identity().public_key();
    let station = world.archive.station_by_key(&key).unwrap().unwrap().no;
    let speak = |clinic: &Clinic| {
        world.archive.spoke(station, clinic.origin(), NOW_MS).unwrap();
        world.talk_out(clinic)
    };
    let mut all = vec!["before".to_owned()];
    for day in 0..3 {
        for (clinic, name) in [(&one, "one"), (&two, "two")] {
            all.push(format!("{name} {day}"));
            write(clinic, std::iter::once(format!("{name} {day}")));
            let faults = speak(clinic);
            assert_eq!(is_reopened(&faults), name == "two" && day == 0, "{faults:?}");
        }
    }
    speak(&one);
    all.sort();
    for clinic in [&one, &two] {
        assert_eq!(world.notes(clinic), all);
        verified(clinic);
        world.equal(clinic);
    }
    // The one whose records came first kept its log; the Admin is told, and so is the district's operator.
    assert_eq!(told(&one), 1);
    assert!(world.archive.marks(station).unwrap().two_machines_ms.is_some());
    world.archive.clear(station).unwrap();
    assert_eq!(world.archive.marks(station).unwrap().two_machines_ms, None);
}

/// The district says something to the station, whatever it is.
fn directive<S: Store>(world: &World<S>, n: u64) {
    let archive = &world.archive;
    let station = archive.stations().unwrap()[0].no;
    let head = archive.own_log(station).unwrap().unwrap();
    let last = archive.entries(head.origin, head.seq - 1, 1, usize::MAX).unwrap();
    let (mut chain, hlc) = (Chain::at(head), HlcClock::after(last[0].hlc).tick(NOW_MS));
    let fact = Fact::LogReopened(LogReopened { origin: OriginId([n as u8; 16]), common: n, moved: 0, to: None });
    let events = vec![chain.append(fact.to_entry(hlc, Actor::NODE))];
    archive.write(&[Written { station, events, head: chain.head().sign(&world.district) }]).unwrap();
}

fn copy_files(from: &Path, to: &Path) {
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn same<S: Store>(world: &World<S>, clinic: &Clinic) {
    // What the station answered to what it was told.
    assert!(world.talk(clinic).is_empty());
    world.equal(clinic);
    let (district, held) = (world.district.public_key(), world.logs(&clinic.identity().public_key()));
    assert_eq!(content(clinic, &district).unwrap(), content(&held, &district).unwrap());
}

#[test]
fn a_district_put_back_from_an_old_copy_is_filled_again() {
    let (mut world, clinic) = World::<SqliteArchive>::new();
    write(&clinic, notes(&["before"]));
    directive(&world, 1);
    assert!(world.talk(&clinic).is_empty());
    let old = tempfile::tempdir().unwrap();
    copy_files(world.place.path(), old.path());
    write(&clinic, notes(&["after 1", "after 2"]));
    (2..5).for_each(|n| directive(&world, n));
    assert!(world.talk(&clinic).is_empty());

    // Its folder as it was before.
    let elsewhere = tempfile::tempdir().unwrap();
    world.archive = Arc::new(<SqliteArchive as Store>::open(&elsewhere));
    for file in std::fs::read_dir(world.place.path()).unwrap().map(Result::unwrap) {
        std::fs::remove_file(file.path()).unwrap();
    }
    copy_files(old.path(), world.place.path());
    world.archive = Arc::new(<SqliteArchive as Store>::open(&world.place));
    let station = world.archive.stations().unwrap()[0].no;
    let forgotten = world.archive.own_log(station).unwrap().unwrap();
    // Its people go on before the station is heard.
    directive(&world, 9);
    let faults = world.talk_out(&clinic);
    assert!(is_reopened(&faults), "{faults:?}");
    same(&world, &clinic);
    verified(&clinic);
    assert_eq!(world.notes(&clinic), ["after 1", "after 2", "before"]);
    let now = world.archive.own_log(station).unwrap().unwrap();
    assert_ne!(now.origin, forgotten.origin);
    // All that it ever said is there, once.
    let mut said = Vec::new();
    let held = world.logs(&clinic.identity().public_key());
    for head in held.heads().unwrap() {
        let entries = held.entries(head.origin, 0, 100, 100_000).unwrap();
        said.extend(entries.iter().filter_map(|entry| match Fact::of(entry).unwrap() {
            Fact::LogReopened(f) if f.origin.0 == [f.common as u8; 16] => Some(f.common),
            _ => None,
        }));
    }
    said.sort_unstable();
    assert_eq!(said, [1, 2, 3, 4, 9]);
    directive(&world, 10);
    write(&clinic, notes(&["and on"]));
    assert!(world.talk(&clinic).is_empty());
    same(&world, &clinic);
}

fn a_station_that_the_district_forgot_is_taken_in_by_its_certificate<S: Store>() {
    let (mut world, clinic) = World::<S>::new();
    write(&clinic, notes(&["one", "two"]));
    directive(&world, 1);
    assert!(world.talk(&clinic).is_empty());
    let certificate = clinic.certificate().unwrap().unwrap();
    let key = clinic.identity().public_key();

    // From before any station was known.
    let fresh = S::place();
    world.archive = Arc::new(S::open(&fresh));
    let again = |certificate, key| readmit(world.archive.as_ref(), certificate, key, OriginId([77; 16]), NOW_MS);
    let refused = |certificate, key| match again(certificate, key) {
        Err(EnrolmentError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let stranger = hub_protocol::Identity::from_seed([66; 32]).public_key();
    assert_eq!(refused(&certificate, &stranger), Refusal::UnknownStation);
    let mut forged = certificate.clone();
    forged.station.key = stranger;
    assert_eq!(refused(&forged, &stranger), Refusal::UnknownStation);
    assert_eq!(world.archive.stations().unwrap(), []);

    let station = again(&certificate, &key).unwrap();
    assert_eq!((station.name.as_str(), station.recovery), ("PHC Rampur", world.recovery.public_key()));
    assert!(world.archive.marks(station.no).unwrap().readmitted_ms.is_some());
    assert!(world.talk_out(&clinic).is_empty());
    same(&world, &clinic);
    directive(&world, 2);
    assert!(world.talk(&clinic).is_empty());
    same(&world, &clinic);
    verified(&clinic);
}

fn a_new_computer_takes_the_place_of_a_dead_one<S: Store>() {
    let (world, clinic) = World::<S>::new();
    write(&clinic, (0..30).map(|n| format!("note {n:02}")));
    child(&clinic);
    directive(&world, 1);
    assert!(world.talk(&clinic).is_empty());
    let (old, old_notes) = (clinic.identity().public_key(), world.notes(&clinic));
    write(&clinic, notes(&["never told"]));
    drop(clinic);

    let station = world.archive.station_by_key(&old).unwrap().unwrap();
    let address = "district.example:4433";
    let link = make_takeover_link(world.archive.as_ref(), &station, "PHC Rampur", address, [5; 15], NOW_MS).unwrap();
    let ask = |takeover: &Takeover, recovery: &clinic::store::RecoveryKey, secret: [u8; 15]| {
        let (exporter, key) = ([6; 32], takeover.identity().public_key());
        let signature = recovery.sign_takeover(&takeover_words(&exporter, &key));
        let proof = enrol_proof(&secret, &exporter);
        let asked = TakeOver { version_min: VERSION, version_max: VERSION, proof, signature };
        take_over(
            world.archive.as_ref(),
            &asked,
            &Asking { key, exporter, new_origin: OriginId([8; 16]), now_ms: NOW_MS },
        )
    };
    let refusal = |asked: Result<_, EnrolmentError>| match asked {
        Err(EnrolmentError::Refused(refusal)) => refusal,
        Ok(_) => panic!("it was let in"),
        Err(error) => panic!("{error:?}"),
    };
    // The wrong paper, and a link that was never given: nothing changes, and the tries are counted.
    let folder = world.dir.path().join("new");
    let wrong = clinic::store::RecoveryKey::generate(&env()).unwrap();
    let takeover = Takeover::begin(&folder, &wrong, &env()).unwrap();
    assert_eq!(refusal(ask(&takeover, &wrong, link.secret)), Refusal::BadRecovery);
    assert_eq!(refusal(ask(&takeover, &world.recovery, [0; 15])), Refusal::BadSecret);
    assert_eq!(world.archive.takeover(&link.secret).unwrap().unwrap().tries, 1);
    assert_eq!(world.archive.station_by_key(&old).unwrap(), Some(station));
    takeover.give_up().unwrap();
    assert!(!clinic::store::is_founded(&folder));

    // The right one: cut off after the answer and again in the middle, it is repeated with the same key.
    let takeover = Takeover::begin(&folder, &world.recovery, &env()).unwrap();
    let key = takeover.identity().public_key();
    let taken = ask(&takeover, &world.recovery, link.secret).unwrap();
    assert_eq!(taken.former, [old]);
    drop(takeover);
    assert!(Takeover::begin(&folder, &wrong, &env()).is_err());
    for messages in [2, 4, 1_000] {
        let takeover = Takeover::begin(&folder, &world.recovery, &env()).unwrap();
        assert_eq!(takeover.identity().public_key(), key);
        let taken = ask(&takeover, &world.recovery, link.secret).unwrap();
        takeover.accepted(&taken.former).unwrap();
        world.talk_of(&takeover, takeover.identity(), messages);
        if messages < 1_000 {
            assert!(!takeover.holds(&taken.heads).unwrap());
            assert!(!clinic::store::is_founded(&folder));
            continue;
        }
        assert!(takeover.holds(&taken.heads).unwrap());
        takeover.finish(&world.recovery, "admin", PASSWORD, &mut |_| {}).unwrap();
    }
    // Another computer with the same link is not let in.
    let third = Takeover::begin(&world.dir.path().join("third"), &world.recovery, &env()).unwrap();
    assert_eq!(refusal(ask(&third, &world.recovery, link.secret)), Refusal::BadSecret);

    let clinic = world.open("new");
    assert_eq!(world.notes(&clinic), old_notes);
    verified(&clinic);
    write(&clinic, notes(&["since"]));
    assert!(world.talk_out(&clinic).is_empty());
    let (held, old_ones) = (world.logs(&key), content(&clinic, &old).unwrap());
    assert_eq!(old_ones, content(&held, &old).unwrap());
    assert_eq!(content(&clinic, &key).unwrap(), content(&held, &key).unwrap());
    let sync = clinic.sync().unwrap();
    assert_eq!((sync.at_district, sync.waiting_since_ms), (sync.events, None));
    // The one before is known, and known to be replaced.
    assert_eq!(world.archive.station_by_key(&old).unwrap(), None);
    assert!(world.archive.is_former(&old).unwrap());
    // A fresh link does not make it a station of its own.
    let link = make_link(world.archive.as_ref(), "PHC Belwa", address, [9; 15], NOW_MS).unwrap();
    let (exporter, recovery) = ([6; 32], world.recovery.public_key());
    let proof = enrol_proof(&link.secret, &exporter);
    let asked = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery };
    let asking = Asking { key: old, exporter, new_origin: OriginId([12; 16]), now_ms: NOW_MS };
    let asked = admit(world.archive.as_ref(), &asked, &asking);
    assert!(matches!(asked, Err(EnrolmentError::Refused(Refusal::Replaced))), "{asked:?}");
    let certificate = clinic.certificate().unwrap().unwrap();
    assert_eq!((certificate.station.key, certificate.station.former), (key, vec![old]));
}

fn who_was_shut_out_is_looked_at_by_a_person_before_its_place_is_given_away<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let key = clinic.identity().public_key();
    let station = world.archive.station_by_key(&key).unwrap().unwrap();
    let address = "district.example:4433";
    let link = make_takeover_link(world.archive.as_ref(), &station, "PHC Rampur", address, [5; 15], NOW_MS).unwrap();
    let (exporter, new) = ([6; 32], hub_protocol::Identity::from_seed([71; 32]).public_key());
    let signature = world.recovery.sign_takeover(&takeover_words(&exporter, &new));
    let proof = enrol_proof(&link.secret, &exporter);
    let asked = TakeOver { version_min: VERSION, version_max: VERSION, proof, signature };
    let asking = Asking { key: new, exporter, new_origin: OriginId([8; 16]), now_ms: NOW_MS };
    let ask = || take_over(world.archive.as_ref(), &asked, &asking);
    world.archive.quarantine(station.no, "two truths").unwrap();
    let refused = ask();
    assert!(matches!(refused, Err(EnrolmentError::Refused(Refusal::Quarantined))), "{refused:?}");
    assert!(world.archive.station_by_key(&key).unwrap().is_some());
    world.archive.clear(station.no).unwrap();
    assert_eq!(ask().unwrap().former, [key]);
}

fn a_station_that_disowns_its_districts_log_again_and_again_gets_so_far<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let key = clinic.identity().public_key();
    let station = world.archive.station_by_key(&key).unwrap().unwrap().no;
    let logs = world.logs(&key);
    let disown = || {
        let end = world.archive.own_log(station).unwrap().unwrap();
        logs.reopen(end.origin, end.seq)
    };
    let refused = (0..=LOGS_PER_KEY_MAX).find_map(|_| disown().err()).unwrap();
    assert!(matches!(refused, ArchiveError::TooManyLogs { .. }), "{refused:?}");
    assert!(world.archive.logs(station).unwrap().len() <= LOGS_PER_KEY_MAX);
    // The others, and its owner, are served as before; the second time they say what they took.
    write(&clinic, notes(&["and on"]));
    assert!(world.talk(&clinic).is_empty());
    assert!(world.talk(&clinic).is_empty());
    world.equal(&clinic);
}

fn what_a_station_says_that_it_writes_is_noted_for_a_few_logs<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let station = world.archive.station_by_key(&clinic.identity().public_key()).unwrap().unwrap().no;
    for n in 0..60 {
        world.archive.spoke(station, OriginId([n; 16]), NOW_MS + u64::from(n)).unwrap();
    }
    assert_eq!(world.archive.notes(NoteKind::Spoke, Some(station)).unwrap().len(), 8);
    assert_eq!(world.archive.marks(station).unwrap().two_machines_ms, None);
    // Two machines are still told from one, also when it is the oldest of those noted that speaks again.
    world.archive.spoke(station, OriginId([52; 16]), NOW_MS + 100).unwrap();
    assert!(world.archive.marks(station).unwrap().two_machines_ms.is_some());
    let noted = world.archive.notes(NoteKind::Spoke, Some(station)).unwrap();
    assert_eq!((noted.len(), noted[7].key.as_slice()), (8, &[52; 16][..]));
}

/// It has the district's signature, and is for somebody else.
fn the_districts_log_for_one_station_is_nobodys_for_another<S: Store>() {
    let (world, clinic) = World::<S>::new();
    let evil = hub_protocol::Identity::from_seed([66; 32]);
    let link = make_link(world.archive.as_ref(), "evil", "district.example:4433", [9; 15], NOW_MS).unwrap();
    let (exporter, recovery) = ([6; 32], world.recovery.public_key());
    let proof = enrol_proof(&link.secret, &exporter);
    let asked = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery };
    let asking = Asking { key: evil.public_key(), exporter, new_origin: OriginId([12; 16]), now_ms: NOW_MS };
    admit(world.archive.as_ref(), &asked, &asking).unwrap();
    let honest = world.archive.station_by_key(&clinic.identity().public_key()).unwrap().unwrap();
    let other = world.archive.own_log(honest.no).unwrap().unwrap();
    let logs = world.logs(&evil.public_key());
    let not_theirs = |job: Job| {
        let done = perform(&logs, &world.district, &evil.public_key(), job);
        assert!(matches!(done, Err(Failed::Fault(Fault::NotYours { .. }))), "{done:?}");
    };
    not_theirs(Job::Recall { ask: Ask { origin: other.origin, seqs: vec![1, 2] }, by: Asker::Peer });
    not_theirs(Job::Compare { theirs: vec![Head { hash: [7; 32], ..other }] });
    let entries = world.archive.entries(other.origin, 0, 100, 100_000).unwrap();
    let batch = Batch { first_seq: 1, head: other.sign(&world.district), packed: pack(&entries).unwrap() };
    not_theirs(Job::Take { batch, known: 0 });
}

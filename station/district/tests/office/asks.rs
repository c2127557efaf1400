//! A station asks for the record of a child of another one.

use super::clerk::vaccinate;
use super::world::{Phc, World};
use clinic::record::command::Command;
use clinic::record::fact::Sought;
use clinic::record::refusal::Refusal as Refused;
use clinic::record::role::Role;
use clinic::store::{AskAnswer, SubmitError};
use district::archive::Archive;
use district::office::{Finding, OfficeError};
use hub_protocol::ChildId;

/// Who belongs to no district can ask none.
fn join(w: &World, phc: &Phc) {
    let join = Command::JoinDistrict {
        district: w.archive.identity().unwrap().public_key().device_id(),
        address: "district.example:4433".into(),
        district_name: "District Rampur".into(),
        station_name: phc.station.name.clone(),
    };
    let root = phc.clinic.login("root1", "horse staple 5").unwrap();
    phc.clinic.submit(&root, join).unwrap();
}

#[test]
fn a_child_goes_to_the_station_that_asked_for_it_and_to_no_other() {
    let w = World::new();
    let (desk, child, card) = (w.desk(Role::Admin), w.one.child, w.one.card);
    vaccinate(&w.one);
    w.one.clinic.submit(&w.one.asha, Command::AssignCard { card, child }).unwrap();
    join(&w, &w.two);
    w.contact();
    let number = Sought::Child(child);
    let ask = |sought| w.two.clinic.submit(&w.two.asha, Command::AskForChild { sought });
    let not_asked = |done: Result<_, OfficeError>| matches!(done, Err(OfficeError::Refused(Refused::NotAskedFor)));
    assert!(not_asked(desk.release_child(number, &w.two.station)), "nobody asked");
    assert!(not_asked(desk.withhold_child(number, &w.two.station, "no").map(|()| (child, Vec::new()))));

    // By the card, which the second has never seen; the district knows whose it is.
    ask(Sought::Card(card)).unwrap();
    assert!(matches!(ask(Sought::Card(card)), Err(SubmitError::Refused(Refused::AskedAlready))));
    w.contact();
    let asks = |w: &World| {
        let found = w.desk(Role::Admin).findings().unwrap().into_iter();
        found.filter(|finding| matches!(finding, Finding::Asked { .. })).collect::<Vec<_>>()
    };
    let [Finding::Asked { station, ask: waits, child: whom, held }] = &asks(&w)[..] else { panic!("one asks") };
    assert_eq!((station.as_str(), waits.sought, *whom), ("PHC Kheri", Sought::Card(card), Some(child)));
    assert_eq!((waits.by.as_deref(), held), (Some("The asha"), &["PHC Belwa".to_owned()].into()));

    // No, with the reason; then it is asked once more. Who is answered waits no more, also before the answer is there.
    desk.withhold_child(number, &w.two.station, "the family said no").unwrap();
    assert_eq!(asks(&w), []);
    assert!(not_asked(desk.release_child(number, &w.two.station)));
    w.contact();
    let answer = |sought| {
        let asks = w.two.clinic.asked_for(&w.two.asha).unwrap();
        asks.into_iter().find(|ask| ask.sought == sought).unwrap().answer
    };
    assert_eq!(answer(Sought::Card(card)), AskAnswer::Withheld("the family said no".into()));
    ask(Sought::Card(card)).unwrap();
    w.contact();
    assert_eq!(answer(Sought::Card(card)), AskAnswer::NotYet);

    // It is one child, whether it is named by its number or by its card; and the first does not give it to itself.
    assert!(not_asked(desk.release_child(number, &w.one.station)));
    let (released, left) = desk.release_child(number, &w.two.station).unwrap();
    assert_eq!((released, left.len()), (child, 1));
    w.contact();
    assert_eq!(answer(Sought::Card(card)), AskAnswer::Came);
    assert_eq!(w.two.clinic.child(&w.two.admin, child).unwrap().doses.len(), 1);
    assert_eq!(asks(&w), []);
    assert!(matches!(ask(number), Err(SubmitError::Refused(Refused::ChildActive))), "it is here");
    w.verify();
}

#[test]
fn the_number_of_a_record_that_became_a_part_of_another_is_that_of_the_whole() {
    let w = World::new();
    let (one, two, part) = (&w.one, &w.two, ChildId(101));
    let form = one.clinic.child_record(&one.admin, one.child).unwrap().form;
    let register = Command::RegisterChild { child: part, form, worker: None, distinct_from: vec![one.child] };
    one.clinic.submit(&one.admin, register).unwrap();
    let merge = Command::MergeChildren { child: part, into: one.child, reason: "written twice".into() };
    one.clinic.submit(&one.admin, merge).unwrap();
    join(&w, two);
    two.clinic.submit(&two.asha, Command::AskForChild { sought: Sought::Child(part) }).unwrap();
    w.contact();
    let desk = w.desk(Role::Admin);
    let found = desk.findings().unwrap();
    let asked = found.iter().find_map(|finding| match finding {
        Finding::Asked { child, held, .. } => Some((*child, held.len())),
        _ => None,
    });
    assert_eq!(asked, Some((Some(one.child), 1)));
    assert_eq!(desk.release_child(Sought::Child(part), &two.station).unwrap().0, one.child);
    w.contact();
    assert_eq!(two.clinic.asked_for(&two.asha).unwrap()[0].answer, AskAnswer::Came);
    assert_eq!(two.clinic.child(&two.admin, part).unwrap().child.id, one.child);
    w.verify();
}

#[test]
fn what_is_asked_no_more_is_not_shown_and_not_given() {
    let w = World::new();
    let (desk, sought) = (w.desk(Role::Admin), Sought::Child(w.one.child));
    join(&w, &w.two);
    let submit = |command| w.two.clinic.submit(&w.two.asha, command);
    submit(Command::AskForChild { sought }).unwrap();
    w.contact();
    let asked = || desk.findings().unwrap().into_iter().filter(|f| matches!(f, Finding::Asked { .. })).count();
    assert_eq!(asked(), 1);
    submit(Command::WithdrawAsk { sought }).unwrap();
    assert!(matches!(submit(Command::WithdrawAsk { sought }), Err(SubmitError::Refused(Refused::NotAskedFor))));
    assert_eq!(w.two.clinic.asked_for(&w.two.asha).unwrap(), []);
    w.contact();
    assert_eq!(asked(), 0);
    let released = desk.release_child(sought, &w.two.station);
    assert!(matches!(released, Err(OfficeError::Refused(Refused::NotAskedFor))), "{released:?}");
    // It may be asked again; what was answered cannot be taken back.
    submit(Command::AskForChild { sought }).unwrap();
    w.contact();
    desk.withhold_child(sought, &w.two.station, "the family said no").unwrap();
    w.contact();
    assert!(matches!(submit(Command::WithdrawAsk { sought }), Err(SubmitError::Refused(Refused::NotAskedFor))));
    assert_eq!(w.two.clinic.asked_for(&w.two.asha).unwrap().len(), 1);
    w.verify();
}

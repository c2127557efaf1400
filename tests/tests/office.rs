//! The district's office, whole: its commands, a real district process over each of its stores, the real uplink, and
//! real clinics.
#![allow(clippy::unwrap_used)]

#[path = "office/desk.rs"]
mod desk;
#[path = "office/phc.rs"]
mod phc;
#[path = "district/server.rs"]
#[allow(dead_code, reason = "other tests kill it")]
mod server;

use chrono::Days;
use clinic::record::command::{Command, Settings};
use clinic::record::fact::{CardStop, Gone, Sought};
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::store::{AskAnswer, Happened, LoginError, SubmitError, TaskFilter};
use desk::{Operator, PASSWORD};
use phc::{Phc, today, until};
use serde_json::json;
use server::District;
use std::collections::BTreeSet;
use tests::postgres;

/// The same story of a district in a file and of one in PostgreSQL.
macro_rules! in_both_stores {
    ($story:ident) => {
        mod $story {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_a_file() {
                super::$story(District::start()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn in_postgresql() {
                super::$story(District::start_in(postgres::url())).await;
            }
        }
    };
}

in_both_stores!(a_person_made_at_the_district_works_at_the_station_until_the_district_says_no);
in_both_stores!(a_child_moves_to_another_station_with_its_record_and_what_comes_late_follows);
in_both_stores!(a_station_asks_for_a_child_and_is_told_no_and_then_yes);
in_both_stores!(a_station_is_renamed_gets_keys_and_is_kept_out);

async fn a_person_made_at_the_district_works_at_the_station_until_the_district_says_no(district: District) {
    let nobody = district.command(&["user", "list", "--district", "--login", "boss", "--password-file", "-"]);
    assert_eq!(nobody.status.code(), Some(4), "there is no default password");
    let office = Operator::first(&district);
    office.refused("boss", "12345678", &["user", "list", "--district"], "wrong");
    office.refused("nobody", PASSWORD, &["user", "list", "--district"], "wrong");
    // Who is there makes the next ones, and a district's person is one of two roles.
    let weak = office.file("weak", "password");
    let weak = ["--new-password-file", weak.to_str().unwrap()];
    let add =
        |login: &'static str, role: &'static str| ["user", "add", login, "--district", "--name", "N", "--role", role];
    office.refused("boss", PASSWORD, &[&add("dee", "admin")[..], &weak].concat(), "guess");
    let good = office.file("good", PASSWORD);
    let good = ["--new-password-file", good.to_str().unwrap()];
    office.refused("boss", PASSWORD, &[&add("dee", "tracker")[..], &good].concat(), "--station");
    office.refused("rao", PASSWORD, &[&add("dee", "admin")[..], &good].concat(), "it takes a Super Admin");

    let mut phc = Phc::found("PHC Belwa");
    phc.join(&district.link("PHC Belwa")).await;
    until("the first records", || phc.all_sent()).await;
    let bina = ["user", "add", "bina", "--name", "Bina", "--role", "phc-worker", "--station", "PHC Belwa"];
    let code = office.rao(&bina);
    // What is on its way counts already.
    office.refused("rao", PASSWORD, &bina, "login is taken");
    office.refused(
        "rao",
        PASSWORD,
        &["user", "add", "root2", "--name", "R", "--role", "admin", "--station", "PHC Belwa"],
        "role",
    );
    until("Bina", || phc.user("bina").is_some_and(|user| user.waiting)).await;
    let first = phc.user("bina").unwrap();
    // The code was lost: the new one counts, and the first one no more.
    let second = office.rao(&["user", "enable", "bina", "--station", "PHC Belwa"]);
    until("the second code", || phc.user("bina").unwrap().since != first.since).await;
    let admit = |code: &str| phc.clinic.admit_user(&phc.admin, first.id, code, "winding river 7");
    assert!(matches!(admit(&code), Err(SubmitError::Refused(Refusal::WrongCode))));
    admit(&second).unwrap();
    let session = phc.clinic.login("bina", "winding river 7").unwrap();
    assert_eq!(session.role, Role::PhcWorker);

    // A task and settings for her clinic, by somebody who is no user there.
    let due = today().to_string();
    until("that she is one of them", || {
        let give = ["task", "give", "PHC Belwa", "bina", "--note", "Look at the well", "--due", &due];
        let given = office.tries_as("rao", PASSWORD, &give);
        // What was done is said, to machines and to people.
        let said = String::from_utf8_lossy(&given.stdout).into_owned() + &String::from_utf8_lossy(&given.stderr);
        let told = said.contains(r#""worker":"bina""#) && said.contains("bina has the task at the next contact");
        assert_eq!(told, given.status.success(), "{said}");
        told
    })
    .await;
    let settings = ["station", "settings", "PHC Belwa", "--auto-lock-min", "11", "--contact-days", "9"];
    assert_eq!(office.rao(&settings), r#"{"auto_lock_min":11,"contact_days":9,"station":"PHC Belwa"}"#);
    until("the task", || phc.clinic.tasks(&session, &TaskFilter::default(), 0).unwrap().0.len() == 1).await;
    until("the settings", || phc.clinic.settings(&phc.admin).unwrap().auto_lock_min == 11).await;
    office.refused("rao", PASSWORD, &["station", "settings", "PHC Belwa", "--schedule", "next"], "schedule");
    office.refused("boss", PASSWORD, &["station", "settings", "PHC Belwa", "--auto-lock-min", "12"], "role");

    let out = office.rao(&["user", "disable", "bina", "--station", "PHC Belwa"]);
    assert_eq!(out, r#"{"login":"bina","state":"disabled","station":"PHC Belwa"}"#);
    until("that she is out", || !phc.user("bina").unwrap().active).await;
    let settings = phc.clinic.settings(&phc.admin).unwrap();
    let refused = phc.refuses(Command::ChangeSettings(Settings { ..settings }), &session);
    assert!(matches!(refused, Refusal::NotActive), "{refused:?}");
    assert!(matches!(phc.clinic.login("bina", "winding river 7"), Err(LoginError::Wrong)));
    let lines = office.lines(&["user", "list", "--station", "PHC Belwa"]);
    assert!(lines.iter().any(|line| line["login"] == "bina" && line["state"] == "disabled"), "{lines:?}");
    // The last of a role cannot be taken from a clinic.
    office.refused("boss", PASSWORD, &["user", "disable", "admin", "--station", "PHC Belwa"], "last active");
    phc.verify();
    until("the last records", || phc.all_sent()).await;
    let told = office.lines(&["station", "show", "PHC Belwa"])[0]["directives"].clone();
    assert!(told["written"].as_u64() > Some(5) && told["written"] == told["in_force"], "{told}");
    assert_eq!(office.lines(&["conflicts"]), Vec::<serde_json::Value>::new());

    // Wrong passwords lock, and lock the right one out with them.
    for _ in 0..5 {
        office.refused("rao", "not this one", &["conflicts"], "wrong");
    }
    office.refused("rao", PASSWORD, &["conflicts"], "locked");
    assert_eq!(office.as_login("boss", &["user", "list", "--district"]).lines().count(), 2);
    // The last of a role stays, at the district too.
    for login in ["boss", "rao"] {
        office.refused("boss", PASSWORD, &["user", "disable", login, "--district"], "last active");
    }
    office.as_login("boss", &[&add("dee", "admin")[..], &good].concat());
    office.as_login("boss", &["user", "disable", "rao", "--district"]);
    let people = office.as_login("boss", &["user", "list", "--district"]);
    assert!(people.lines().any(|line| line.contains("rao") && line.contains("disabled")), "{people}");
}

async fn a_child_moves_to_another_station_with_its_record_and_what_comes_late_follows(district: District) {
    let office = Operator::first(&district);
    let (mut belwa, mut kheri) = (Phc::found("PHC Belwa"), Phc::found("PHC Kheri"));
    belwa.join(&district.link("PHC Belwa")).await;
    kheri.join(&district.link("PHC Kheri")).await;
    let child = belwa.register("Rukmini", "Meena Devi", Some(belwa.asha.user));
    let stays = belwa.register("Salma", "Farzana Khatun", None);
    belwa.dose(child, "BCG", today() - Days::new(70)).unwrap();
    let card = belwa.clinic.env().new_card_no().unwrap();
    let uid = vec![4, 7, 7, 7];
    belwa.clinic.submit(&belwa.admin, Command::RegisterCard { card, uid: uid.clone(), written: true }).unwrap();
    belwa.clinic.submit(&belwa.asha, Command::AssignCard { card, child }).unwrap();
    until("both stations' records", || belwa.all_sent() && kheri.all_sent()).await;
    let known = |phc: &Phc, of: &Phc| phc.clinic.stations_known().unwrap() == [of.clinic.identity().public_key()];
    until("each other's keys", || known(&belwa, &kheri) && known(&kheri, &belwa)).await;

    // In either script; and only a name that is asked for.
    let found = office.lines(&["child", "find", "रुक्मिणी"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0]["station"].as_str(), found[0]["child"].as_str()),
        (Some("PHC Belwa"), Some(&*child.to_string()))
    );
    office.refused("boss", PASSWORD, &["child", "find", "Rukmini"], "role");

    let number = child.to_string();
    office.refused("boss", PASSWORD, &["child", "move", &number, "--to", "PHC Kheri"], "role");
    office.refused("rao", PASSWORD, &["child", "move", &number, "--to", "PHC Belwa"], "active");
    office.refused("rao", PASSWORD, &["child", "move", &number, "--to", "PHC Nowhere"], "no station");
    // The station that it leaves does not hear of it at once.
    belwa.disconnect().await;
    office.rao(&["child", "move", &number, "--to", "PHC Kheri"]);
    office.refused("rao", PASSWORD, &["child", "move", &number, "--to", "PHC Kheri"], "active");
    until("the child", || kheri.clinic.child(&kheri.admin, child).is_ok()).await;
    let page = kheri.clinic.child(&kheri.admin, child).unwrap();
    assert_eq!((page.doses.len(), page.child.worker.is_none(), page.gone), (1, true, None));
    // A combination has a line for each of its parts.
    let given = |phc: &Phc| {
        let page = phc.clinic.child(&phc.admin, child).unwrap();
        page.doses.into_iter().map(|dose| (dose.product, dose.on)).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(page.doses[0].by, "The asha (PHC Belwa)");
    assert!(kheri.clinic.card_by_uid(&kheri.asha, &uid).unwrap().is_some_and(|card| card.child == Some(child)));
    assert!(kheri.clinic.child(&kheri.admin, stays).is_err(), "nothing of other children");
    let first = |phc: &Phc| phc.clinic.child_history(&phc.admin, child).unwrap();
    assert!(
        first(&kheri).iter().any(|line| matches!(&line.what, Happened::MovedIn { from, .. } if from == "PHC Belwa"))
    );

    // Both give the same dose on one day: neither knew of the other.
    belwa.dose(child, "OPV", today()).unwrap();
    kheri.dose(child, "OPV", today()).unwrap();
    belwa.dose(child, "PENTA", today() - Days::new(1)).unwrap();
    belwa.connect();
    until("that the child has left", || {
        belwa.clinic.child(&belwa.admin, child).unwrap().gone.is_some_and(|(why, _)| why == Gone::MovedStation)
    })
    .await;
    until("what came late", || given(&kheri) == 3).await;
    until("all records", || belwa.all_sent() && kheri.all_sent()).await;
    let twice = office.lines(&["conflicts"]);
    let twice: Vec<_> = twice.iter().filter(|line| line["finding"] == "dose-twice").collect();
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert_eq!((twice[0]["product"].as_str(), twice[0]["child"].as_str()), (Some("OPV"), Some(&*number)));

    // A card that is lost where it is used opens nothing at the other station.
    office.rao(&["card", "block", &card.to_string(), "--lost"]);
    until("the lost card", || kheri.clinic.card_by_uid(&kheri.asha, &uid).unwrap().unwrap().stopped).await;
    until("the word of it", || belwa.clinic.is_stopped_elsewhere(card).unwrap()).await;
    let again = Command::StopCard { card, why: CardStop::Blocked };
    assert_eq!(kheri.refuses(again, &kheri.admin), Refusal::CardStopped);
    office.refused("rao", PASSWORD, &["card", "unblock", &card.to_string(), "--reason", "found"], "lost");

    // And back.
    office.rao(&["child", "move", &number, "--to", "PHC Belwa"]);
    until("the child again", || belwa.clinic.child(&belwa.admin, child).unwrap().gone.is_none()).await;
    assert_eq!(given(&belwa), 3);
    until("that it left", || kheri.clinic.child(&kheri.admin, child).unwrap().gone.is_some()).await;
    belwa.verify();
    kheri.verify();
}

async fn a_station_asks_for_a_child_and_is_told_no_and_then_yes(district: District) {
    let office = Operator::first(&district);
    let (mut belwa, mut kheri) = (Phc::found("PHC Belwa"), Phc::found("PHC Kheri"));
    let child = belwa.register("Rukmini", "Meena Devi", Some(belwa.asha.user));
    let nobody = belwa.clinic.env().new_child_id().unwrap();
    belwa.dose(child, "BCG", today() - Days::new(70)).unwrap();
    let card = belwa.clinic.env().new_card_no().unwrap();
    belwa.clinic.submit(&belwa.admin, Command::RegisterCard { card, uid: vec![4, 7, 7, 7], written: true }).unwrap();
    belwa.clinic.submit(&belwa.asha, Command::AssignCard { card, child }).unwrap();
    let ask = |sought| Command::AskForChild { sought };
    assert_eq!(kheri.refuses(ask(Sought::Child(child)), &kheri.asha), Refusal::NoDistrict);
    belwa.join(&district.link("PHC Belwa")).await;
    kheri.join(&district.link("PHC Kheri")).await;
    until("both stations' records", || belwa.all_sent() && kheri.all_sent()).await;
    let (number, nobodys, of_card) = (child.to_string(), nobody.to_string(), card.to_string());
    let to_kheri = ["--to", "PHC Kheri"];
    let release = [&["child", "release", "--card", &of_card], &to_kheri[..]].concat();
    office.refused("rao", PASSWORD, &release, "did not ask");

    // Without a connection it is asked all the same, and the district hears of it later.
    kheri.disconnect().await;
    for sought in [Sought::Child(nobody), Sought::Card(card)] {
        kheri.clinic.submit(&kheri.asha, ask(sought)).unwrap();
        assert_eq!(kheri.refuses(ask(sought), &kheri.admin), Refusal::AskedAlready);
    }
    assert!(matches!(kheri.refuses(ask(Sought::Card(card)), &kheri.root), Refusal::NotAllowed(_)));
    let asked = || {
        let found = office.lines(&["conflicts"]).into_iter().filter(|line| line["finding"] == "asked");
        found.map(|line| (line["child"].clone(), line["card"].clone(), line["held"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(asked(), []);
    kheri.connect();
    until("what was asked", || kheri.all_sent()).await;
    assert_eq!(
        asked(),
        [(json!(nobodys), json!(null), json!([])), (json!(number), json!(of_card), json!(["PHC Belwa"]))]
    );

    // No, with the reason.
    office.refused("boss", PASSWORD, &release, "role");
    office.refused(
        "rao",
        PASSWORD,
        &[&["child", "release", &nobodys], &to_kheri[..]].concat(),
        "no station looks after",
    );
    office.refused("rao", PASSWORD, &["child", "release", &number, "--to", "PHC Belwa"], "did not ask");
    let no =
        |why: &'static str| [&["child", "withhold", &nobodys, "--from", "PHC Kheri", "--reason"][..], &[why]].concat();
    office.refused("rao", PASSWORD, &no(" "), "Reason");
    office.rao(&no("nobody has this number"));
    office.refused("rao", PASSWORD, &no("once more"), "did not ask");
    let answer = |sought| {
        let asks = kheri.clinic.asked_for(&kheri.asha).unwrap().into_iter();
        asks.filter(|ask| ask.sought == sought).map(|ask| ask.answer).next().unwrap()
    };
    let withheld = AskAnswer::Withheld("nobody has this number".into());
    until("the district's no", || answer(Sought::Child(nobody)) == withheld).await;
    assert_eq!(answer(Sought::Card(card)), AskAnswer::NotYet);
    kheri.clinic.submit(&kheri.asha, ask(Sought::Child(nobody))).unwrap();

    // Yes: the child comes with what was given, and leaves the other.
    office.rao(&release);
    until("the child", || answer(Sought::Card(card)) == AskAnswer::Came).await;
    assert_eq!(kheri.clinic.child(&kheri.admin, child).unwrap().doses.len(), 1);
    assert_eq!(kheri.refuses(ask(Sought::Child(child)), &kheri.asha), Refusal::ChildActive);
    let gone = || belwa.clinic.child(&belwa.admin, child).unwrap().gone;
    until("that the child has left", || gone().is_some_and(|(why, _)| why == Gone::MovedStation)).await;
    office.refused("rao", PASSWORD, &release, "did not ask");
    // And it is asked back by the station that it left.
    belwa.clinic.submit(&belwa.asha, ask(Sought::Child(child))).unwrap();
    until("both stations' records", || belwa.all_sent() && kheri.all_sent()).await;
    office.rao(&["child", "release", &number, "--to", "PHC Belwa"]);
    until("the child again", || gone().is_none()).await;
    for phc in [&belwa, &kheri] {
        phc.verify();
    }
}

async fn a_station_is_renamed_gets_keys_and_is_kept_out(mut district: District) {
    let office_dir = Operator::first(&district);
    let (mut belwa, mut kheri) = (Phc::found("PHC Belwa"), Phc::found("PHC Kheri"));
    belwa.join(&district.link("PHC Belwa")).await;
    kheri.join(&district.link("PHC Kheri")).await;
    until("both stations' records", || belwa.all_sent() && kheri.all_sent()).await;
    office_dir.refused("rao", PASSWORD, &["key", "rotate"], "role");
    let made = office_dir.as_login("boss", &["key", "rotate"]);
    assert_eq!(made, r#"{"card_key":1}"#);
    office_dir.as_login("boss", &["station", "rename", "PHC Kheri", "PHC Kheri Bazar"]);
    until("the new name", || {
        kheri.clinic.clinic().unwrap().district.is_some_and(|district| district.station_name == "PHC Kheri Bazar")
    })
    .await;
    office_dir.refused("rao", PASSWORD, &["station", "revoke", "PHC Kheri Bazar", "--reason", "stolen"], "role");
    office_dir.as_login("boss", &["station", "revoke", "PHC Kheri Bazar", "--reason", "stolen"]);
    assert_eq!(district.station("PHC Kheri Bazar")["state"], "quarantined");
    until("that its key is forgotten", || belwa.clinic.stations_known().unwrap().is_empty()).await;
    // It goes on by itself, and nothing of it arrives any more.
    let before = district.station("PHC Kheri Bazar")["events"].as_u64();
    kheri.register("Rukmini", "Meena Devi", None);
    belwa.register("Salma", "Farzana Khatun", None);
    until("the other's records", || belwa.all_sent()).await;
    assert!(!kheri.all_sent());
    assert_eq!(district.station("PHC Kheri Bazar")["events"].as_u64(), before);
    drop(office_dir);
    assert_eq!(district.terminate(), Some(0));
}

//! A day's messages by a modem at its port, as the program finds it there.

use super::*;
use crate::messages::modem::tests::{Fault, modem, pseudo_terminal};
use clinic::record::fact::Modem;

fn settings() -> ReminderSettings {
    let template =
        |stage| Template { stage, language: Language::English, id: String::new(), text: "Come on {date}".into() };
    let modem = Modem { templates: Stage::ALL.map(template).to_vec(), part_paise: 25 };
    ReminderSettings { on: true, modem: Some(modem), ..ReminderSettings::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modem_sends_what_is_told_and_hears_what_families_write() {
    let (theirs, named, port) = pseudo_terminal();
    let heard = modem(theirs, Fault::None);
    let mut station = Station::new(settings());
    let (_stop, mut stopped) = oneshot::channel();
    // The phone from which the test's modem has an answer, and a report.
    let child = station.born_today(10);
    let states = |station: &Station| station.outbox().iter().map(|line| line.state).collect::<Vec<_>>();
    let _ = station.sender.work(&mut stopped, true).await.unwrap();
    assert_eq!(states(&station), [MessageState::Queued], "nobody said yet where the modem is");
    let way = Way { place: port.to_str().unwrap().into(), secret: String::new() };
    station.clinic.set_message_way(&station.admin, Channel::Modem, &way).unwrap();
    let _ = station.sender.work(&mut stopped, false).await.unwrap();
    assert_eq!(states(&station), [MessageState::Sent]);
    let _ = station.sender.work(&mut stopped, true).await.unwrap();
    assert_eq!(states(&station), [MessageState::Delivered]);
    assert!(station.clinic.child_record(&station.admin, child).unwrap().opted_out, "it wrote STOP");
    drop((station, named));
    let heard = heard.await.unwrap();
    assert_eq!(heard.iter().filter(|said| said.starts_with("AT+CMGS=")).count(), 1, "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_that_wrote_stop_is_heard_though_the_modem_is_pulled_out() {
    let (theirs, _named, port) = pseudo_terminal();
    let heard = modem(theirs, Fault::PulledOutDeleting);
    let mut station = Station::new(settings());
    let (_stop, mut stopped) = oneshot::channel();
    let child = station.born_today(10);
    let way = Way { place: port.to_str().unwrap().into(), secret: String::new() };
    station.clinic.set_message_way(&station.admin, Channel::Modem, &way).unwrap();
    let _ = station.sender.work(&mut stopped, true).await.unwrap();
    let heard = heard.await.unwrap();
    assert_eq!(heard.last().map(String::as_str), Some("AT+CMGD=3"), "{heard:?}");
    assert!(station.clinic.child_record(&station.admin, child).unwrap().opted_out, "it wrote STOP");
    assert_eq!(station.outbox().iter().map(|line| line.state).collect::<Vec<_>>(), [MessageState::Delivered]);
}

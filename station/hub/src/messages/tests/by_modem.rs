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
    let heard = modem(theirs, Fault::HearsLater);
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

/// A family that wrote STOP while the desk was off, and what the modem heard until it ended.
async fn wrote_stop(fault: Fault, ask_too: bool) -> Vec<String> {
    let (theirs, named, port) = pseudo_terminal();
    let heard = modem(theirs, fault);
    let mut station = Station::new(settings());
    let (_stop, mut stopped) = oneshot::channel();
    let child = station.born_today(10);
    let way = Way { place: port.to_str().unwrap().into(), secret: String::new() };
    station.clinic.set_message_way(&station.admin, Channel::Modem, &way).unwrap();
    let _ = station.sender.work(&mut stopped, ask_too).await.unwrap();
    assert!(station.clinic.child_record(&station.admin, child).unwrap().opted_out, "it wrote STOP");
    let states: Vec<_> = station.outbox().iter().map(|line| (line.state, line.why)).collect();
    assert_eq!(states, [(MessageState::Failed, Some(NotSent::NotWanted))]);
    drop((station, named));
    let heard = heard.await.unwrap();
    assert!(!heard.iter().any(|said| said.starts_with("AT+CMGS=")), "{heard:?}");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_waits_is_heard_before_a_message_goes_out() {
    for ask_too in [true, false] {
        let _ = wrote_stop(Fault::None, ask_too).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_that_wrote_stop_is_heard_though_the_modem_is_pulled_out() {
    let heard = wrote_stop(Fault::PulledOutDeleting, true).await;
    assert_eq!(heard.last().map(String::as_str), Some("AT+CMGD=3"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modem_costs_what_the_network_may_have_of_a_message() {
    let hindi = "कृपया अपने बच्चे को {date} को टीका लगवाने के लिए केंद्र पर लाएँ। संदेश बंद करने के लिए STOP लिखें।";
    for (fault, state, paise, trouble) in [
        (Fault::HearsLater, MessageState::Sent, Some(50), None),
        (Fault::RefusesLater(1), MessageState::Queued, None, Some(Trouble::Network)),
        (Fault::RefusesLater(2), MessageState::Unknown, Some(25), Some(Trouble::NoAnswer)),
    ] {
        let (theirs, _named, port) = pseudo_terminal();
        let _modem = modem(theirs, fault);
        let mut settings = settings();
        for template in &mut settings.modem.as_mut().unwrap().templates {
            template.text = hindi.into();
        }
        let mut station = Station::new(settings);
        let (_stop, mut stopped) = oneshot::channel();
        let _ = station.born_today(10);
        let way = Way { place: port.to_str().unwrap().into(), secret: String::new() };
        station.clinic.set_message_way(&station.admin, Channel::Modem, &way).unwrap();
        let _ = station.sender.work(&mut stopped, false).await.unwrap();
        let lines = station.outbox();
        assert_eq!((lines[0].state, lines[0].paise), (state, paise), "{fault:?}");
        assert_eq!(station.sender.troubles.borrow().first().map(|of| of.trouble), trouble, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_modem_that_cannot_send_is_told_at_the_desk_while_its_messages_wait() {
    for (fault, trouble) in
        [(Fault::NoSim, Trouble::NoSim), (Fault::WrongPin, Trouble::Pin), (Fault::NoNetwork, Trouble::NoNetwork)]
    {
        let (theirs, _named, port) = pseudo_terminal();
        let _modem = modem(theirs, fault);
        let mut station = Station::new(settings());
        let (_stop, mut stopped) = oneshot::channel();
        let _ = station.born_today(10);
        let at = |place: &str| Way { place: place.into(), secret: "4711".into() };
        station.clinic.set_message_way(&station.admin, Channel::Modem, &at(port.to_str().unwrap())).unwrap();
        let _ = station.sender.work(&mut stopped, false).await.unwrap();
        assert_eq!(station.sender.troubles.borrow().first().map(|of| of.trouble), Some(trouble));
        station.clinic.set_message_way(&station.admin, Channel::Modem, &at("/dev/null/modem")).unwrap();
        let _ = station.sender.work(&mut stopped, false).await.unwrap();
        assert_eq!(station.sender.troubles.borrow().first().map(|of| of.trouble), Some(Trouble::Port));
        assert_eq!(station.outbox()[0].state, MessageState::Queued);
    }
}

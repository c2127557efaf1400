//! A modem of the test's own at the other end of the line, with the faults of real ones.
#![allow(clippy::unwrap_used)]

use super::*;
use serial2_tokio::SerialPort;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use tokio::io::DuplexStream;
use tokio::task::JoinHandle;

/// What the modem does wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Nothing came in before it sent something.
    HearsLater,
    /// Takes every word and says none.
    Silent,
    /// Takes a message and says nothing any more.
    SilentAfter,
    /// Says what it hears, as some do whatever they are told, and talks in between.
    Chatty,
    NoSim,
    WrongPin,
    NoNetwork,
    /// Refuses the message of this number.
    Refuses(u8),
    /// The same, and nothing came in before.
    RefusesLater(u8),
    /// Pulled out after it has this message, before it says so.
    PulledOut(u8),
    /// Pulled out when it is told to delete the first text that it keeps.
    PulledOutDeleting,
}

/// Answers until the line ends. Gives what it heard.
pub fn modem<L>(mut line: L, fault: Fault) -> JoinHandle<Vec<String>>
where
    L: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        let (mut heard, mut typed, mut message) = (Vec::new(), Vec::new(), false);
        let mut sent = 0;
        let mut byte = [0];
        while line.read(&mut byte).await.unwrap_or(0) == 1 {
            match (byte[0], message) {
                (ESCAPE, _) => typed.clear(),
                (b'\r', false) => {
                    let command = String::from_utf8(std::mem::take(&mut typed)).unwrap();
                    if command.is_empty() {
                        continue;
                    }
                    message = command.starts_with("AT+CMGS=");
                    let said = match (command.as_str(), fault) {
                        ("AT+CMGL=4", Fault::HearsLater | Fault::RefusesLater(_)) if sent == 0 => {
                            "\r\nOK\r\n".to_owned()
                        }
                        (_, Fault::Silent) => String::new(),
                        _ => said(&command, fault),
                    };
                    let deletes = command.starts_with("AT+CMGD=");
                    heard.push(command);
                    if deletes && fault == Fault::PulledOutDeleting {
                        break;
                    }
                    if line.write_all(said.as_bytes()).await.is_err() {
                        break;
                    }
                }
                (END_OF_MESSAGE, true) => {
                    sent += 1;
                    heard.push(String::from_utf8(std::mem::take(&mut typed)).unwrap());
                    message = false;
                    let said = match fault {
                        Fault::PulledOut(at) if at == sent => break,
                        Fault::SilentAfter => continue,
                        Fault::Refuses(at) | Fault::RefusesLater(at) if at == sent => {
                            "\r\n+CMS ERROR: 38\r\n".to_owned()
                        }
                        _ => format!("\r\n+CMGS: {}\r\n\r\nOK\r\n", 40 + sent),
                    };
                    let _ = line.write_all(said.as_bytes()).await;
                }
                (byte, _) => typed.push(byte),
            }
        }
        heard
    })
}

fn said(command: &str, fault: Fault) -> String {
    let echo = if fault == Fault::Chatty { format!("{command}\r\n\r\n^RSSI: 21\r\n") } else { String::new() };
    let ok = |lines: &str| format!("{echo}{lines}\r\nOK\r\n");
    match (command, fault) {
        ("AT+CPIN?", Fault::NoSim) => "\r\n+CME ERROR: 10\r\n".into(),
        ("AT+CPIN?", Fault::WrongPin) => ok("\r\n+CPIN: SIM PIN\r\n"),
        ("AT+CPIN?", _) => ok("\r\n+CPIN: READY\r\n"),
        (_, Fault::WrongPin) if command.starts_with("AT+CPIN=") => "\r\n+CME ERROR: 16\r\n".into(),
        ("AT+CREG?", Fault::NoNetwork) => ok("\r\n+CREG: 0,2\r\n"),
        ("AT+CEREG?", _) => "\r\nERROR\r\n".into(),
        ("AT+CREG?", _) => ok("\r\n+CREG: 0,1\r\n"),
        ("AT+CPMS=\"SM\"", _) => ok("\r\n+CPMS: 2,30,2,30,2,30\r\n"),
        (_, _) if command.starts_with("AT+CPMS=") => "\r\n+CMS ERROR: 302\r\n".into(),
        ("AT+CMGL=4", _) => ok(&format!("\r\n+CMGL: 3,0,,23\r\n{STOP}\r\n+CMGL: 4,0,,24\r\n{REPORT}\r\n")),
        (_, _) if command.starts_with("AT+CMGS=") => format!("{echo}\r\n> "),
        _ => ok(""),
    }
}

/// `STOP` from 98765 43210, and a report that message 41 is on its phone.
const STOP: &str = "00040C911989674523010000621103214365220453EA130A";
const REPORT: &str = "0006290C91198967452301621103214365226211032143652200";

async fn open_at(fault: Fault) -> (Result<Dialogue<DuplexStream>, ModemError>, JoinHandle<Vec<String>>) {
    let (ours, theirs) = tokio::io::duplex(4_096);
    let modem = modem(theirs, fault);
    let mut dialogue = Dialogue::new(ours);
    let ready = dialogue.ready("4711", &mut TriedPin::default()).await;
    (ready.map(|()| dialogue), modem)
}

const LONG: &str = "कृपया अपने बच्चे को टीका लगवाने के लिए केंद्र पर अवश्य लाएँ, यह मुफ़्त है और बच्चे को बचाता है।";

#[tokio::test]
async fn a_message_is_given_part_for_part() {
    for fault in [Fault::None, Fault::Chatty] {
        let (dialogue, modem) = open_at(fault).await;
        let mut dialogue = dialogue.unwrap();
        let given = dialogue.send("9876543210", LONG, 5).await;
        assert_eq!((given.answer, given.id.as_str()), (Answer::Taken, "9876543210/41.42"), "{fault:?}");
        drop(dialogue);
        let heard = modem.await.unwrap();
        let messages = heard.iter().filter(|said| said.starts_with("00")).count();
        assert_eq!(messages, 2, "{heard:?}");
    }
}

/// A pseudo-terminal: the end at which a modem is, the other one, and the name of that.
pub fn pseudo_terminal() -> (SerialPort, SerialPort, PathBuf) {
    // Its name is what is new among the open files: one at a time.
    static MAKING: Mutex<()> = Mutex::new(());
    let _alone = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let named = || -> BTreeSet<PathBuf> {
        let open = std::fs::read_dir("/proc/self/fd").unwrap();
        let names = open.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
        names.filter(|name| name.starts_with("/dev/pts")).collect()
    };
    let before = named();
    let (modem, ours) = SerialPort::pair().unwrap();
    let name = named().difference(&before).next().unwrap().clone();
    (modem, ours, name)
}

/// As it is at a real port: the other end of a pseudo-terminal.
#[tokio::test]
async fn a_port_carries_it() {
    let (theirs, ours, _) = pseudo_terminal();
    let modem = modem(theirs, Fault::None);
    let mut dialogue = Dialogue::new(ours);
    dialogue.ready("", &mut TriedPin::default()).await.unwrap();
    let given = dialogue.send("9876543210", "Please come", 1).await;
    assert_eq!((given.answer, given.id.as_str()), (Answer::Taken, "9876543210/41"));
    drop(dialogue);
    assert!(modem.await.unwrap().contains(&"AT+CMGF=0".to_owned()));
}

#[tokio::test]
async fn what_the_network_did_not_take_waits_and_what_it_may_have_is_unclear() {
    let mut outcomes = Vec::new();
    for fault in [Fault::Refuses(1), Fault::Refuses(2), Fault::PulledOut(1), Fault::PulledOut(2)] {
        let (dialogue, modem) = open_at(fault).await;
        let mut dialogue = dialogue.unwrap();
        let given = dialogue.send("9876543210", LONG, 5).await;
        outcomes.push((given.answer, given.parts));
        drop(dialogue);
        let _ = modem.await.unwrap();
    }
    let wait = Answer::NotNow { after_ms: None };
    let unclear = |parts| (Answer::Unclear, Some(parts));
    assert_eq!(outcomes, [(wait, Some(0)), unclear(1), unclear(1), unclear(2)]);
}

#[tokio::test]
async fn a_modem_that_says_nothing_is_not_waited_for() {
    const SHORT: Duration = Duration::from_millis(50);
    let (ours, theirs) = tokio::io::duplex(4_096);
    let _modem = modem(theirs, Fault::Silent);
    let mut dialogue = Dialogue::new(ours);
    dialogue.word_within = SHORT;
    assert!(matches!(dialogue.ready("", &mut TriedPin::default()).await, Err(ModemError::Silent)));
    let (dialogue, _modem) = open_at(Fault::SilentAfter).await;
    let mut dialogue = dialogue.unwrap();
    dialogue.send_within = SHORT;
    let given = dialogue.send("9876543210", LONG, 5).await;
    assert_eq!((given.answer, given.parts), (Answer::Unclear, Some(1)), "the network may have the first part");
}

#[tokio::test]
async fn a_modem_that_cannot_send_says_why() {
    assert!(matches!(open_at(Fault::NoSim).await.0.err(), Some(ModemError::NoSim)));
    assert!(matches!(open_at(Fault::NoNetwork).await.0.err(), Some(ModemError::NoNetwork)));
    // A wrong PIN is tried once, however often the modem is opened: the third time locks the card.
    let (ours, theirs) = tokio::io::duplex(4_096);
    let modem = modem(theirs, Fault::WrongPin);
    let (mut dialogue, mut tried) = (Dialogue::new(ours), TriedPin::default());
    for _ in 0..3 {
        assert!(matches!(dialogue.ready("4711", &mut tried).await, Err(ModemError::Pin)));
    }
    drop(dialogue);
    let heard = modem.await.unwrap();
    assert_eq!(heard.iter().filter(|said| said.starts_with("AT+CPIN=")).count(), 1, "{heard:?}");
}

#[tokio::test]
async fn what_was_heard_is_taken_off_the_modem() {
    let (dialogue, modem) = open_at(Fault::None).await;
    let mut dialogue = dialogue.unwrap();
    let mut heard = Heard::default();
    dialogue.hear(&mut heard).await.unwrap();
    let stop = Written { from: "919876543210".into(), text: "STOP".into(), entry: STOP.into() };
    assert_eq!(heard.answers, [stop]);
    let mut reports = Reports::default();
    reports.learn(std::mem::take(&mut heard.reports));
    assert_eq!(later("9876543210/41", &reports), Some(Later::Delivered));
    assert_eq!(later("9876543210/41.42", &reports), None, "a part is still on its way");
    assert_eq!(later("9876543211/41", &reports), None);
    // Nothing is taken off before the one who asked has kept it.
    let _ = dialogue.command("AT+NOW").await.unwrap();
    dialogue.forget(heard).await.unwrap();
    drop(dialogue);
    let said = modem.await.unwrap();
    let from = said.iter().position(|said| said == "AT+NOW").unwrap();
    assert!(!said[..from].iter().any(|said| said.starts_with("AT+CMGD")), "{said:?}");
    assert_eq!(said[from + 1..], ["AT+CPMS=\"SM\"", "AT+CMGD=3", "AT+CMGD=4"]);
}

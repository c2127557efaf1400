//! The toy's case: what its buttons and sensors say comes in as lines of JSON, and what it shows goes out
//! the same way, one object a line.

use crate::case::Lie;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, BufRead, Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::Duration;

/// The longest line that is read, in bytes.
const LINE_MAX_BYTES: u64 = 4 * 1024;
/// Events that wait for a slow reader. What comes on top of them is dropped and said in the log.
const EVENTS_MAX: usize = 4_096;
/// How long the last events may take to be written when the toy ends.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What a person does with the toy, and what its sensors see.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// The pair button is pressed and held.
    Pair,
    /// The pair button is let go.
    Unpair,
    Dose {
        child: String,
        product: String,
        on: String,
        batch: Option<String>,
    },
    /// A child was weighed and measured.
    Growth {
        child: String,
        on: String,
        weight_g: Option<u32>,
        length_mm: Option<u32>,
        #[serde(default)]
        standing: bool,
        muac_mm: Option<u16>,
        head_mm: Option<u16>,
        #[serde(default)]
        oedema: bool,
    },
    /// A child whom nobody had registered.
    Child(ChildForm),
    /// The worker was at a child's home.
    Sighting {
        child: String,
        on: String,
        found: At,
        #[serde(default)]
        note: String,
    },
    Battery {
        percent: u8,
        #[serde(default)]
        charging: bool,
        /// How long a full charge lasts, or takes. Without it the battery stays as it is.
        full_hours: Option<f64>,
    },
    Temperature {
        celsius: i8,
    },
    Position {
        latitude: f64,
        longitude: f64,
        accuracy_m: u32,
    },
    /// The toy is carried along a track, from a place on it, so many times as fast as it was written.
    Walk {
        track: PathBuf,
        #[serde(default)]
        start_s: f64,
        #[serde(default = "once")]
        times: f64,
    },
    /// Fault: no radio. The toy is neither announced nor reachable; recording goes on.
    Offline,
    Online,
    /// Fault: the toy's clock is wrong by this much.
    Clock {
        offset_ms: i64,
    },
    /// Fault: the battery is taken out, or put in again.
    Power {
        on: bool,
    },
    /// Fault: the power goes when so many more bytes have been written to the toy's memory.
    PowerCut {
        at_byte: u64,
    },
    /// Fault: so many of a thousand packets are lost, each way.
    Drop {
        per_mille: u16,
    },
    /// Fault: so many messages at once, as soon as there is a connection.
    Flood {
        messages: u32,
    },
    /// Fault: what the toy says next is not true.
    Lie {
        about: Lie,
    },
    /// What the toy finds broken of itself, by number.
    Faults {
        numbers: Vec<u8>,
    },
    /// The toy saves power: it tells its hub, and switches its radio off for so long.
    Sleep {
        seconds: u32,
    },
    /// A card is held to the toy.
    Card {
        card: String,
    },
    /// Whom the toy carries and what they are due.
    Children,
    Status,
    Quit,
}

/// Whether a child was at home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    Home,
    Away,
    Moved,
}

/// A child as the worker writes it down.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChildForm {
    #[serde(default)]
    pub name: String,
    pub dob: String,
    #[serde(default)]
    pub dob_estimated: bool,
    pub sex: SexOf,
    pub mother: String,
    #[serde(default)]
    pub phone: String,
    pub village: String,
    /// The family agrees to be reminded, and that the child is looked for.
    #[serde(default)]
    pub reminders: bool,
    #[serde(default)]
    pub tracing: bool,
    pub birth_order: Option<u8>,
}

/// Of a child: female, male, other or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum SexOf {
    F,
    M,
    X,
}

fn once() -> f64 {
    1.0
}

/// A command, and to which of the toys of this process: to all of them when none is named.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub toy: Option<u32>,
    pub command: Command,
}

impl Told {
    fn read(line: &[u8]) -> Result<Self, serde_json::Error> {
        let mut line: Value = serde_json::from_slice(line)?;
        let toy = line.as_object_mut().and_then(|fields| fields.remove("toy"));
        Ok(Self { toy: toy.map(serde_json::from_value).transpose()?, command: serde_json::from_value(line)? })
    }
}

/// One due dose, as the toy shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownDue {
    pub item: String,
    pub product: String,
    pub due: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownChild {
    pub child: String,
    pub dob: String,
    pub due: Vec<ShownDue>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    pub owner: Option<String>,
    pub clinic: Option<String>,
    pub radio: bool,
    pub connected: bool,
    pub pairing: bool,
    pub locked: bool,
    pub epoch: u64,
    pub last_seq: u64,
    pub durable: u64,
    pub held: usize,
    pub roster_revision: u64,
    pub children: usize,
    /// In which the hub wants the toy to speak to its worker.
    pub language: Option<String>,
    pub report_s: u16,
    pub battery_percent: u8,
    pub charging: bool,
    pub temperature_c: i8,
    pub clock_offset_ms: i64,
    pub now_ms: u64,
    pub restarts: u32,
    pub storage_free_kib: u32,
}

/// What the toy shows. Each command is answered by one event; the others come by themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// What is printed on the toy, first of all.
    Label {
        code: String,
        secret: String,
        id: String,
        short: String,
        model: String,
        port: u16,
    },
    Pair {
        held: bool,
    },
    Recorded {
        seq: u64,
        /// The number of a child that was registered.
        #[serde(skip_serializing_if = "Option::is_none")]
        child: Option<String>,
    },
    Refused {
        code: &'static str,
        why: String,
    },
    Battery {
        percent: u8,
        charging: bool,
    },
    Temperature {
        celsius: i8,
    },
    Position {
        latitude_e7: i32,
        longitude_e7: i32,
        accuracy_m: u32,
    },
    Faults {
        codes: String,
    },
    Radio {
        on: bool,
    },
    /// The radio is off, for so long.
    Asleep {
        seconds: u32,
    },
    /// The radio is on again.
    Awake,
    /// What the toy knows of a card.
    Card {
        card: String,
        blocked: bool,
    },
    /// Points of the track.
    Walk {
        points: usize,
    },
    Power {
        on: bool,
        why: &'static str,
    },
    /// A fault is set, or waits for a connection.
    Fault {
        what: &'static str,
    },
    Clock {
        offset_ms: i64,
    },
    Children {
        children: Vec<ShownChild>,
    },
    Status(Status),
    /// The line was not a command.
    Error {
        why: String,
    },
    /// The toy belongs to this hub now.
    Registered {
        hub: String,
        clinic: String,
    },
    Roster {
        revision: u64,
        children: usize,
        tasks: usize,
        worker: bool,
        /// Cards that open nothing any more.
        blocked: usize,
        /// So much had no room in the list.
        left_out: u32,
    },
    /// The hub's settings are obeyed from now on.
    Settings {
        language: String,
        report_s: u16,
        roster_days: u16,
    },
    /// The hub was away for too long: the roster is forgotten.
    Expired,
    /// The hub takes no more records for now: they stay.
    NotNow {
        seconds: u32,
    },
    /// The hub gave an order: lock, unlock, wipe.
    Ordered {
        what: &'static str,
    },
    /// Somebody looks for the toy: it rings.
    Ring,
    /// The order to wipe is done: nothing of anybody is left.
    Wiped,
    Connected,
    Disconnected {
        why: String,
    },
    Acked {
        committed: u64,
        durable: u64,
        held: usize,
    },
    /// The toy turned a hub away, or its hub refused what it sent.
    Turned {
        by: &'static str,
        why: String,
    },
    Bye,
}

/// One line: the event, and of which toy when there are several.
#[derive(Serialize)]
struct Shown {
    #[serde(skip_serializing_if = "Option::is_none")]
    toy: Option<u32>,
    #[serde(flatten)]
    event: Event,
}

/// Where events go. Never waits for the reader.
#[derive(Clone)]
pub struct Events {
    out: SyncSender<Shown>,
    toy: Option<u32>,
}

/// Ends after [`Event::Bye`], or when every [`Events`] is gone and all was written.
pub struct Written(Receiver<()>);

impl Events {
    /// Starts the thread that writes to `out`.
    pub fn start(out: impl Write + Send + 'static) -> io::Result<(Self, Written)> {
        let (events, waiting) = sync_channel(EVENTS_MAX);
        let (done, written) = sync_channel(1);
        thread::Builder::new().name("events".into()).spawn(move || {
            if let Err(e) = write_events(out, &waiting) {
                tracing::warn!(error = %e, "nobody reads the toy's events any more");
            }
            let _ = done.send(());
        })?;
        Ok((Self { out: events, toy: None }, Written(written)))
    }

    /// The same, for one of several toys.
    pub fn of(&self, toy: u32) -> Self {
        Self { out: self.out.clone(), toy: Some(toy) }
    }

    pub fn show(&self, event: Event) {
        if let Err(TrySendError::Full(_)) = self.out.try_send(Shown { toy: self.toy, event }) {
            tracing::warn!("an event was dropped: nobody reads them");
        }
    }
}

impl Written {
    /// Waits until the last event is written, but not for ever.
    pub fn wait(&self) {
        let _ = self.0.recv_timeout(LAST_WORDS);
    }
}

fn write_events(mut out: impl Write, waiting: &Receiver<Shown>) -> io::Result<()> {
    for shown in waiting {
        let mut line = serde_json::to_vec(&shown)?;
        line.push(b'\n');
        out.write_all(&line)?;
        out.flush()?;
        if shown.event == Event::Bye {
            break;
        }
    }
    Ok(())
}

/// Reads commands until `input` ends. `take` is told each line's meaning, or why it has none, and says
/// whether to go on.
pub fn read_commands(mut input: impl BufRead, mut take: impl FnMut(Result<Told, String>) -> bool) -> io::Result<()> {
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(LINE_MAX_BYTES).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let command = if line.ends_with(b"\n") || (line.len() as u64) < LINE_MAX_BYTES {
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            Told::read(&line).map_err(|e| e.to_string())
        } else {
            skip_line(&mut input)?;
            Err(format!("a line is longer than {LINE_MAX_BYTES} bytes"))
        };
        if !take(command) {
            return Ok(());
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let held = input.fill_buf()?;
        let (len, found) = match held.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (held.len(), held.is_empty()),
        };
        input.consume(len);
        if found {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Vec<Result<Told, String>> {
        let mut all = Vec::new();
        read_commands(text.as_bytes(), |c| {
            all.push(c);
            true
        })
        .unwrap();
        all
    }

    #[test]
    fn lines_are_commands_or_are_told_to_be_none() {
        let long = "x".repeat(3 * LINE_MAX_BYTES as usize);
        let text = format!(
            "{{\"do\":\"pair\"}}\n\n{long}\n{{\"do\":\"dose\",\"child\":\"K7\",\"product\":\"BCG\",\"on\":\"2026-11-20\"}}\n\
             {{\"do\":\"battery\",\"percent\":300}}\nrubbish\n{{\"do\":\"fly\"}}\n{{\"do\":\"quit\"}}"
        );
        let all = read(&text);
        let to_all = |command| Ok(Told { toy: None, command });
        assert_eq!(all[0], to_all(Command::Pair));
        assert!(all[1].as_ref().is_err_and(|e| e.contains("longer")));
        let dose = Command::Dose { child: "K7".into(), product: "BCG".into(), on: "2026-11-20".into(), batch: None };
        assert_eq!(all[2], to_all(dose));
        assert!(all[3..6].iter().all(Result::is_err));
        assert_eq!(all[6], to_all(Command::Quit));
        assert_eq!(all.len(), 7);
    }

    #[test]
    fn a_child_is_one_line() {
        let all = read(
            "{\"do\":\"child\",\"dob\":\"2026-11-20\",\"sex\":\"M\",\"mother\":\"Meena\",\"village\":\"Rampur\",\"toy\":2}\n\
             {\"do\":\"child\",\"dob\":\"2026-11-20\",\"sex\":\"M\",\"mother\":\"Meena\",\"village\":\"Rampur\",\"caste\":\"x\"}\n",
        );
        let Ok(Told { toy: Some(2), command: Command::Child(form) }) = &all[0] else { panic!("{:?}", all[0]) };
        assert_eq!((form.sex, form.reminders, form.name.as_str()), (SexOf::M, false, ""));
        assert!(all[1].is_err(), "{:?}", all[1]);
    }

    #[test]
    fn a_line_may_name_one_toy_of_many() {
        let all = read(
            "{\"do\":\"lie\",\"about\":\"content\",\"toy\":7}\n{\"do\":\"pair\",\"toy\":\"seven\"}\n{\"do\":\"lie\",\"about\":\"age\"}",
        );
        assert_eq!(all[0], Ok(Told { toy: Some(7), command: Command::Lie { about: Lie::Content } }));
        assert!(all[1..].iter().all(Result::is_err));
    }

    #[test]
    fn each_event_is_one_line() {
        let (reader, writer) = io::pipe().unwrap();
        let (events, written) = Events::start(writer).unwrap();
        events.show(Event::Recorded { seq: 1, child: None });
        events.show(Event::Refused { code: "date", why: "two\nlines".into() });
        events.of(7).show(Event::Pair { held: true });
        events.show(Event::Bye);
        written.wait();
        let lines: Vec<String> = io::BufReader::new(reader).lines().map(Result::unwrap).collect();
        assert_eq!(lines[0], r#"{"event":"recorded","seq":1}"#);
        assert_eq!(lines[1], r#"{"event":"refused","code":"date","why":"two\nlines"}"#);
        assert_eq!(lines[2..], [r#"{"toy":7,"event":"pair","held":true}"#, r#"{"event":"bye"}"#]);
    }
}

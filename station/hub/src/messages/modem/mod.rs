//! A modem with a SIM card at a serial port, in AT commands (3GPP TS 27.005 and 27.007): for a clinic without internet.
//!
//! A dialogue is opened for what is to be done and let go afterwards: a stick that is pulled out and put back is found
//! again, and other programs of the computer can use it in between.

mod pdu;

pub use pdu::{Incoming, Reported};

use super::{Given, Later, Written};
use clinic::reminder::Answer;
use pdu::{incoming, submit};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

const BAUD: u32 = 115_200;
/// For a word of the modem.
const WORD_TIMEOUT: Duration = Duration::from_secs(10);
/// For a message to be taken by the network: TS 27.005 names no time, sticks give up after about a minute.
const SEND_TIMEOUT: Duration = Duration::from_secs(90);
/// A list of stored messages is at most some hundred lines.
const ANSWER_MAX_BYTES: usize = 256 * 1024;
const END_OF_MESSAGE: u8 = 0x1a;
const ESCAPE: u8 = 0x1b;

#[derive(Debug, thiserror::Error)]
pub enum ModemError {
    #[error("the modem's port cannot be opened")]
    Open(#[source] std::io::Error),
    #[error("the modem's port")]
    Port(#[from] std::io::Error),
    #[error("the modem says nothing")]
    Silent,
    #[error("the modem says more than is read")]
    TooMuch,
    /// With its number, when it gave one.
    #[error("the modem refused: {0}")]
    Refused(String),
    #[error("the modem has no SIM card, or it is locked for good")]
    NoSim,
    #[error("the SIM card needs its PIN, or another one")]
    Pin,
    #[error("the modem has no network")]
    NoNetwork,
}

/// A PIN that was wrong is never tried again: the third time locks the card.
#[derive(Debug, Default)]
pub struct TriedPin(Option<String>);

/// Opens the port and makes the modem ready to send.
pub async fn open(
    port: &str,
    pin: &str,
    tried: &mut TriedPin,
) -> Result<Dialogue<serial2_tokio::SerialPort>, ModemError> {
    let port = serial2_tokio::SerialPort::open(port, BAUD).map_err(ModemError::Open)?;
    let mut dialogue = Dialogue::new(port);
    dialogue.ready(pin, tried).await?;
    Ok(dialogue)
}

/// Where modems keep what came in: reports, on the SIM card, in their own memory.
const STORES: [&str; 3] = ["SR", "SM", "ME"];

/// What the modem keeps of what was said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub answers: Vec<Written>,
    /// Of which part, to whom.
    pub reports: Vec<(u8, String, Reported)>,
    kept: Vec<Kept>,
}

/// A place that is taken at the modem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kept {
    store: &'static str,
    place: u16,
}

/// A talk with a modem over whatever carries it.
pub struct Dialogue<P> {
    port: P,
    /// What was read and is no whole line yet.
    read: Vec<u8>,
    pub word_within: Duration,
    pub send_within: Duration,
}

impl<P: AsyncRead + AsyncWrite + Unpin> Dialogue<P> {
    pub fn new(port: P) -> Self {
        Self { port, read: Vec::new(), word_within: WORD_TIMEOUT, send_within: SEND_TIMEOUT }
    }

    pub async fn ready(&mut self, pin: &str, tried: &mut TriedPin) -> Result<(), ModemError> {
        // A message that was cut off would swallow what comes now.
        self.port.write_all(&[ESCAPE, b'\r']).await?;
        // The first word may be lost in what was left on the line.
        if self.command("AT").await.is_err() {
            let _ = self.command("AT").await?;
        }
        let _ = self.command("ATE0").await?;
        let said = self.command("AT+CPIN?").await.map_err(|error| match error {
            ModemError::Refused(_) => ModemError::NoSim,
            error => error,
        })?;
        let said = said.iter().find_map(|line| line.strip_prefix("+CPIN:")).map(str::trim).unwrap_or_default();
        match said {
            "READY" => {}
            "SIM PIN" => self.unlock(pin, tried).await?,
            _ => return Err(ModemError::NoSim),
        }
        let _ = self.command("AT+CMGF=0").await?;
        self.has_network().await
    }

    async fn unlock(&mut self, pin: &str, tried: &mut TriedPin) -> Result<(), ModemError> {
        let digits = (4..=8).contains(&pin.len()) && pin.bytes().all(|b| b.is_ascii_digit());
        if !digits || tried.0.as_deref() == Some(pin) {
            return Err(ModemError::Pin);
        }
        tried.0 = Some(pin.to_owned());
        let said = self.command(&format!("AT+CPIN=\"{pin}\"")).await;
        if let Err(ModemError::Refused(_)) = said {
            return Err(ModemError::Pin);
        }
        let _ = said?;
        *tried = TriedPin::default();
        Ok(())
    }

    /// At home, or as a guest.
    async fn has_network(&mut self) -> Result<(), ModemError> {
        for asked in ["AT+CREG?", "AT+CEREG?"] {
            let said = self.command(asked).await.unwrap_or_default();
            let state = said.iter().find_map(|line| line.split_once(": ")?.1.split(',').nth(1).map(str::trim));
            if matches!(state, Some("1" | "5")) {
                return Ok(());
            }
        }
        Err(ModemError::NoNetwork)
    }

    /// Gives a message to the network, part for part. `number` joins the parts, any number.
    pub async fn send(&mut self, to: &str, text: &str, number: u8) -> Given {
        let Some(parts) = submit(to, text, number) else {
            return Given::refused("the message is too long for a modem".into());
        };
        let mut numbers = Vec::with_capacity(parts.len());
        for (part, before) in parts.iter().zip(0_u8..) {
            let (error, may_have) = match self.part(part).await {
                Ok(number) => {
                    numbers.push(number.to_string());
                    continue;
                }
                Err(Unsent::Before(error)) => (error, before),
                Err(Unsent::After(error)) => (error, before.saturating_add(1)),
            };
            // The network took a part and not the next: what the family has is not whole, and not nothing.
            let given = match may_have {
                0 => Given::not_now(None, (&error).into(), error.to_string()),
                _ => Given::unclear(&error.to_string()),
            };
            return Given { parts: Some(may_have), ..given };
        }
        Given { id: gateway_id(to, &numbers), ..Given::of(Answer::Taken) }
    }

    async fn part(&mut self, part: &pdu::Submit) -> Result<u8, Unsent> {
        self.say(&format!("AT+CMGS={}\r", part.tpdu_bytes)).await.map_err(Unsent::Before)?;
        self.prompt().await.map_err(Unsent::Before)?;
        // Until its last byte the modem has nothing to send.
        self.say(&part.hex).await.map_err(Unsent::Before)?;
        self.port.write_all(&[END_OF_MESSAGE]).await.map_err(|error| Unsent::After(error.into()))?;
        self.port.flush().await.map_err(|error| Unsent::After(error.into()))?;
        let said = match self.answer(self.send_within).await {
            Ok(said) => said,
            // It says that the network did not take it.
            Err(error @ ModemError::Refused(_)) => return Err(Unsent::Before(error)),
            Err(error) => return Err(Unsent::After(error)),
        };
        let number = said.iter().find_map(|line| line.strip_prefix("+CMGS:")?.trim().split(',').next()?.parse().ok());
        // It was taken, whatever its number is.
        Ok(number.unwrap_or_default())
    }

    /// Reads what phones wrote and what became of messages. The modem keeps it until [`Self::forget`]: who asks makes it
    /// durable in between. After an error `heard` has what was read before it.
    pub async fn hear(&mut self, heard: &mut Heard) -> Result<(), ModemError> {
        // Reports are stored as texts are; where a modem keeps them apart, there.
        let _ = self.command("AT+CNMI=2,1,0,2,0").await;
        for store in STORES {
            if self.select(store).await.is_err() {
                continue;
            }
            let listed = match self.command("AT+CMGL=4").await {
                Ok(listed) => listed,
                Err(ModemError::Refused(_)) => continue,
                Err(error) => return Err(error),
            };
            let mut place = None;
            for line in listed {
                if let Some(rest) = line.strip_prefix("+CMGL:") {
                    place = rest.trim().split(',').next().and_then(|place| place.parse::<u16>().ok());
                    continue;
                }
                // What the modem says in between is none of them.
                if !line.bytes().all(|b| b.is_ascii_hexdigit()) {
                    continue;
                }
                match incoming(&line) {
                    Some(Incoming::Text { from, text }) => heard.answers.push(Written { from, text, entry: line }),
                    Some(Incoming::Report { number, to, state }) => heard.reports.push((number, to, state)),
                    None => {}
                }
                // A full card takes no more: what is no use to us is taken off too.
                heard.kept.extend(place.take().map(|place| Kept { store, place }));
            }
        }
        Ok(())
    }

    /// Takes what was heard off the modem. What one place refuses to give up is heard again, and the others go on.
    pub async fn forget(&mut self, heard: Heard) -> Result<(), ModemError> {
        let mut refused = None;
        for kept in heard.kept.chunk_by(|one, next| one.store == next.store) {
            self.select(kept[0].store).await?;
            for Kept { place, .. } in kept {
                match self.command(&format!("AT+CMGD={place}")).await {
                    Ok(_) => {}
                    Err(error @ ModemError::Refused(_)) => refused = Some(error),
                    Err(error) => return Err(error),
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    async fn select(&mut self, store: &str) -> Result<(), ModemError> {
        self.command(&format!("AT+CPMS=\"{store}\"")).await.map(|_| ())
    }

    async fn command(&mut self, command: &str) -> Result<Vec<String>, ModemError> {
        self.say(&format!("{command}\r")).await?;
        self.answer(self.word_within).await
    }

    async fn say(&mut self, text: &str) -> Result<(), ModemError> {
        timeout(self.word_within, self.port.write_all(text.as_bytes())).await.map_err(|_| ModemError::Silent)??;
        Ok(())
    }

    /// The lines up to the final word.
    async fn answer(&mut self, within: Duration) -> Result<Vec<String>, ModemError> {
        let lines = async {
            let mut lines = Vec::new();
            loop {
                let line = self.line().await?;
                match line.as_str() {
                    "OK" => return Ok(lines),
                    "ERROR" => return Err(ModemError::Refused(String::new())),
                    said if said.starts_with("+CMS ERROR") || said.starts_with("+CME ERROR") => {
                        return Err(ModemError::Refused(line));
                    }
                    // An echo of what was said.
                    said if said.is_empty() || said.starts_with("AT") => {}
                    _ => lines.push(line),
                }
            }
        };
        timeout(within, lines).await.map_err(|_| ModemError::Silent)?
    }

    async fn line(&mut self) -> Result<String, ModemError> {
        loop {
            if let Some(end) = self.read.iter().position(|b| *b == b'\n') {
                let line: Vec<u8> = self.read.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim().to_owned());
            }
            self.more().await?;
        }
    }

    /// The sign that the modem waits for the message itself: no end of a line follows it.
    async fn prompt(&mut self) -> Result<(), ModemError> {
        let within = self.word_within;
        let waits = async {
            loop {
                if let Some(sign) = self.read.iter().position(|b| *b == b'>') {
                    self.read.drain(..=sign);
                    return Ok(());
                }
                if String::from_utf8_lossy(&self.read).contains("ERROR") {
                    let said = String::from_utf8_lossy(&std::mem::take(&mut self.read)).trim().to_owned();
                    return Err(ModemError::Refused(said));
                }
                self.more().await?;
            }
        };
        timeout(within, waits).await.map_err(|_| ModemError::Silent)?
    }

    async fn more(&mut self) -> Result<(), ModemError> {
        if self.read.len() > ANSWER_MAX_BYTES {
            return Err(ModemError::TooMuch);
        }
        let mut some = [0; 512];
        match self.port.read(&mut some).await? {
            0 => Err(ModemError::Port(std::io::ErrorKind::UnexpectedEof.into())),
            count => {
                self.read.extend_from_slice(&some[..count]);
                Ok(())
            }
        }
    }
}

/// When a part was not known to be sent.
enum Unsent {
    /// The network has nothing of it.
    Before(ModemError),
    /// It may have it.
    After(ModemError),
}

/// By what a report is known again: the phone, and the numbers that the network gave to the parts.
fn gateway_id(to: &str, numbers: &[String]) -> String {
    format!("{to}/{}", numbers.join("."))
}

/// What a message became by these reports: it is on the phone when all of its parts are.
pub fn later(gateway_id: &str, heard: &Reports) -> Option<Later> {
    let (to, numbers) = gateway_id.split_once('/')?;
    let numbers: Vec<u8> = numbers.split('.').filter_map(|number| number.parse().ok()).collect();
    let of = |number: &u8| heard.0.get(&(*number, to.to_owned())).copied();
    if numbers.iter().any(|number| of(number) == Some(Reported::Failed)) {
        return Some(Later::NotDelivered);
    }
    let all = !numbers.is_empty() && numbers.iter().all(|number| of(number) == Some(Reported::Delivered));
    all.then_some(Later::Delivered)
}

/// The newest report of each part. Numbers come round after 256 parts: with the phone they are told apart.
#[derive(Debug, Default)]
pub struct Reports(std::collections::HashMap<(u8, String), Reported>);

/// More parts than can have numbers at once, for the phones of some days.
const REPORTS_MAX: usize = 20_000;

impl Reports {
    pub fn learn(&mut self, reports: Vec<(u8, String, Reported)>) {
        if self.0.len() > REPORTS_MAX {
            self.0.clear();
        }
        for (number, to, state) in reports {
            // As it is sent to: the last ten digits.
            let phone = to.get(to.len().saturating_sub(10)..).unwrap_or_default().to_owned();
            let _ = self.0.insert((number, phone), state);
        }
    }
}

#[cfg(test)]
pub(super) mod tests;

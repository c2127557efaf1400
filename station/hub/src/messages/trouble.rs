//! Why messages do not go out, as far as a person at the desk can do something about it.

use super::http::NotAsked;
use super::modem::ModemError;
use clinic::reminder::Channel;

/// What a channel's last message, or the last look at it, met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayTrouble {
    pub channel: Channel,
    pub trouble: Trouble,
    pub at_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No line to the gateway.
    Unreachable,
    /// The gateway cannot prove who it is.
    Untrusted,
    /// Nothing takes messages at its address.
    Address,
    /// It wants another key, or more rights for this one.
    Key,
    /// It wants to be paid.
    Unpaid,
    /// It says that it is busy or broken, and takes nothing.
    Busy,
    /// It says that it did not take the message.
    SaysNo,
    /// It will never take the message as it is.
    Refuses,
    /// It may have taken the message.
    NoAnswer,
    /// What families wrote cannot be read: a STOP may be there.
    Answers,
    /// No modem at the port.
    Port,
    /// The modem does not speak.
    Silent,
    NoSim,
    Pin,
    NoNetwork,
    /// The network does not take the message.
    Network,
}

impl Trouble {
    pub const ALL: [Self; 16] = [
        Self::Unreachable,
        Self::Untrusted,
        Self::Address,
        Self::Key,
        Self::Unpaid,
        Self::Busy,
        Self::SaysNo,
        Self::Refuses,
        Self::NoAnswer,
        Self::Answers,
        Self::Port,
        Self::Silent,
        Self::NoSim,
        Self::Pin,
        Self::NoNetwork,
        Self::Network,
    ];

    /// The last part of the words' key `way-trouble-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Address => "address",
            Self::Key => "key",
            Self::Unpaid => "unpaid",
            Self::Busy => "busy",
            Self::SaysNo => "says-no",
            Self::Refuses => "refuses",
            Self::NoAnswer => "no-answer",
            Self::Answers => "answers",
            Self::Port => "port",
            Self::Silent => "silent",
            Self::NoSim => "no-sim",
            Self::Pin => "pin",
            Self::NoNetwork => "no-network",
            Self::Network => "network",
        }
    }

    /// What an answer means that says with its HTTP status that the message was not taken.
    pub fn of_status(status: u16) -> Self {
        match status {
            401 | 403 => Self::Key,
            402 => Self::Unpaid,
            404 | 405 => Self::Address,
            status if (300..400).contains(&status) => Self::Address,
            _ => Self::Busy,
        }
    }
}

impl From<&NotAsked> for Trouble {
    fn from(error: &NotAsked) -> Self {
        match error {
            NotAsked::Address | NotAsked::Header => Self::Address,
            NotAsked::NoRoots | NotAsked::Tls(_) => Self::Untrusted,
            // So the encryption says that it does not believe the other side.
            NotAsked::Connect(error) if error.kind() == std::io::ErrorKind::InvalidData => Self::Untrusted,
            NotAsked::Connect(_) | NotAsked::Slow => Self::Unreachable,
        }
    }
}

impl From<&ModemError> for Trouble {
    fn from(error: &ModemError) -> Self {
        match error {
            ModemError::Open(_) | ModemError::Port(_) => Self::Port,
            ModemError::Silent | ModemError::TooMuch => Self::Silent,
            ModemError::NoSim => Self::NoSim,
            ModemError::Pin => Self::Pin,
            ModemError::NoNetwork => Self::NoNetwork,
            ModemError::Refused(_) => Self::Network,
        }
    }
}

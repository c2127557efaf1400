//! What a person must be told of a device.

/// Unknown devices that are told at once: more say nothing new, and a neighbour's school must not fill the list.
pub const UNKNOWN_OPEN_MAX: usize = 20;

/// The numbers stand in databases and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertKind {
    /// Given to a worker, and not heard of for a whole day on which the clinic worked, or for a week.
    Offline = 0,
    LowBattery = 1,
    LeftFence = 2,
    /// It answers and cannot be worked with: it floods, lies, has another key.
    Failing = 3,
    WrongClock = 4,
    /// Not registered here, and in the network for a while.
    Unknown = 5,
    /// One that was reported lost is in the network.
    LostIsHere = 6,
    /// Its last weeks say so.
    LikelyToFail = 7,
    /// It told more in a day than a person does: the rest waits on it.
    TooMuch = 8,
    /// It has no room for many more records.
    LowStorage = 9,
    /// It says of itself that something is broken.
    Broken = 10,
    /// Its list has no room for all that its worker has.
    LeftOut = 11,
}

impl AlertKind {
    pub const ALL: [Self; 12] = [
        Self::Offline,
        Self::LowBattery,
        Self::LeftFence,
        Self::Failing,
        Self::WrongClock,
        Self::Unknown,
        Self::LostIsHere,
        Self::LikelyToFail,
        Self::TooMuch,
        Self::LowStorage,
        Self::Broken,
        Self::LeftOut,
    ];

    /// The last part of the words' key `toy-alert-…`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::LowBattery => "low-battery",
            Self::LeftFence => "left-fence",
            Self::Failing => "failing",
            Self::WrongClock => "wrong-clock",
            Self::Unknown => "unknown",
            Self::LostIsHere => "lost-is-here",
            Self::LikelyToFail => "likely-to-fail",
            Self::TooMuch => "too-much",
            Self::LowStorage => "low-storage",
            Self::Broken => "broken",
            Self::LeftOut => "left-out",
        }
    }

    /// What must be looked at first comes last.
    pub fn weight(self) -> u8 {
        match self {
            Self::LikelyToFail => 0,
            Self::LowBattery => 1,
            Self::LowStorage => 2,
            Self::Offline => 3,
            Self::LeftOut => 4,
            Self::Unknown => 5,
            Self::TooMuch => 6,
            Self::LeftFence => 7,
            Self::WrongClock => 8,
            Self::Broken => 9,
            Self::Failing => 10,
            Self::LostIsHere => 11,
        }
    }

    pub fn of(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number)
    }
}

/// One alert of one device: open until its cause is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The short id that the device announces.
    pub short: String,
    pub kind: AlertKind,
    pub opened_ms: u64,
    /// A fault's code, a fence's name, a model: what the sentence needs.
    pub detail: String,
}

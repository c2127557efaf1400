//! What can honestly be said of the link.

use clinic::ledger::EventId;
use hub_protocol::replica::{Head, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// Not started, or stopped.
    Off,
    Connecting,
    /// Both sides have compared what they hold and exchange what is new.
    Connected,
    Waiting {
        /// Wall clock, ms since 1970.
        next_try_ms: u64,
    },
    /// All was said, and the line is paid by the byte: dialled again for the next record, and then at the latest.
    Resting {
        /// Wall clock, ms since 1970.
        next_try_ms: u64,
    },
    /// What the line may cost today is spent.
    Spent {
        /// Wall clock, ms since 1970.
        until_ms: u64,
    },
    /// The district (or, for a log that is not what it was, this station) refuses. Tried again from time to time.
    Refused(Refusal),
    /// Whoever answers there has another key than the district that took us in.
    WrongDistrict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkStatus {
    pub state: LinkState,
    /// What the district has proved to hold of each log of ours, on this or an earlier connection of this
    /// process, in the order of origins.
    pub acked: Vec<Head>,
    /// How far each log is sent on this connection, of those of which not all is proved.
    pub sent: Vec<Head>,
    /// Events that the district holds for us and that are not stored here yet.
    pub arriving: u64,
    /// When the district last said something; wall clock, ms since 1970.
    pub last_contact_ms: Option<u64>,
    /// What the line cost today, both directions with all headers.
    pub today_bytes: u64,
}

impl LinkStatus {
    pub const START: Self = Self {
        state: LinkState::Off,
        acked: Vec::new(),
        sent: Vec::new(),
        arriving: 0,
        last_contact_ms: None,
        today_bytes: 0,
    };

    /// Is this record of ours on its way?
    pub fn is_sent(&self, id: EventId) -> bool {
        self.sent.iter().any(|head| head.origin == id.origin && head.seq >= id.seq)
    }

    /// Keeps the newest proof of each log. Gives whether that is news.
    pub(super) fn prove(&mut self, heads: impl Iterator<Item = Head>) -> bool {
        let mut news = false;
        for head in heads {
            match self.acked.binary_search_by_key(&head.origin, |h| h.origin) {
                Ok(place) if self.acked[place].seq < head.seq => self.acked[place] = head,
                Ok(_) => continue,
                Err(place) => self.acked.insert(place, head),
            }
            news = true;
        }
        news
    }

    /// What was on its way on a connection that is over is not on its way any more.
    pub(super) fn cut(&mut self) {
        self.sent.clear();
        self.arriving = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub_protocol::OriginId;

    fn head(origin: u8, seq: u64) -> Head {
        Head { origin: OriginId([origin; 16]), seq, hash: [0; 32] }
    }

    #[test]
    fn the_newest_proof_of_each_log_is_kept() {
        let mut status = LinkStatus::START;
        assert!(status.prove([head(2, 5), head(1, 9)].into_iter()));
        assert!(!status.prove([head(2, 4), head(1, 9)].into_iter()));
        assert!(status.prove([head(2, 6)].into_iter()));
        assert_eq!(status.acked, [head(1, 9), head(2, 6)]);
    }

    #[test]
    fn a_record_is_on_its_way_as_long_as_the_connection_stands() {
        let id = |origin, seq| EventId { origin: OriginId([origin; 16]), seq };
        let mut status = LinkStatus { sent: vec![head(1, 9)], ..LinkStatus::START };
        assert!(status.is_sent(id(1, 9)) && !status.is_sent(id(1, 10)) && !status.is_sent(id(2, 1)));
        status.cut();
        assert!(!status.is_sent(id(1, 9)));
    }
}

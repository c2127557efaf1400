//! What can honestly be said of the link.

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
    /// When the district last said something; wall clock, ms since 1970.
    pub last_contact_ms: Option<u64>,
}

impl LinkStatus {
    pub(super) const START: Self = Self { state: LinkState::Off, acked: Vec::new(), last_contact_ms: None };

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
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub_protocol::OriginId;

    #[test]
    fn the_newest_proof_of_each_log_is_kept() {
        let head = |origin, seq| Head { origin: OriginId([origin; 16]), seq, hash: [0; 32] };
        let mut status = LinkStatus::START;
        assert!(status.prove([head(2, 5), head(1, 9)].into_iter()));
        assert!(!status.prove([head(2, 4), head(1, 9)].into_iter()));
        assert!(status.prove([head(2, 6)].into_iter()));
        assert_eq!(status.acked, [head(1, 9), head(2, 6)]);
    }
}

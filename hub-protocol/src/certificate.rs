//! The district's word for a station, in the station's hands: with it a district that was restored from a backup
//! older than the enrolment takes the station in again.

use crate::frame::to_cbor;
use crate::identity::{Domain, Identity, PublicKey};
use minicbor::{Decode, Encode};

/// Characters of a station's name.
pub const STATION_NAME_MAX_CHARS: usize = 80;

/// Whose key this is, by which name, and which keys it replaced.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Station {
    #[n(0)]
    pub key: PublicKey,
    /// The keys that were the station's before, the oldest first.
    #[n(1)]
    pub former: Vec<PublicKey>,
    /// The public half of the key that the station's printed recovery key derives.
    #[n(2)]
    pub recovery: PublicKey,
    #[n(3)]
    pub name: String,
    /// Wall clock of the district, ms since 1970.
    #[n(4)]
    pub issued_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Certificate {
    #[n(0)]
    pub station: Station,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: [u8; 64],
}

impl Certificate {
    pub fn issue(station: Station, district: &Identity) -> Self {
        let signature = district.sign(Domain::Certificate, &to_cbor(&station));
        Self { station, signature }
    }

    /// Did this district say so?
    pub fn is_by(&self, district: &PublicKey) -> bool {
        district.verify(Domain::Certificate, &to_cbor(&self.station), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_word_is_nobodys() {
        let (district, other) = (Identity::from_seed([1; 32]), Identity::from_seed([2; 32]));
        let station = Station {
            key: other.public_key(),
            former: vec![],
            recovery: other.public_key(),
            name: "PHC Rampur".into(),
            issued_ms: 1,
        };
        let certificate = Certificate::issue(station, &district);
        assert!(certificate.is_by(&district.public_key()));
        assert!(!certificate.is_by(&other.public_key()));
        let mut changed = certificate;
        changed.station.name.push('!');
        assert!(!changed.is_by(&district.public_key()));
    }
}

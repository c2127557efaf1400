//! What a rule or the district is against, in plain words and with one code, and what can be done about it.

use super::{Failure, with_causes};
use clinic::exit::Code;
use clinic::record::refusal::Refusal;
use hub::HubError;
use hub::uplink::UplinkError;
use hub_protocol::replica::{self, NotALink};

/// What a refusal says wherever it was met; `None` for any other error.
pub fn failure(error: &(dyn std::error::Error + 'static)) -> Option<Failure> {
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Some(Failure::new(Code::Refused, format!("refused: {refusal}")));
    }
    // The hub's errors stand for what is in them.
    let uplink = match error.downcast_ref::<HubError>() {
        Some(HubError::Link(slip)) => return Some(Failure::new(Code::Usage, slip.to_string())),
        Some(HubError::Uplink(uplink)) => Some(uplink),
        _ => error.downcast_ref(),
    };
    match uplink {
        Some(UplinkError::Refused(no)) => Some(Failure::new(Code::Refused, district(*no))),
        Some(UplinkError::WrongDistrict) => Some(Failure::new(Code::Refused, WRONG_DISTRICT)),
        _ => error.downcast_ref::<NotALink>().map(|slip| Failure::new(Code::Usage, slip.to_string())),
    }
}

/// A contact with the district at this address that failed.
pub fn contact(error: UplinkError, address: &str) -> Failure {
    match error {
        UplinkError::Refused(_) | UplinkError::WrongDistrict => error.into(),
        error => Failure::new(
            Code::Failed,
            format!(
                "{address}: {}. Is this computer online, is that the district's address, and is UDP let through to it? \
                 The same command may be run again.",
                with_causes(&error)
            ),
        ),
    }
}

pub const WRONG_DISTRICT: &str = "whoever answers at the district's address is not the district that was expected, and \
                                  was told nothing. Call the district office before you go on";

/// What the district says, and what to do then.
pub fn district(no: replica::Refusal) -> String {
    use replica::Refusal::{
        BadChain, BadRecovery, BadSecret, BadSignature, Fork, Gap, Malformed, NotYours, OutOfOrder, Quarantined,
        Replaced, Storage, TooManyLogs, UnknownStation, Version,
    };
    let advice = match no {
        Version | Malformed | OutOfOrder => "Install the same version of Tikka here and at the district.",
        UnknownStation => {
            "Tell the district office: theirs may be an old copy. Recording goes on, and nothing is lost here."
        }
        BadSecret => {
            "A link works once, for seven days: ask the district office for a new one (`tikka-district enroll`)."
        }
        Quarantined => {
            "Recording goes on, and the records wait here. The district office sees why with `tikka-district \
             stations`, and lets this station in again with `tikka-district station readmit`; one that it revoked stays \
             out, and a new computer takes its place (`tikka-district enroll --replaces`)."
        }
        Replaced => {
            "Work on at that computer, and ask the district office what to do with what was recorded on this one since."
        }
        TooManyLogs => {
            "Ask the district office for a link that gives a new computer this one's place (`tikka-district enroll \
             --replaces`). Nothing is lost here."
        }
        BadRecovery => "Compare with the paper. The district counts the tries.",
        BadChain | BadSignature | Fork | NotYours | Gap => {
            "Run `tikka-station verify`, and tell the district office what it says. Nothing is lost here."
        }
        Storage => "Tell the district office to look at its disk. It is tried again by itself.",
    };
    format!("the district refuses: {no}. {advice}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{DISK_FULL, backup};
    use super::*;
    use clinic::store::{BackupError, KeysError, LoginError, OpenError, SubmitError};

    fn said(error: impl std::error::Error + 'static) -> (Code, String) {
        let failure = Failure::from(error);
        (failure.code, failure.words)
    }

    #[test]
    fn one_refusal_has_one_code_wherever_it_is_met() {
        let rule = (Code::Refused, "refused: the login is taken".to_owned());
        assert_eq!(said(Refusal::LoginTaken), rule);
        assert_eq!(said(SubmitError::Refused(Refusal::LoginTaken)), rule);
        assert_eq!(said(OpenError::Refused(Refusal::LoginTaken)), rule);
        assert_eq!(said(BackupError::Refused(Refusal::LoginTaken)), rule);
        assert_eq!(said(HubError::Submit(Refusal::LoginTaken.into())), rule);
        let shut_out = UplinkError::Refused(replica::Refusal::Quarantined);
        let (code, words) = said(HubError::Uplink(shut_out));
        assert!(code == Code::Refused && words.contains("station readmit"), "{words}");
        let words = contact(UplinkError::Refused(replica::Refusal::BadSecret), "a:1").words;
        assert!(words.contains("ask the district office for a new one"), "{words}");
    }

    #[test]
    fn a_link_that_was_mistyped_is_a_wrong_command_line() {
        let slip = "http://x".parse::<replica::EnrolLink>().unwrap_err();
        let (code, words) = said(HubError::Link(slip));
        assert!(code == Code::Usage && words.contains("tikka://"), "{words}");
        assert_eq!(said(slip).0, Code::Usage);
    }

    #[test]
    fn a_full_disk_is_called_that_wherever_it_is_met() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        let path = std::path::Path::new("stick.tikka");
        for failure in [
            Failure::from(full()),
            Failure::from(OpenError::Io(full())),
            Failure::from(LoginError::Open(KeysError::Io(full()).into())),
            Failure::from(SubmitError::Store(KeysError::Io(full()).into())),
            backup::failure(BackupError::Io(full()), path),
            backup::failure(BackupError::Open(OpenError::Keys(full().into())), path),
        ] {
            assert_eq!((failure.code, &*failure.words), (Code::Failed, DISK_FULL));
        }
        // What an opening says has its code also where it is about a backup, or a key.
        assert_eq!(backup::failure(BackupError::Open(OpenError::InUse), path).code, Code::InUse);
        let failure = backup::failure(BackupError::Unfinished(OpenError::Io(full())), path);
        assert!(failure.words.contains("under the new key") && failure.words.contains("the disk is full"));
    }

    #[test]
    fn a_district_that_is_not_reached_is_named() {
        let failure = contact(UplinkError::Timeout, "district.example:4433");
        assert_eq!(failure.code, Code::Failed);
        assert!(failure.words.starts_with("district.example:4433: the district did not answer in time."));
    }
}

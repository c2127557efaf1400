//! Facts on their way into the records: what a station wrote and gets back is replayed, whatever is in it.

use clinic::ledger::{Actor, Chain, Entry, Hlc};
use clinic::record::Fact;
use clinic::record::fact::{OpenedWhy, OriginOpened};
use clinic::replica::Logs;
use clinic::store::{Founding, KdfCost, NewPerson, Problem, RecoveryKey, SubmitError, found};
use clinic::{Clinic, Env};
use hub_protocol::{OriginId, UserId};
use std::path::Path;
use std::sync::OnceLock;
use tempfile::TempDir;

const PASSWORD: &str = "horse staple 9";
const OLD: OriginId = OriginId([8; 16]);
/// 2026-11-20, noon in India.
const NOON_MS: u64 = 1_795_156_200_000;
const EVENTS_MAX: usize = 64;

fn env() -> Env {
    let mut env = Env::with_clock(|| NOON_MS);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

/// A clinic that was just founded, to be copied.
fn template() -> &'static TempDir {
    static TEMPLATE: OnceLock<TempDir> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = super::files::folder();
        let person = |login: &str| NewPerson {
            login: login.to_owned(),
            name: "Somebody".to_owned(),
            password: PASSWORD.to_owned().into(),
        };
        let founding = Founding {
            clinic: "PHC".to_owned(),
            schedule: "uip".to_owned(),
            je_endemic: false,
            super_admin: person("root1"),
            admin: person("admin"),
            worker: person("asha"),
            recovery: RecoveryKey::generate(&env()).unwrap_or_else(|e| panic!("{e}")),
            demo: false,
        };
        drop(found(folder.path(), &founding, env()).unwrap_or_else(|e| panic!("{e}")));
        folder
    })
}

fn copy_of(template: &Path) -> TempDir {
    let folder = super::files::folder();
    for name in ["ledger.db", "keys.cbor"] {
        std::fs::copy(template.join(name), folder.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    folder
}

/// Events one after the other: kind in two bytes, version, who (0 is nobody), an hour, the body's length in two bytes,
/// and the body.
fn entries(mut data: &[u8]) -> Vec<Entry> {
    let mut entries = Vec::new();
    while let [kind_high, kind_low, version, who, hour, length_high, length_low, rest @ ..] = data
        && entries.len() < EVENTS_MAX
    {
        let length = usize::from(u16::from_be_bytes([*length_high, *length_low])).min(rest.len());
        let (body, left) = rest.split_at(length);
        data = left;
        entries.push(Entry {
            hlc: Hlc((NOON_MS - 400 * 3_600_000 + u64::from(*hour) * 3_600_000) << 16),
            actor: Actor((*who > 0).then(|| UserId(u64::from(*who)))),
            kind: u16::from_be_bytes([*kind_high, *kind_low]),
            version: *version,
            body: body.to_vec(),
        });
    }
    entries
}

/// The log of a station that was restored comes back from the district. Facts are kept, whatever they say, and the
/// read tables follow from them.
pub fn records(data: &[u8]) {
    let entries = entries(data);
    let folder = copy_of(template().path());
    let opened = Clinic::unlock(folder.path(), "admin", PASSWORD, env());
    let (clinic, admin) = opened.unwrap_or_else(|e| panic!("{e}"));
    let me = clinic.identity();
    let mut chain = Chain::empty(OLD);
    let first = Fact::OriginOpened(OriginOpened { node: me.public_key(), why: OpenedWhy::Founded });
    let facts = entries.iter().all(|entry| Fact::of(entry).is_ok());
    let mut events = vec![chain.append(first.to_entry(Hlc((NOON_MS - 500 * 3_600_000) << 16), Actor::NODE))];
    events.extend(entries.into_iter().map(|entry| chain.append(entry)));
    let before = clinic.heads().unwrap_or_else(|e| panic!("{e}"));
    match clinic.store(&me.public_key(), &events, chain.head().sign(me)) {
        Ok(held) => assert_eq!(held, chain.head()),
        Err(error) => {
            assert!(!facts, "facts that happened are refused: {error:?}");
            assert_eq!(clinic.heads().unwrap_or_else(|e| panic!("{e}")), before, "refused, and something stayed");
        }
    }
    match clinic.verify(&admin) {
        // What is no fact, or by no toy, is kept as it was signed, and named.
        Ok(report) => {
            let named = |problem: &Problem| match problem {
                Problem::EventUnreadable(_) => !facts,
                problem => matches!(problem, Problem::ToySignatureWrong(_)),
            };
            assert!(report.problems.iter().all(named), "{:?}", report.problems);
        }
        // The log may have disabled the Admin.
        Err(SubmitError::Refused(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
}

//! A whole conversation with a peer that says what it likes: the session, its frames and its jobs, over a store in
//! memory. The peer has a good key, so what it signs gets as far as a hostile station's would.

use arbitrary::{Result, Unstructured};
use clinic::ledger::{Actor, Chain, Entry, Event, Hlc, pack, pack_after};
use clinic::replica::{Fault, Job, Limits, Logs, Session, Wire, branch_origin, perform, verify};
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{self, Batch, Head, Hello, Message, More, Refusal, SignedHead, VERSION};
use hub_protocol::{Identity, OriginId, PublicKey};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const OURS: OriginId = OriginId([1; 16]);
const THIRD: OriginId = OriginId([3; 16]);
/// What a peer that never reads may make us keep for it, in bytes.
const UNSENT_MAX_BYTES: usize = 4 * REPLICA_MAX_BYTES;
const STEPS_MAX: usize = 200;

struct Keys {
    me: Identity,
    peer: Identity,
    third: Identity,
}

fn keys() -> &'static Keys {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let key = |n| Identity::from_seed([n; 32]);
    KEYS.get_or_init(|| Keys { me: key(1), peer: key(2), third: key(3) })
}

#[derive(Debug, thiserror::Error)]
#[error("the store fails, as it was told to")]
struct Failing;

#[derive(Default)]
struct Held {
    logs: RefCell<BTreeMap<OriginId, (PublicKey, Vec<Event>)>>,
    failing: RefCell<bool>,
}

fn end(origin: OriginId, events: &[Event]) -> Chain {
    events.last().map_or(Chain::empty(origin), |e| Chain::at(Head { origin, seq: e.id.seq, hash: e.hash }))
}

impl Held {
    fn new() -> Self {
        let held = Self::default();
        let keys = keys();
        held.logs.borrow_mut().insert(OURS, (keys.me.public_key(), vec![]));
        held.logs.borrow_mut().insert(THIRD, (keys.third.public_key(), vec![]));
        held.append(OURS, 3);
        held.append(THIRD, 2);
        held
    }

    fn append(&self, origin: OriginId, count: u64) {
        let mut logs = self.logs.borrow_mut();
        let Some((_, events)) = logs.get_mut(&origin) else { return };
        for _ in 0..count {
            let mut chain = end(origin, events);
            events.push(chain.append(entry(events.len() as u64)));
        }
    }

    fn head(&self, origin: OriginId) -> Head {
        self.logs.borrow().get(&origin).map_or(Chain::empty(origin), |(_, events)| end(origin, events)).head()
    }

    /// What `entry` made the event there of.
    fn clock_at(&self, origin: OriginId, seq: u64) -> u64 {
        let at = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        let logs = self.logs.borrow();
        let event = logs.get(&origin).and_then(|(_, events)| events.get(at?));
        event.map_or(0, |event| event.entry.hlc.0 >> 16)
    }

    fn all(&self, origin: OriginId) -> Vec<Event> {
        self.logs.borrow().get(&origin).map(|(_, events)| events.clone()).unwrap_or_default()
    }
}

fn entry(n: u64) -> Entry {
    Entry { hlc: Hlc(n << 16), actor: Actor::NODE, kind: 30, version: 1, body: vec![n as u8; 9] }
}

impl Logs for Held {
    type Error = Failing;

    fn heads(&self) -> Result<Vec<Head>, Failing> {
        if *self.failing.borrow() {
            return Err(Failing);
        }
        Ok(self.logs.borrow().iter().map(|(origin, (_, events))| end(*origin, events).head()).collect())
    }

    fn writer(&self, origin: OriginId) -> Result<Option<PublicKey>, Failing> {
        Ok(self.logs.borrow().get(&origin).map(|(writer, _)| *writer))
    }

    fn hash_at(&self, origin: OriginId, seq: u64) -> Result<Option<[u8; 32]>, Failing> {
        let at = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        Ok(self.logs.borrow().get(&origin).and_then(|(_, events)| events.get(at?)).map(|e| e.hash))
    }

    fn entries(&self, origin: OriginId, after: u64, max_events: u32, _bytes: usize) -> Result<Vec<Entry>, Failing> {
        let logs = self.logs.borrow();
        let events = logs.get(&origin).map(|(_, events)| events.as_slice()).unwrap_or_default();
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Ok(events.iter().skip(after).take(max_events as usize).map(|e| e.entry.clone()).collect())
    }

    fn store(&self, writer: &PublicKey, events: &[Event], head: SignedHead) -> Result<Head, Failing> {
        if *self.failing.borrow() {
            return Err(Failing);
        }
        let origin = head.head.origin;
        let mut logs = self.logs.borrow_mut();
        let (known, held) = logs.entry(origin).or_insert((*writer, vec![]));
        assert!(known == writer && head.verify(writer), "stored under a signature that is not its writer's");
        for event in events {
            assert_eq!(event.id.seq, held.len() as u64 + 1, "stored twice, or after a gap");
            held.push(event.clone());
        }
        assert_eq!(end(origin, held).head(), head.head, "stored what does not end in its head");
        Ok(head.head)
    }

    fn writes(&self) -> Result<Option<OriginId>, Failing> {
        Ok(Some(OURS))
    }

    fn reopen(&self, origin: OriginId, common: u64) -> Result<(), Failing> {
        let me = keys().me.public_key();
        let mut logs = self.logs.borrow_mut();
        let Some((writer, events)) = logs.get_mut(&origin) else { return Err(Failing) };
        assert_eq!(*writer, me, "somebody else's log is moved");
        let moved = events.split_off(usize::try_from(common).unwrap_or(usize::MAX).min(events.len()));
        if let Some(first) = moved.first() {
            let branch = branch_origin(&me, origin, first.hash);
            let mut chain = Chain::empty(branch);
            let events = moved.into_iter().map(|event| chain.append(event.entry)).collect();
            logs.insert(branch, (me, events));
        }
        Ok(())
    }
}

/// The peer: what it has said so far, and may say again.
struct Peer {
    origins: Vec<OriginId>,
    said: Vec<Vec<u8>>,
}

pub fn session(data: &[u8]) {
    // Out of bytes is the end of the story.
    let _ = play(&mut Unstructured::new(data));
}

fn play(u: &mut Unstructured<'_>) -> Result<()> {
    let held = Held::new();
    let third = held.all(THIRD);
    let session = Session::new(Limits::default(), 7);
    let mut wire = Wire::new(session, None, Reader::new(REPLICA_MAX_BYTES));
    let mut jobs: Vec<Job> = Vec::new();
    let mut peer = Peer { origins: vec![OriginId([2; 16]), OriginId([4; 16]), OURS, THIRD], said: vec![] };
    let (mut at_ms, mut over) = (0, None);
    for _ in 0..STEPS_MAX {
        if u.is_empty() {
            break;
        }
        at_ms += u64::from(u.arbitrary::<u8>()?) * 64;
        match u.int_in_range(0..=7)? {
            0..=2 => {
                let bytes = if u.ratio(1, 4)? && !peer.said.is_empty() {
                    u.choose(&peer.said)?.clone()
                } else {
                    say(u, &held, &peer)?
                };
                peer.said.push(bytes.clone());
                give(u, &mut wire, &bytes, at_ms)?;
            }
            3 | 4 if !jobs.is_empty() => {
                let at = u.choose_index(jobs.len())?;
                let done = perform(&held, &keys().me, &keys().peer.public_key(), jobs.remove(at));
                wire.done(done.map_err(|failed| failed.fault()), at_ms);
            }
            5 => {
                held.append(OURS, u.int_in_range(1..=20)?);
                wire.grew(at_ms);
            }
            6 => wire.sent(wire.unsent().len() / usize::from(u.int_in_range(1..=3_u8)?)),
            7 => {
                *held.failing.borrow_mut() = u.ratio(1, 8)?;
                wire.tick(at_ms);
            }
            _ => {}
        }
        jobs.extend(std::iter::from_fn(|| wire.next_job()));
        over = wire.take_fault().or(over);
        assert!(wire.unsent().len() <= UNSENT_MAX_BYTES, "{} bytes are kept", wire.unsent().len());
        assert!(jobs.len() <= 5, "one job of each kind at most: {jobs:?}");
        assert_eq!(held.all(THIRD), third, "the log of a third was changed");
        if over.is_some() {
            break;
        }
    }
    after(&held, &wire, over.as_ref());
    Ok(())
}

/// What the peer sends: a message, right or nearly, or any bytes.
fn say(u: &mut Unstructured<'_>, held: &Held, peer: &Peer) -> Result<Vec<u8>> {
    let message = match u.int_in_range(0..=10)? {
        0 => Message::Hello(Hello {
            version_min: u.int_in_range(0..=2)?,
            version_max: if u.ratio(7, 8)? { VERSION } else { u.arbitrary()? },
            now_ms: u.arbitrary()?,
            heads: (0..u.int_in_range(0..=4)?).map(|_| head(u, held, peer)).collect::<Result<_>>()?,
            writes: if u.ratio(1, 4)? { Some(*u.choose(&peer.origins)?) } else { None },
        }),
        1..=4 => Message::Batch(batch(u, held, peer)?),
        5 => Message::Ack(head(u, held, peer)?),
        9 => Message::More(more(u, held, peer)?),
        10 => {
            let Head { seq, hash, .. } = head(u, held, peer)?;
            Message::Held(replica::Held { seq, hash })
        }
        6 => Message::Refused(*u.choose(&[Refusal::Storage, Refusal::Fork])?),
        7 => return Ok(u.bytes(u.len().min(40))?.to_vec()),
        _ => return Ok(vec![0, u.arbitrary()?, u.arbitrary()?, u.arbitrary()?]),
    };
    Ok(write(&message, REPLICA_MAX_BYTES).unwrap_or_default())
}

/// The end of a log as it is held, at an earlier place of it, or made up.
fn head(u: &mut Unstructured<'_>, held: &Held, peer: &Peer) -> Result<Head> {
    let origin = *u.choose(&peer.origins)?;
    let end = held.head(origin);
    if u.ratio(1, 8)? {
        return Ok(Head { origin, seq: u.arbitrary()?, hash: [u.arbitrary()?; 32] });
    }
    let seq = u.int_in_range(0..=end.seq)?;
    let hash = held.hash_at(origin, seq).ok().flatten().unwrap_or_default();
    Ok(Head { origin, seq, hash })
}

/// The next events of a log, or of a place that does not fit; signed, or not; packed, or not.
fn batch(u: &mut Unstructured<'_>, held: &Held, peer: &Peer) -> Result<Batch> {
    let before = if u.ratio(3, 4)? { held.head(*u.choose(&peer.origins)?) } else { head(u, held, peer)? };
    // A log cannot be longer than its numbers.
    let before = Head { seq: before.seq.min(u64::MAX - 64), ..before };
    let count = u.int_in_range(0..=5)?;
    let entries = entries(u, held, before, count)?;
    let mut chain = Chain::at(before);
    for entry in &entries {
        chain.append(entry.clone());
    }
    let keys = keys();
    let signer = if u.ratio(7, 8)? { &keys.peer } else { *u.choose(&[&keys.me, &keys.third])? };
    let mut end = chain.head();
    if u.ratio(1, 16)? {
        end.seq = u.arbitrary()?;
    }
    let packed = if u.ratio(15, 16)? { pack(&entries).unwrap_or_default() } else { u.bytes(u.len().min(30))?.to_vec() };
    let first_seq = if u.ratio(15, 16)? { before.seq + 1 } else { u.arbitrary()? };
    Ok(Batch { first_seq, head: end.sign(signer), packed })
}

/// Events after this place, whose clock mostly goes on.
fn entries(u: &mut Unstructured<'_>, held: &Held, before: Head, count: usize) -> Result<Vec<Entry>> {
    let mut clock = held.clock_at(before.origin, before.seq);
    let next = |_| {
        let step = u64::from(u.arbitrary::<u8>()?);
        clock = if step < 240 { clock + step } else { step - 240 };
        Ok(entry(clock))
    };
    (0..count).map(next).collect()
}

/// A few events after where a log ends, packed against nothing or anything.
fn more(u: &mut Unstructured<'_>, held: &Held, peer: &Peer) -> Result<More> {
    let before = held.head(*u.choose(&peer.origins)?);
    let mut chain = Chain::at(before);
    let count = u.int_in_range(0..=9)?;
    let entries = entries(u, held, before, count)?;
    entries.iter().for_each(|entry| drop(chain.append(entry.clone())));
    let before = u.bytes(u.len().min(20))?;
    let packed = if u.ratio(15, 16)? { pack_after(&entries, before).unwrap_or_default() } else { before.to_vec() };
    Ok(More { signature: chain.head().sign(&keys().peer).signature, packed })
}

/// In one piece or two; as much of it as there is room for.
fn give(u: &mut Unstructured<'_>, wire: &mut Wire, bytes: &[u8], at_ms: u64) -> Result<()> {
    let (first, rest) = bytes.split_at(u.int_in_range(0..=bytes.len())?);
    for piece in [first, rest] {
        if wire.has_room() {
            wire.received(piece, at_ms);
        }
    }
    Ok(())
}

/// What was stored is the peer's own, chained and signed; nobody else was accused for it.
fn after(held: &Held, wire: &Wire, over: Option<&Fault>) {
    assert_eq!(over.is_none(), wire.is_open() || wire.deadline_ms().is_some(), "over without a word, or with two");
    for (origin, (writer, events)) in held.logs.borrow().iter() {
        assert!(*origin == THIRD || [&keys().me, &keys().peer].iter().any(|key| *writer == key.public_key()));
        let mut chain = Chain::empty(*origin);
        for event in events {
            assert_eq!(chain.append(event.entry.clone()), *event, "the chain is broken");
        }
        if !events.is_empty() {
            let entries: Vec<Entry> = events.iter().map(|e| e.entry.clone()).collect();
            let packed = pack(&entries).unwrap_or_default();
            let batch = Batch { first_seq: 1, head: chain.head().sign(&keys().peer), packed };
            assert!(verify(Chain::empty(*origin), Hlc(0), &batch, &keys().peer.public_key()).is_ok());
        }
    }
}

//! A session against a peer that is old, broken or hostile.
#![allow(clippy::unwrap_used)]

use super::memory::Memory;
use super::{Fault, Job, Limits, Logs, Output, Session, Wire, branch_origin, content, perform};
use crate::ledger::{Actor, Chain, Entry, Hlc, pack};
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{
    ASK_MAX, Ask, BATCH_MAX_EVENTS, BODY_MAX_BYTES, Batch, HEADS_MAX, Head, Hello, Message, Refusal, SignedHead,
    VERSION,
};
use hub_protocol::{Identity, OriginId};

const OURS: OriginId = OriginId([1; 16]);
const THEIRS: OriginId = OriginId([2; 16]);
const THIRD: OriginId = OriginId([3; 16]);

fn us() -> Identity {
    Identity::from_seed([1; 32])
}

fn peer() -> Identity {
    Identity::from_seed([2; 32])
}

fn entry(body: u8) -> Entry {
    with_body(vec![body])
}

fn with_body(body: Vec<u8>) -> Entry {
    Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 1, version: 1, body }
}

fn batch(before: Chain, bodies: &[u8], signer: &Identity) -> Batch {
    batch_of(before, bodies.iter().map(|b| entry(*b)).collect(), signer)
}

fn batch_of(before: Chain, entries: Vec<Entry>, signer: &Identity) -> Batch {
    let packed = pack(&entries).unwrap();
    let mut chain = before;
    for entry in entries {
        chain.append(entry);
    }
    Batch { first_seq: before.head().seq + 1, head: chain.head().sign(signer), packed }
}

fn hello(heads: Vec<Head>) -> Message {
    Message::Hello(Hello { version_min: VERSION, version_max: VERSION, now_ms: 0, heads, writes: None })
}

/// Our side, holding `ours` events of our log.
struct Side {
    logs: Memory,
    session: Session,
    sent: Vec<Message>,
    fault: Option<Fault>,
}

impl Side {
    fn new(ours: u8) -> Self {
        let logs = Memory::new(us(), 1);
        (0..ours).for_each(|n| logs.append_to(OURS, &with_body(vec![n])));
        let mut side = Self { logs, session: Session::new(Limits::default(), 0), sent: vec![], fault: None };
        side.settle();
        side
    }

    fn open(ours: u8) -> Self {
        let mut side = Self::new(ours);
        side.hear(hello(vec![]));
        side
    }

    fn settle(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(message) => self.sent.push(message),
                Output::Close(fault) => self.fault = Some(fault),
                Output::Run(job) => {
                    let result = perform(&self.logs, &us(), &peer().public_key(), job).map_err(super::Failed::fault);
                    self.session.done(result, 0);
                }
            }
        }
    }

    fn hear(&mut self, message: Message) {
        self.session.received(message, 0);
        self.settle();
    }

    fn refuses(&self) -> Option<Refusal> {
        self.fault.as_ref().and_then(Fault::refusal)
    }

    fn held(&self, origin: OriginId) -> usize {
        self.logs.all().get(&origin).map_or(0, Vec::len)
    }
}

#[test]
fn what_the_other_lacks_is_sent_and_acknowledged_after_it_is_stored() {
    let mut side = Side::open(3);
    assert!(
        matches!(&side.sent[..], [Message::Hello(_), Message::Batch(b)] if b.first_seq == 1 && b.head.head.seq == 3)
    );
    let head = batch(Chain::empty(THEIRS), &[1, 2], &peer()).head.head;
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 2], &peer())));
    assert_eq!(side.sent.last(), Some(&Message::Ack(head)));
    assert_eq!(side.held(THEIRS), 2);
    // The same again, and one that overlaps: no second copy.
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 2], &peer())));
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 2, 3], &peer())));
    assert_eq!((side.held(THEIRS), side.fault.is_none()), (3, true));
}

#[test]
fn a_reminder_is_the_last_proof_again_and_changes_nothing() {
    let mut side = Side::open(3);
    side.session.remind();
    side.settle();
    assert_eq!(side.sent.len(), 2, "nothing was proved yet");
    let theirs = batch(Chain::empty(THEIRS), &[1, 2], &peer());
    side.hear(Message::Batch(theirs.clone()));
    side.session.remind();
    side.settle();
    assert_eq!(side.sent[2..], [Message::Ack(theirs.head.head), Message::Ack(theirs.head.head)]);
    // The other way round: for who sent the batch it is no news.
    let Some(Message::Batch(ours)) = side.sent.get(1).cloned() else { panic!("no batch") };
    (0..2).for_each(|_| side.hear(Message::Ack(ours.head.head)));
    assert!(side.fault.is_none() && side.session.acked().eq([ours.head.head]));
}

#[test]
fn versions_are_agreed_or_refused() {
    let speak = |min, max| {
        let mut side = Side::new(0);
        side.hear(Message::Hello(Hello { version_min: min, version_max: max, now_ms: 0, heads: vec![], writes: None }));
        (side.session.is_open(), side.refuses())
    };
    assert_eq!(speak(1, 9), (true, None));
    assert_eq!(speak(VERSION + 1, VERSION + 3), (false, Some(Refusal::Version)));
    assert_eq!(speak(0, 0), (false, Some(Refusal::Version)));
}

#[test]
fn a_batch_that_is_not_right_is_refused_whole() {
    let start = Chain::empty(THEIRS);
    let good = batch(start, &[1, 2], &peer());
    let take = |batch: Batch| {
        let mut side = Side::open(0);
        side.hear(Message::Batch(batch));
        assert_eq!(side.held(THEIRS), 0);
        (side.refuses(), side.fault.is_some_and(|f| f.quarantines()))
    };
    let stranger = Identity::from_seed([9; 32]);
    assert_eq!(take(batch(start, &[1, 2], &stranger)), (Some(Refusal::BadSignature), true));
    let other_body = Batch { packed: batch(start, &[1, 3], &peer()).packed, ..good };
    assert_eq!(take(other_body), (Some(Refusal::BadChain), true));
    let short = Batch { packed: batch(start, &[1], &peer()).packed, ..good };
    assert_eq!(take(short), (Some(Refusal::BadChain), true));
    assert_eq!(take(Batch { packed: vec![1, 2, 3], ..good }), (Some(Refusal::Malformed), false));
    assert_eq!(take(Batch { first_seq: 0, ..good.clone() }), (Some(Refusal::Malformed), false));
    assert_eq!(take(Batch { first_seq: 3, ..good.clone() }), (Some(Refusal::Malformed), false));
    let long = Head { seq: u64::from(BATCH_MAX_EVENTS) + 1, ..good.head.head }.sign(&peer());
    assert_eq!(take(Batch { head: long, ..good }), (Some(Refusal::Malformed), false));
}

#[test]
fn a_peer_writes_only_its_own_logs() {
    let mut side = Side::open(2);
    side.hear(Message::Batch(batch(Chain::empty(OURS), &[7], &peer())));
    assert_eq!(side.refuses(), Some(Refusal::NotYours));

    let named = |heads| {
        let mut side = Side::new(0);
        side.logs.append_to(THIRD, &with_body(vec![1]));
        side.logs.with_log(THIRD, |log| log.writer = Identity::from_seed([9; 32]).public_key());
        side.hear(hello(heads));
        side.refuses()
    };
    assert_eq!(named(vec![Head { origin: THIRD, seq: 1, hash: [0; 32] }]), Some(Refusal::NotYours));
}

#[test]
fn two_truths_for_one_place_are_found() {
    // In a batch: the peer wrote another event 2 than it did before.
    let mut side = Side::open(0);
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 2], &peer())));
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 9, 3], &peer())));
    assert!(matches!(side.fault, Some(Fault::Fork { seq: 2, .. })), "{:?}", side.fault);
    assert_eq!(side.held(THEIRS), 2);

    // In an ack: what we sent is not what the peer says it stored.
    let mut side = Side::open(3);
    side.hear(Message::Ack(Head { origin: OURS, seq: 3, hash: [5; 32] }));
    assert!(matches!(side.fault, Some(Fault::Disowned { seq: 3, .. })));
    assert!(side.logs.proved().is_empty());
}

/// Chain and signature are right, and no program of ours writes such a thing.
#[test]
fn who_signs_what_no_program_writes_is_kept_out() {
    let at = |n| Entry { hlc: Hlc(n), ..entry(0) };
    let sized = |bytes| with_body(vec![7; bytes]);
    // What is sent in one batch after a first one with the clock 5, and the place at which it is refused.
    let refused = |entries: Vec<Entry>| {
        let mut side = Side::open(0);
        let first = batch_of(Chain::empty(THEIRS), vec![at(4), at(5)], &peer());
        let before = Chain::at(first.head.head);
        side.hear(Message::Batch(first));
        side.hear(Message::Batch(batch_of(before, entries, &peer())));
        let fault = side.fault?;
        assert_eq!((side.logs.all()[&THEIRS].len(), fault.refusal()), (2, Some(Refusal::BadChain)), "{fault}");
        assert!(fault.quarantines(), "{fault}");
        match fault {
            Fault::ClockFell { origin: THEIRS, seq } | Fault::Oversized { origin: THEIRS, seq } => Some(seq),
            fault => panic!("{fault}"),
        }
    };
    assert_eq!(refused(vec![at(5), at(5), at(9)]), None, "what moved to a log of its own begins with one clock twice");
    assert_eq!(refused(vec![at(4)]), Some(3));
    assert_eq!(refused(vec![at(7), at(8), at(6), at(9)]), Some(5));
    let last = |entry: Entry| vec![at(6), Entry { hlc: Hlc(6), ..entry }];
    assert_eq!(refused(last(sized(BODY_MAX_BYTES))), None);
    assert_eq!(refused(last(sized(BODY_MAX_BYTES + 1))), Some(4));
}

#[test]
fn another_truth_in_a_hello_is_the_writers_to_settle() {
    let mut side = Side::open(0);
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 2], &peer())));
    side.session = Session::new(Limits::default(), 0);
    side.settle();
    let says = Head { origin: THEIRS, seq: 1, hash: [5; 32] };
    side.hear(hello(vec![says]));
    // It asks what we hold, and is told.
    side.sent.clear();
    side.hear(Message::Ask(Ask { origin: THEIRS, seqs: vec![1, 7] }));
    let first = batch(Chain::empty(THEIRS), &[1], &peer()).head.head;
    assert_eq!(side.sent, [Message::Tell(vec![first])]);
    assert!(side.fault.is_none());
    // Who goes on all the same has written two truths.
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[9, 3], &peer())));
    assert!(side.fault.as_ref().is_some_and(Fault::quarantines), "{:?}", side.fault);
    assert_eq!(side.held(THEIRS), 2);
}

#[test]
fn what_came_by_another_connection_is_nobodys_fault() {
    let mut side = Side::open(0);
    let by_another = batch(Chain::empty(THEIRS), &[1, 2], &peer());
    let job = Job::Take { batch: by_another, known: 0 };
    perform(&side.logs, &us(), &peer().public_key(), job).unwrap();
    side.hear(Message::Batch(batch(Chain::empty(THEIRS), &[1, 9, 3], &peer())));
    assert!(matches!(side.fault, Some(Fault::Overtaken { origin: THEIRS })), "{:?}", side.fault);
    assert_eq!(side.held(THEIRS), 2);
}

/// Our log, of which the peer holds `theirs`: what is asked, and how it ends.
fn forked(ours: &[u8], theirs: &[u8]) -> Side {
    let mut side = Side::new(0);
    ours.iter().for_each(|n| side.logs.append_to(OURS, &entry(*n)));
    side.session = Session::new(Limits::default(), 0);
    side.settle();
    let held = |seq: usize| batch(Chain::empty(OURS), &theirs[..seq], &us()).head.head;
    side.hear(hello(vec![held(theirs.len())]));
    while side.fault.is_none() {
        let Some(Message::Ask(Ask { origin: OURS, seqs })) = side.sent.pop() else { break };
        let tell = seqs.iter().filter(|s| **s as usize <= theirs.len()).map(|s| held(*s as usize)).collect();
        side.hear(Message::Tell(tell));
    }
    side
}

#[test]
fn a_log_that_the_peer_holds_otherwise_is_left_as_it_has_it() {
    let side = forked(&[1, 2, 3, 4], &[1, 2, 9]);
    assert!(matches!(side.fault, Some(Fault::Reopened { origin: OURS })), "{:?}", side.fault);
    assert_eq!(side.refuses(), None);
    let bodies = |origin| side.logs.all()[&origin].iter().map(|e| e.entry.body.clone()).collect::<Vec<_>>();
    assert_eq!(bodies(OURS), [[1], [2]]);
    let first = Chain::at(batch(Chain::empty(OURS), &[1, 2], &us()).head.head).append(entry(3)).hash;
    assert_eq!(bodies(branch_origin(&us().public_key(), OURS, first))[1..], [[3], [4]]);
    let writes = side.logs.writes().unwrap().unwrap();
    assert!(writes != OURS && side.logs.all()[&writes].len() == 1);
}

#[test]
fn a_log_of_which_the_peer_holds_more_is_written_no_more() {
    let side = forked(&[1, 2], &[1, 2, 9]);
    assert!(matches!(side.fault, Some(Fault::Reopened { origin: OURS })), "{:?}", side.fault);
    assert_eq!((side.held(OURS), side.logs.all().len()), (2, 2));
}

#[test]
fn a_closed_log_of_which_the_peer_holds_more_or_others() {
    let closed = |theirs: &[u8]| {
        let mut side = Side::new(0);
        [1, 2].iter().for_each(|n| side.logs.append_to(OURS, &entry(*n)));
        side.logs.open_log();
        side.session = Session::new(Limits::default(), 0);
        side.settle();
        let held = |seq: usize| batch(Chain::empty(OURS), &theirs[..seq], &us()).head.head;
        side.hear(hello(vec![held(theirs.len())]));
        // What is in doubt stops nobody.
        assert!(side.session.is_open());
        let Some(Message::Ask(Ask { seqs, .. })) = side.sent.iter().find(|m| matches!(m, Message::Ask(_))).cloned()
        else {
            panic!("it does not ask")
        };
        side.hear(Message::Tell(seqs.iter().map(|s| held(*s as usize)).collect()));
        side
    };
    let mut side = closed(&[1, 2, 3]);
    assert!(side.fault.is_none());
    let before = batch(Chain::empty(OURS), &[1, 2], &us()).head.head;
    side.hear(Message::Batch(batch(Chain::at(before), &[3], &us())));
    assert_eq!((side.fault.is_none(), side.held(OURS)), (true, 3));
    let side = closed(&[1, 9, 3]);
    assert!(matches!(side.fault, Some(Fault::Reopened { origin: OURS })), "{:?}", side.fault);
    assert_eq!(side.held(OURS), 1);
}

#[test]
fn logs_that_never_were_one_are_not_settled() {
    let side = forked(&[1, 2], &[9, 2]);
    assert!(matches!(side.fault, Some(Fault::Disowned { origin: OURS, seq: 1 })), "{:?}", side.fault);
    assert_eq!(side.refuses(), Some(Refusal::Fork));
    assert_eq!((side.held(OURS), side.logs.all().len()), (2, 1));
    assert!(!side.fault.unwrap().quarantines());
}

#[test]
fn questions_have_bounds() {
    let ask = |seqs| Message::Ask(Ask { origin: THEIRS, seqs });
    let after = |message| {
        let mut side = Side::open(0);
        side.hear(message);
        side.refuses()
    };
    assert_eq!(after(ask(vec![1; ASK_MAX])), None);
    assert_eq!(after(ask(vec![1; ASK_MAX + 1])), Some(Refusal::Malformed));
    assert_eq!(after(ask(vec![0])), Some(Refusal::Malformed));
    assert_eq!(after(Message::Tell(vec![])), Some(Refusal::OutOfOrder));
    let mut side = Side::new(0);
    side.hear(ask(vec![1]));
    assert_eq!(side.refuses(), Some(Refusal::OutOfOrder));
    // Of somebody else's log nothing is told.
    let mut side = Side::open(0);
    side.logs.append_to(THIRD, &entry(1));
    side.logs.with_log(THIRD, |log| log.writer = Identity::from_seed([9; 32]).public_key());
    side.hear(Message::Ask(Ask { origin: THIRD, seqs: vec![1] }));
    assert_eq!(side.refuses(), Some(Refusal::NotYours));
}

#[test]
fn a_damaged_ledger_is_not_signed() {
    let mut side = Side::new(3);
    side.logs.with_log(OURS, |log| log.events[1].entry.body = vec![99]);
    side.hear(hello(vec![]));
    assert!(matches!(side.fault, Some(Fault::Damaged { .. })));
    assert!(!side.sent.iter().any(|m| matches!(m, Message::Batch(_))));
}

#[test]
fn messages_out_of_their_order_are_refused() {
    let one = || Message::Batch(batch(Chain::empty(THEIRS), &[1], &peer()));
    let after = |opened: bool, message: Message| {
        let mut side = if opened { Side::open(0) } else { Side::new(0) };
        side.hear(message);
        side.refuses()
    };
    assert_eq!(after(false, one()), Some(Refusal::OutOfOrder));
    assert_eq!(after(true, hello(vec![])), Some(Refusal::OutOfOrder));
    assert_eq!(after(true, Message::Ack(Head { origin: OURS, seq: 1, hash: [0; 32] })), Some(Refusal::OutOfOrder));
    let mut side = Side::open(0);
    side.hear(Message::Refused(Refusal::Quarantined));
    assert!(matches!(side.fault, Some(Fault::Refused(Refusal::Quarantined))));
    assert_eq!(side.refuses(), None);
}

#[test]
fn a_hello_has_bounds() {
    let heads = |n: usize| (0..n).map(|i| Head { origin: OriginId([i as u8; 16]), seq: 0, hash: [0; 32] }).collect();
    let said = |heads: Vec<Head>| {
        let mut side = Side::new(0);
        side.hear(hello(heads));
        side.refuses()
    };
    assert_eq!(said(heads(HEADS_MAX)), None);
    assert_eq!(said(heads(HEADS_MAX + 1)), Some(Refusal::Malformed));
    assert_eq!(said([heads(2), heads(1)].concat()), Some(Refusal::Malformed));
}

#[test]
fn what_never_comes_is_not_waited_for_for_ever() {
    let limits = Limits::default();
    let mut side = Side::new(0);
    side.session.tick(limits.hello_timeout_ms - 1);
    side.settle();
    assert!(side.fault.is_none());
    side.session.tick(limits.hello_timeout_ms);
    side.settle();
    assert!(matches!(side.fault, Some(Fault::Stalled)));

    let mut side = Side::open(1);
    assert_eq!(side.session.deadline_ms(), Some(limits.stall_timeout_ms));
    side.session.tick(limits.stall_timeout_ms);
    side.settle();
    assert!(matches!(side.fault, Some(Fault::Stalled)));

    let mut side = Side::open(0);
    let first = batch(Chain::empty(THEIRS), &[1], &peer());
    side.hear(Message::Batch(batch(Chain::at(first.head.head), &[2], &peer())));
    side.session.tick(limits.stall_timeout_ms);
    side.settle();
    assert_eq!(side.refuses(), Some(Refusal::Gap));
}

#[test]
fn a_peer_that_sends_ahead_of_a_gap_is_stopped() {
    let mut side = Side::open(0);
    let mut chain = Chain::empty(THEIRS);
    chain.append(entry(0));
    for n in 0..=Limits::default().queue_batches {
        let next = batch(chain, &[n as u8], &peer());
        chain = Chain::at(next.head.head);
        side.hear(Message::Batch(next));
    }
    assert_eq!(side.refuses(), Some(Refusal::Gap));
}

#[test]
fn the_window_is_bounded() {
    let limits = Limits { batch_events: 1, in_flight_batches: 3, ..Limits::default() };
    let mut side = Side::new(9);
    side.session = Session::new(limits, 0);
    side.settle();
    side.hear(hello(vec![]));
    let batches = |side: &Side| side.sent.iter().filter(|m| matches!(m, Message::Batch(_))).count();
    assert_eq!(batches(&side), 3);
    let first = side.sent.iter().find_map(|m| if let Message::Batch(b) = m { Some(b.head.head) } else { None });
    side.hear(Message::Ack(first.unwrap()));
    assert_eq!(batches(&side), 4);
}

#[test]
fn what_is_on_its_way_and_what_is_to_come_is_told() {
    let mut side = Side::new(3);
    let theirs = batch(Chain::empty(THEIRS), &[1, 2], &peer());
    side.hear(hello(vec![theirs.head.head]));
    assert_eq!(side.session.arriving(), 2);
    let sent: Vec<Head> = side.session.sent().collect();
    assert_eq!(sent.iter().map(|h| (h.origin, h.seq)).collect::<Vec<_>>(), [(OURS, 3)]);
    side.hear(Message::Batch(theirs));
    assert_eq!(side.session.arriving(), 0);
    assert!(!side.session.is_idle());
    side.hear(Message::Ack(sent[0]));
    assert_eq!(side.session.sent().count(), 0);
    assert!(side.session.is_idle());
}

#[test]
fn bytes_that_are_no_message_end_the_session_with_a_word() {
    let end = |bytes: &[u8]| {
        let mut wire = Wire::new(Session::new(Limits::default(), 0), None, Reader::new(REPLICA_MAX_BYTES));
        assert_eq!(wire.next_job(), Some(Job::Hold));
        wire.received(bytes, 0);
        let mut told = Reader::new(REPLICA_MAX_BYTES);
        told.push(wire.unsent());
        (wire.take_fault().is_some(), told.message::<Message>().unwrap())
    };
    let refused = (true, Some(Message::Refused(Refusal::Malformed)));
    assert_eq!(end(&[0, 0, 0, 3, 1, 2, 3]), refused);
    assert_eq!(end(&[0xff; 8]), refused);
    let mut good = write(&hello(vec![]), REPLICA_MAX_BYTES).unwrap();
    assert_eq!(end(&good), (false, None));
    good.pop();
    assert_eq!(end(&good), (false, None));
}

#[test]
fn a_full_queue_leaves_frames_on_the_wire() {
    let mut wire = Wire::new(Session::new(Limits::default(), 0), None, Reader::new(REPLICA_MAX_BYTES));
    let logs = Memory::new(us(), 1);
    let mut bytes = write(&hello(vec![]), REPLICA_MAX_BYTES).unwrap();
    let mut chain = Chain::empty(THEIRS);
    for n in 0..100 {
        let next = batch(chain, &[n], &peer());
        chain = Chain::at(next.head.head);
        bytes.extend(write(&Message::Batch(next), REPLICA_MAX_BYTES).unwrap());
    }
    let mut stopped = false;
    while let Some(job) = wire.next_job() {
        stopped |= !wire.has_room();
        let result = perform(&logs, &us(), &peer().public_key(), job).map_err(super::Failed::fault);
        wire.done(result, 0);
        // All at once, after our own hello.
        wire.received(&std::mem::take(&mut bytes), 0);
    }
    assert!(stopped && wire.take_fault().is_none());
    assert_eq!(logs.all()[&THEIRS].len(), 100);
}

#[test]
fn content_follows_from_the_entries_and_nothing_else() {
    let logs = Memory::new(us(), 1);
    (0..5).for_each(|n| logs.append_to(OURS, &with_body(vec![n])));
    let before = content(&logs, &us().public_key()).unwrap();
    assert_eq!(before.events, 5);
    // A stored hash says nothing about the content; a changed body does.
    logs.with_log(OURS, |log| log.events[2].hash = [0; 32]);
    assert_eq!(content(&logs, &us().public_key()).unwrap(), before);
    logs.with_log(OURS, |log| log.events[2].entry.body = vec![9]);
    assert_ne!(content(&logs, &us().public_key()).unwrap().hash, before.hash);
    assert_eq!(content(&logs, &peer().public_key()).unwrap().events, 0);
}

#[test]
fn a_large_log_is_cut_to_fit_a_message() {
    let logs = Memory::new(us(), 1);
    // Bytes that do not compress: SHA-256 in counter mode would do, any noise does.
    let noise = |seed: u64| {
        let mut x = seed | 1;
        (0..700 * 1024)
            .map(|_| {
                x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (x >> 56) as u8
            })
            .collect::<Vec<u8>>()
    };
    (0..3).for_each(|n| logs.append_to(OURS, &with_body(noise(n))));
    let from = Chain::empty(OURS).head();
    let read = |max_bytes| perform(&logs, &us(), &peer().public_key(), Job::Read { from, max_events: 9, max_bytes });
    let Ok(super::Done::Read(one)) = read(BIG) else { panic!("not read") };
    assert_eq!(one.head.head.seq, 1);
    assert!(write(&Message::Batch(one), REPLICA_MAX_BYTES).is_ok());

    let too_large = Memory::new(us(), 1);
    too_large.append_to(OURS, &with_body([noise(1), noise(2)].concat()));
    let result = perform(&too_large, &us(), &peer().public_key(), Job::Read { from, max_events: 9, max_bytes: BIG });
    assert!(matches!(result.map_err(super::Failed::fault), Err(Fault::TooLarge { seq: 1, .. })));
}

const BIG: usize = 16 * 1024 * 1024;

#[test]
fn a_signed_head_of_another_log_does_not_fit() {
    let good = batch(Chain::empty(THEIRS), &[1], &peer());
    let moved = SignedHead { head: Head { origin: THIRD, ..good.head.head }, ..good.head };
    let mut side = Side::open(0);
    side.hear(Message::Batch(Batch { head: moved, ..good }));
    assert_eq!(side.refuses(), Some(Refusal::BadSignature));
}

//! A station's key in hostile hands, and strangers: what they send is refused with a reason, costs the district
//! little, and the honest stations are served all the while.
#![allow(clippy::unwrap_used)]

#[path = "district/hostile.rs"]
#[allow(dead_code, reason = "the tests of the district use the rest")]
mod hostile;

use clinic::ledger::{Actor, Chain, Entry, Hlc, pack};
use hostile::Hostile;
use hub::uplink::{enrol, take_over};
use hub_protocol::frame::{REPLICA_MAX_BYTES, write};
use hub_protocol::identity::Domain;
use hub_protocol::replica::{
    BATCH_MAX_EVENTS, Batch, EnrolLink, HEADS_MAX, Head, Hello, LOGS_PER_KEY_MAX, Message, Refusal, VERSION,
};
use hub_protocol::{Identity, OriginId};
use std::time::Duration;
use tests::district::District;
use tests::logs::opening;
use tests::station::Station;

/// What a district may grow by under all of this. A connection's windows and one message are the most that each may
/// have; a few batches are unpacked at once.
const GROWTH_MAX_KIB: u64 = 96 * 1024;

struct Attack {
    district: District,
    key: Identity,
    before_kib: u64,
}

impl Attack {
    /// A district whose station "evil" does as it likes.
    async fn begin() -> Self {
        let district = District::start();
        let key = Identity::from_seed([66; 32]);
        enrol(&key, &district.link("evil"), Identity::from_seed([67; 32]).public_key()).await.unwrap();
        let before_kib = resident_kib(&district);
        Self { district, key, before_kib }
    }

    async fn connect(&self) -> Hostile {
        Hostile::connect(&self.district.address, self.district.id, &self.key).await
    }

    /// After the hellos.
    async fn open(&self) -> Hostile {
        let mut peer = self.connect().await;
        peer.hello(vec![]).await;
        peer
    }

    /// An honest clinic joins, and everything of it arrives.
    async fn others_are_served(&self) {
        let link = self.district.link("honest").to_string();
        let mut station = tokio::task::spawn_blocking(move || Station::found(Some(&link))).await.unwrap();
        // What the district tells it is one more record of its own, which may come after all else has arrived.
        for last in [false, true] {
            let (again, (events, hash)) = tokio::task::spawn_blocking(move || {
                let hub = station.hub();
                hub.event_that("link", |link| link["events"] == link["at_district"]);
                assert_eq!(hub.terminate(), Some(0));
                let verified = station.verified();
                (station, verified)
            })
            .await
            .unwrap();
            station = again;
            let line = self.district.station("honest");
            let held = (line["events"].as_u64(), line["hash"].as_str());
            if held == (Some(events), Some(hash.as_str())) {
                break;
            }
            assert!(!last, "{held:?} of {events} events");
        }
        let grown_kib = resident_kib(&self.district).saturating_sub(self.before_kib);
        println!("the district has grown by {grown_kib} KiB");
        assert!(grown_kib <= GROWTH_MAX_KIB, "the district has grown by {grown_kib} KiB");
    }
}

fn resident_kib(district: &District) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", district.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn entry(body: u8) -> Entry {
    Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 1, version: 1, body: vec![body] }
}

/// The first events of a log as they should be.
fn entries(events: usize, key: &Identity) -> Vec<Entry> {
    std::iter::once(opening(key.public_key())).chain((1..events).map(|n| entry(n as u8))).collect()
}

/// The first events of a log, properly signed, whatever `packed` says is in them.
fn batch(origin: u8, events: usize, packed: Vec<u8>, key: &Identity) -> Message {
    let mut chain = Chain::empty(OriginId([origin; 16]));
    entries(events, key).into_iter().for_each(|entry| drop(chain.append(entry)));
    Message::Batch(Batch { first_seq: 1, head: chain.head().sign(key), packed })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_and_broken_bounds_are_refused_and_accuse_nobody() {
    let attack = Attack::begin().await;
    // A few hundred bytes that unfold to a hundred megabytes, and events without number.
    let bomb = pack(&[Entry { body: vec![0; 100 << 20], ..entry(0) }]).unwrap();
    let many: Vec<Entry> = (0..=BATCH_MAX_EVENTS).map(|_| entry(0)).collect();
    let many = pack(&many).unwrap();
    for packed in [&bomb, &many, &vec![0; 900_000]] {
        for _ in 0..10 {
            let mut peer = attack.open().await;
            peer.send(&batch(5, 2, packed.clone(), &attack.key)).await;
            assert_eq!(peer.refusal().await, Refusal::Malformed);
        }
    }
    // The last places that a number can name.
    let end = Head { origin: OriginId([5; 16]), seq: u64::MAX, hash: [1; 32] };
    let last = Batch { first_seq: u64::MAX, head: end.sign(&attack.key), packed: pack(&[entry(0)]).unwrap() };
    for first_seq in [0, 1, u64::MAX] {
        let mut peer = attack.open().await;
        // Seventeen times: one that waits for others is no reason to end anything.
        for _ in 0..17 {
            peer.try_send(&Message::Batch(Batch { first_seq, ..last.clone() })).await;
        }
        let refusal = peer.refusal().await;
        assert!(matches!(refusal, Refusal::Malformed | Refusal::Gap), "{refusal}");
    }
    // Hellos that name too much, a log twice, and places that cannot be.
    let head = |n: usize| Head {
        origin: OriginId([(n / 200) as u8 + 1, n as u8, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]),
        ..end
    };
    for heads in [(0..=HEADS_MAX).map(head).collect(), vec![end, end]] {
        let mut peer = attack.connect().await;
        peer.send(&Message::Hello(Hello {
            version_min: VERSION,
            version_max: VERSION,
            now_ms: u64::MAX,
            heads,
            writes: None,
        }))
        .await;
        assert_eq!(peer.refusal().await, Refusal::Malformed);
    }
    let mut peer = attack.connect().await;
    peer.hello((0..HEADS_MAX).map(head).collect()).await;
    // Answers to what was never asked.
    peer.send(&Message::Ack(end)).await;
    assert_eq!(peer.refusal().await, Refusal::OutOfOrder);
    assert_eq!(attack.district.station("evil")["state"], "active");
    attack.others_are_served().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_repeats_itself_and_never_listens_is_let_go() {
    let attack = Attack::begin().await;
    let mut peer = attack.open().await;
    let packed = pack(&entries(2, &attack.key)).unwrap();
    let frame = write(&batch(5, 2, packed, &attack.key), REPLICA_MAX_BYTES).unwrap();
    let many = frame.repeat(2_000);
    let flood = async { while peer.try_send_bytes(&many).await {} };
    tokio::time::timeout(Duration::from_secs(120), flood).await.expect("the district lets it go");
    assert_eq!(attack.district.station("evil")["events"], 2);
    attack.others_are_served().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_messages_and_held_connections_cost_little() {
    let attack = Attack::begin().await;
    let mut held = Vec::new();
    // Strangers that begin a message and stop.
    for n in 0..150_u8 {
        let key = Identity::from_seed([n; 32]);
        let mut peer = Hostile::connect(&attack.district.address, attack.district.id, &key).await;
        peer.send_bytes(&(REPLICA_MAX_BYTES as u32).to_be_bytes()).await;
        peer.try_send_bytes(&vec![0x82; 40_000]).await;
        held.push(peer);
    }
    // The station itself, almost through with the largest message.
    let mut peer = attack.open().await;
    peer.send_bytes(&(REPLICA_MAX_BYTES as u32).to_be_bytes()).await;
    peer.send_bytes(&vec![0; REPLICA_MAX_BYTES - 1]).await;
    attack.others_are_served().await;
    drop(held);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_opens_so_many_logs_and_a_new_computer_opens_its_own() {
    let attack = Attack::begin().await;
    let mut peer = attack.open().await;
    let packed = pack(&entries(1, &attack.key)).unwrap();
    for n in 1..=LOGS_PER_KEY_MAX {
        peer.send(&batch(n as u8, 1, packed.clone(), &attack.key)).await;
        peer.ack().await;
    }
    peer.send(&batch(0, 1, packed, &attack.key)).await;
    assert_eq!(peer.refusal().await, Refusal::TooManyLogs);
    assert_eq!(attack.district.station("evil")["events"], LOGS_PER_KEY_MAX as u64);
    assert_eq!(attack.district.station("evil")["state"], "active");

    // Whose the station is takes it back, with the paper.
    let made = attack.district.command(&["enroll", "evil", "--replaces", "evil"]);
    let link: EnrolLink = String::from_utf8(made.stdout).unwrap().trim().parse().unwrap();
    let (owner, paper) = (Identity::from_seed([68; 32]), Identity::from_seed([67; 32]));
    let taken = take_over(&owner, &link, |words| paper.sign(Domain::Takeover, words)).await.unwrap();
    assert_eq!(taken.former, [attack.key.public_key()]);
    let mut peer = Hostile::connect(&attack.district.address, attack.district.id, &owner).await;
    peer.hello(taken.heads).await;
    peer.send(&batch(200, 1, pack(&entries(1, &owner)).unwrap(), &owner)).await;
    assert_eq!(peer.ack().await.origin, OriginId([200; 16]));
    attack.others_are_served().await;
}

/// One key, one connection after another, each of which says that it writes another log.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_has_a_few_connections_at_once() {
    let attack = Attack::begin().await;
    let mut held = Vec::new();
    for n in 0..40 {
        let mut peer = attack.connect().await;
        peer.says_hello(vec![], Some(OriginId([n; 16]))).await;
        held.push(peer);
    }
    let newest = held.split_off(held.len() - 4);
    for peer in &held {
        peer.hung_up().await;
    }
    // The owner's own computer is the newest, and is served.
    for mut peer in newest {
        let packed = pack(&entries(1, &attack.key)).unwrap();
        peer.send(&batch(5, 1, packed, &attack.key)).await;
        peer.ack().await;
    }
    // Nor do they get in its way who never say hello.
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(attack.connect().await);
    }
    for peer in &silent[..36] {
        peer.hung_up().await;
    }
    attack.others_are_served().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_shut_out_while_connected_is_hung_up_on() {
    let attack = Attack::begin().await;
    let peer = attack.open().await;
    let made = attack.district.command(&["enroll", "evil", "--replaces", "evil"]);
    let link: EnrolLink = String::from_utf8(made.stdout).unwrap().trim().parse().unwrap();
    let (owner, paper) = (Identity::from_seed([68; 32]), Identity::from_seed([67; 32]));
    take_over(&owner, &link, |words| paper.sign(Domain::Takeover, words)).await.unwrap();
    peer.hung_up().await;

    let mut peer = Hostile::connect(&attack.district.address, attack.district.id, &owner).await;
    peer.hello(vec![]).await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("password");
    tests::private_file(&file, "tall neem tree 42\n");
    let file = file.to_str().unwrap();
    let first = ["user", "add", "boss", "--district", "--name", "The boss", "--role", "super-admin"];
    let made = attack.district.command(&[&first[..], &["--new-password-file", file]].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let revoke = ["station", "revoke", "evil", "--reason", "stolen", "--login", "boss", "--password-file", file];
    let revoked = attack.district.command(&revoke);
    assert!(revoked.status.success(), "{}", String::from_utf8_lossy(&revoked.stderr));
    peer.hung_up().await;
    attack.others_are_served().await;
}

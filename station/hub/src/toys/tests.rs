//! A link against toys that misbehave: real QUIC on loopback, no mDNS.

#![allow(clippy::unwrap_used)]

use super::dial::Dialler;
use super::link::{Link, Update, Updates};
use super::*;
use hub_protocol::frame::{self, TOY_MAX_BYTES};
use hub_protocol::toy::{
    Dose, Fact, Obeyed, OrderKind, RECORDS_MAX, Record, RecordsAck, RosterTask, SLEEP_MAX_S, TaskKind, ToyHello,
    VERSION, Worker,
};
use hub_protocol::{ChildId, Day, TaskId, UserId};
use quinn::crypto::rustls::QuicServerConfig;
use quinn::{Endpoint, RecvStream, SendStream, ServerConfig};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use tokio::net::UdpSocket;
use tokio::sync::Notify;

const PATIENCE: Duration = Duration::from_secs(60);

fn toy() -> Identity {
    Identity::from_seed([1; 32])
}

/// Records in memory: what a clinic answers, and what it was asked.
#[derive(Default)]
struct Desk {
    revision: AtomicU64,
    left_out: AtomicU32,
    durable: AtomicU64,
    /// By their sequence.
    taken: Mutex<BTreeMap<u64, SignedRecord>>,
    refuses: Mutex<Option<Refusal>>,
    order: Mutex<Option<Order>>,
    obeyed: Mutex<Vec<Obeyed>>,
    /// The toys of these tests obey those of revision 1.
    settings: AtomicU64,
    wait_s: Mutex<Option<u32>>,
    stamp: AtomicU64,
    /// How often the roster was asked for.
    looks: AtomicUsize,
    /// So often it cannot be read.
    unreadable: AtomicUsize,
}

impl ToyDesk for Desk {
    fn registered(&self, _short: &str) -> Result<Option<RegisteredToy>, DeskError> {
        Ok(Some(RegisteredToy { id: toy().device_id(), key: toy().public_key() }))
    }

    fn stamp(&self, _toy: DeviceId) -> u64 {
        self.stamp.load(Ordering::SeqCst)
    }

    fn registrations(&self) -> u64 {
        0
    }

    fn roster(&self, _toy: DeviceId) -> Result<Roster, DeskError> {
        if self.looks.fetch_add(1, Ordering::SeqCst) < self.unreadable.load(Ordering::SeqCst) {
            return Err(DeskError::Storage("the disk".into()));
        }
        let (revision, left_out) = (self.revision.load(Ordering::SeqCst), self.left_out.load(Ordering::SeqCst));
        let worker = Some(Worker { id: UserId(1), name: "Worker".into() });
        Ok(Roster { revision, worker, children: vec![], tasks: vec![], blocked: vec![], left_out })
    }

    fn take(&self, toy: &PublicKey, records: Vec<SignedRecord>, _offset_ms: i64) -> Result<Taken, Refusal> {
        if let Some(refusal) = *self.refuses.lock().unwrap() {
            return Err(refusal);
        }
        let mut taken = self.taken.lock().unwrap();
        let mut repeated = 0;
        for record in records {
            repeated += usize::from(taken.insert(record.open(toy)?.seq, record).is_some());
        }
        let committed = taken.keys().next_back().copied().unwrap_or_default();
        let durable = self.durable.load(Ordering::SeqCst);
        Ok(Taken { epoch: 1, committed, durable, repeated, wait_s: *self.wait_s.lock().unwrap() })
    }

    fn order(&self, _toy: DeviceId) -> Result<Option<Order>, DeskError> {
        Ok(*self.order.lock().unwrap())
    }

    fn settings(&self) -> Result<Settings, DeskError> {
        let revision = 1 + self.settings.load(Ordering::SeqCst);
        Ok(Settings { revision, language: "hi".into(), report_s: 30, roster_days: 14 })
    }

    fn obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), Refusal> {
        self.obeyed.lock().unwrap().push(obeyed.open(toy)?);
        *self.order.lock().unwrap() = None;
        Ok(())
    }

    fn durable(&self, _toy: DeviceId, _epoch: u64) -> Result<u64, DeskError> {
        Ok(self.durable.load(Ordering::SeqCst))
    }
}

/// One end of a stream, raw enough to send rubbish.
struct Stream {
    send: SendStream,
    recv: RecvStream,
    frames: frame::Reader,
}

impl Stream {
    async fn next(&mut self) -> Option<ToToy> {
        loop {
            if let Some(message) = self.frames.message().unwrap() {
                return Some(message);
            }
            let chunk = timeout(PATIENCE, self.recv.read_chunk(TOY_MAX_BYTES, true)).await.expect("silence").ok()??;
            self.frames.push(&chunk.bytes);
        }
    }

    async fn send(&mut self, message: &ToHub) {
        self.raw(&frame::write(message, TOY_MAX_BYTES).unwrap()).await;
    }

    async fn raw(&mut self, bytes: &[u8]) {
        // A hub that has hung up already is what some tests want.
        let _ = self.send.write_all(bytes).await;
    }

    /// Reads up to the refusal that must come.
    async fn refusal(&mut self) -> Refusal {
        loop {
            match self.next().await.expect("the hub closed without a word") {
                ToToy::Refused(refusal) => return refusal,
                ToToy::Roster(_) | ToToy::Ack(_) | ToToy::Order(_) | ToToy::Ring | ToToy::Settings(_) => {}
                other => panic!("not expected: {other:?}"),
            }
        }
    }
}

fn hello(state: ToyState) -> ToHub {
    ToHub::Hello(ToyHello {
        version: VERSION,
        model: "bear".into(),
        firmware: "1".into(),
        now_ms: now_ms(),
        state,
        epoch: 1,
        roster_revision: 0,
        settings_revision: Some(1),
    })
}

fn telemetry(battery_percent: u8) -> ToHub {
    ToHub::Telemetry(Telemetry {
        at_ms: now_ms() + 60_000,
        battery_percent,
        charging: false,
        temperature_c: 20,
        storage_free_kib: 1,
        restarts: 0,
        position: None,
        records_held: 0,
        faults: None,
        sleep_s: None,
    })
}

fn record(seq: u64) -> SignedRecord {
    let fact = Fact::Dose(Dose { child: ChildId(1), product: "PENTA".into(), on: Day(20_000), batch: None });
    let record = Record { toy: toy().device_id(), epoch: 1, seq, worker: UserId(1), at_ms: 1, fact };
    SignedRecord::sign(&record, &toy())
}

/// A link to a listening toy whose script the test is.
struct Bench {
    desk: Arc<Desk>,
    listening: Endpoint,
    counts: Arc<Counts>,
    changed: watch::Sender<u64>,
    addresses: watch::Sender<Vec<SocketAddr>>,
    ring: Arc<Notify>,
    updates: mpsc::Receiver<(String, u64, Update)>,
    link: JoinHandle<()>,
    streams: mpsc::Receiver<Stream>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.link.abort();
        self.listening.close(0u32.into(), b"");
    }
}

/// How often a toy was dialled, and how often the hub turned away in the handshake.
#[derive(Default)]
struct Counts {
    dialled: AtomicUsize,
    turned_away: AtomicUsize,
}

fn listen(identity: &Identity, counts: Arc<Counts>) -> (Endpoint, mpsc::Receiver<Stream>) {
    let tls = tls::server_config(identity, &[tls::ALPN_TOY]).unwrap();
    let config = ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(tls).unwrap()));
    let endpoint = Endpoint::server(config, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
    let (out, streams) = mpsc::channel(16);
    let listening = endpoint.clone();
    tokio::spawn(async move {
        while let Some(incoming) = listening.accept().await {
            counts.dialled.fetch_add(1, Ordering::SeqCst);
            let (out, counts) = (out.clone(), counts.clone());
            tokio::spawn(async move {
                let Ok(connection) = incoming.await else {
                    counts.turned_away.fetch_add(1, Ordering::SeqCst);
                    return;
                };
                let Ok((send, recv)) = connection.accept_bi().await else { return };
                let _ = out.send(Stream { send, recv, frames: frame::Reader::new(TOY_MAX_BYTES) }).await;
                connection.closed().await;
            });
        }
    });
    (endpoint, streams)
}

impl Bench {
    fn new(identity: &Identity) -> Self {
        let counts = Arc::new(Counts::default());
        let (listening, streams) = listen(identity, counts.clone());
        let desk = Arc::new(Desk::default());
        let (out, updates) = mpsc::channel(64);
        let changed = watch::Sender::new(0);
        let addresses = watch::Sender::new(vec![listening.local_addr().unwrap()]);
        let key = toy().public_key();
        let ring = Arc::new(Notify::new());
        let link = Link {
            toy: RegisteredToy { id: key.device_id(), key },
            desk: desk.clone(),
            dialler: Arc::new(Dialler::new(Identity::from_seed([2; 32]), tls::ALPN_TOY).unwrap()),
            addresses: addresses.subscribe(),
            changed: changed.subscribe(),
            nudge: Arc::new(Notify::new()),
            ring: ring.clone(),
            updates: Updates { short: key.device_id().short(), generation: 1, out },
            last: Vec::new(),
            taken: (0, 0),
        };
        Self { desk, listening, counts, changed, addresses, ring, updates, link: tokio::spawn(link.run()), streams }
    }

    /// A commit that concerns this toy.
    fn touched(&self) {
        self.desk.stamp.fetch_add(1, Ordering::SeqCst);
        self.tick();
    }

    /// A commit.
    fn tick(&self) {
        self.changed.send_modify(|n| *n += 1);
    }

    async fn stream(&mut self) -> Stream {
        timeout(PATIENCE, self.streams.recv()).await.expect("the hub does not dial").unwrap()
    }

    /// The stream of a toy that has said hello.
    async fn greeted(&mut self) -> Stream {
        let mut stream = self.stream().await;
        assert!(matches!(stream.next().await, Some(ToToy::Hello(h)) if h.version_max == VERSION));
        stream.send(&hello(ToyState::Yours)).await;
        stream
    }

    async fn update(&mut self) -> Update {
        timeout(PATIENCE, self.updates.recv()).await.expect("no update").unwrap().2
    }

    async fn update_of_settings(&mut self) -> Update {
        loop {
            if let update @ Update::Settings(_) = self.update().await {
                return update;
            }
        }
    }

    /// Waits for a presence.
    async fn state(&mut self, wanted: impl Fn(Presence) -> bool) -> Presence {
        loop {
            if let Update::State(state) = self.update().await
                && wanted(state)
            {
                return state;
            }
        }
    }

    async fn failing(&mut self) -> Fault {
        match self.state(|s| matches!(s, Presence::Failing(_))).await {
            Presence::Failing(fault) => fault,
            _ => unreachable!(),
        }
    }
}

#[tokio::test]
async fn records_are_acknowledged_after_the_commit_and_again_when_durable() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    stream.send(&ToHub::Records(vec![record(1), record(2)])).await;
    let ack = stream.next().await;
    assert_eq!(ack, Some(ToToy::Ack(RecordsAck { epoch: 1, committed: 2, durable: 0 })));
    assert_eq!(bench.desk.taken.lock().unwrap().len(), 2);
    bench.desk.durable.store(2, Ordering::SeqCst);
    bench.touched();
    assert_eq!(stream.next().await, Some(ToToy::Ack(RecordsAck { epoch: 1, committed: 2, durable: 2 })));
}

#[tokio::test]
async fn a_roster_is_sent_when_it_changed_and_once() {
    let mut bench = Bench::new(&toy());
    bench.desk.revision.store(5, Ordering::SeqCst);
    let mut stream = bench.greeted().await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.revision == 5));
    // The next one waits until this one is on the toy's disk.
    bench.desk.revision.store(6, Ordering::SeqCst);
    bench.touched();
    stream.send(&ToHub::RosterTaken(5)).await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.revision == 6));
    stream.send(&ToHub::RosterTaken(6)).await;
    // Nothing changed: the next message is the answer to the records.
    bench.touched();
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(stream.next().await, Some(ToToy::Ack(_))));
}

/// Two hundred toys must not all ask for their rosters whenever somebody gives a dose.
#[tokio::test]
async fn the_records_are_not_looked_at_for_what_does_not_concern_the_toy() {
    let mut bench = Bench::new(&toy());
    bench.desk.revision.store(5, Ordering::SeqCst);
    let mut stream = bench.greeted().await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.revision == 5));
    // When it is taken the records are looked at once more.
    bench.desk.revision.store(6, Ordering::SeqCst);
    stream.send(&ToHub::RosterTaken(5)).await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.revision == 6));
    let looks = bench.desk.looks.load(Ordering::SeqCst);
    for _ in 0..20 {
        bench.tick();
        stream.send(&telemetry(50)).await;
        while !matches!(bench.update().await, Update::Telemetry(_)) {}
    }
    assert_eq!(bench.desk.looks.load(Ordering::SeqCst), looks);
    let order = Order { no: 9, what: OrderKind::Lock };
    *bench.desk.order.lock().unwrap() = Some(order);
    bench.touched();
    assert_eq!(stream.next().await, Some(ToToy::Order(order)));
}

/// What cannot be read just now is not lost: nobody tells of it a second time.
#[tokio::test]
async fn records_that_could_not_be_read_are_read_again() {
    let mut bench = Bench::new(&toy());
    bench.desk.revision.store(5, Ordering::SeqCst);
    bench.desk.unreadable.store(1, Ordering::SeqCst);
    let mut stream = bench.greeted().await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.revision == 5));
    assert!(bench.desk.looks.load(Ordering::SeqCst) >= 2);
}

#[tokio::test]
async fn an_order_is_sent_at_each_contact_until_it_is_obeyed() {
    let order = Order { no: 9, what: OrderKind::Lock };
    let sign = |order| {
        let obeyed = Obeyed { toy: toy().device_id(), order, at_ms: 1 };
        ToHub::Obeyed(SignedObeyed::sign(obeyed, &toy()))
    };
    // One that nobody gave is not obeyed.
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    stream.send(&sign(order)).await;
    assert_eq!(stream.refusal().await, Refusal::OutOfOrder);

    let mut bench = Bench::new(&toy());
    *bench.desk.order.lock().unwrap() = Some(order);
    bench.touched();
    let mut stream = bench.greeted().await;
    assert_eq!(stream.next().await, Some(ToToy::Order(order)));
    // Not obeyed before the connection broke: told again on the next, and noted there.
    drop(stream);
    let mut again = bench.greeted().await;
    assert_eq!(again.next().await, Some(ToToy::Order(order)));
    again.send(&sign(order)).await;
    // Told once on a connection; the answer to the records comes next.
    bench.touched();
    again.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(again.next().await, Some(ToToy::Ack(_))));
    let obeyed = bench.desk.obeyed.lock().unwrap().iter().map(|o| o.order).collect::<Vec<_>>();
    assert_eq!(obeyed, [order]);
    // A word that the toy did not sign is not taken.
    *bench.desk.order.lock().unwrap() = Some(Order { no: 10, ..order });
    bench.touched();
    assert!(matches!(again.next().await, Some(ToToy::Order(Order { no: 10, .. }))));
    let obeyed = Obeyed { toy: toy().device_id(), order: Order { no: 10, ..order }, at_ms: 1 };
    again.send(&ToHub::Obeyed(SignedObeyed { obeyed, signature: [0; 64] })).await;
    assert_eq!(again.refusal().await, Refusal::BadSignature);
}

#[tokio::test]
async fn settings_are_sent_when_they_changed_and_once() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    // It obeys them already: the roster comes first.
    bench.desk.revision.store(5, Ordering::SeqCst);
    bench.touched();
    assert!(matches!(stream.next().await, Some(ToToy::Roster(_))));
    assert!(matches!(bench.update_of_settings().await, Update::Settings(1)));
    bench.desk.settings.store(6, Ordering::SeqCst);
    bench.touched();
    assert!(matches!(stream.next().await, Some(ToToy::Settings(s)) if s.revision == 7 && s.language == "hi"));
    // The next ones wait until these are on the toy's disk.
    bench.desk.settings.store(8, Ordering::SeqCst);
    bench.touched();
    stream.send(&ToHub::SettingsTaken(7)).await;
    assert!(matches!(bench.update_of_settings().await, Update::Settings(7)));
    assert!(matches!(stream.next().await, Some(ToToy::Settings(s)) if s.revision == 9));
    stream.send(&ToHub::SettingsTaken(9)).await;
    // Nothing changed: the next message is the answer to the records.
    bench.touched();
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(stream.next().await, Some(ToToy::Ack(_))));
}

#[tokio::test]
async fn a_toy_that_tells_too_much_is_named_and_told_to_wait() {
    let mut bench = Bench::new(&toy());
    *bench.desk.wait_s.lock().unwrap() = Some(3_600);
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    stream.send(&ToHub::Records(vec![record(1)])).await;
    while !matches!(stream.next().await, Some(ToToy::Ack(_))) {}
    assert_eq!(stream.next().await, Some(ToToy::NotNow(3_600)));
    assert!(matches!(bench.update().await, Update::TooMuch(true)));
    // In contact again it sends the same once more: that is no sign that more is taken.
    drop(stream);
    let mut stream = bench.greeted().await;
    *bench.desk.wait_s.lock().unwrap() = None;
    stream.send(&ToHub::Records(vec![record(1)])).await;
    while !matches!(stream.next().await, Some(ToToy::Ack(_))) {}
    stream.send(&telemetry(49)).await;
    loop {
        match bench.update().await {
            Update::TooMuch(_) => panic!("nothing new was taken"),
            Update::Telemetry(_) => break,
            _ => {}
        }
    }
    // When it is time its records are taken again.
    stream.send(&ToHub::Records(vec![record(2)])).await;
    while !matches!(bench.update().await, Update::TooMuch(false)) {}
}

#[tokio::test]
async fn a_toy_that_somebody_looks_for_rings() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    bench.ring.notify_one();
    while stream.next().await.expect("it does not ring") != ToToy::Ring {}
}

#[tokio::test]
async fn telemetry_tells_the_clock_too() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    stream.send(&telemetry(20)).await;
    match bench.update().await {
        Update::ClockOffset(offset) => assert!((55_000..=60_000).contains(&offset), "{offset}"),
        other => panic!("not expected: {other:?}"),
    }
    assert!(matches!(bench.update().await, Update::Telemetry(t) if t.battery_percent == 20));
}

/// It says when it is back, and goes: nobody takes that for a loss. Whoever stays, or says something else, is not asleep.
#[tokio::test]
async fn a_toy_that_goes_to_sleep_is_asleep_until_it_is_back() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    let ToHub::Telemetry(awake) = telemetry(50) else { unreachable!() };
    let sleeps = |sleep_s| ToHub::Telemetry(Telemetry { sleep_s: Some(sleep_s), ..awake });
    let before_ms = now_ms();
    stream.send(&sleeps(3_600)).await;
    while !matches!(bench.update().await, Update::Telemetry(_)) {}
    drop(stream);
    let presence = bench.state(|s| !matches!(s, Presence::Online)).await;
    let Presence::Asleep { until_ms } = presence else { panic!("{presence:?}") };
    assert!((before_ms + 3_600_000..=now_ms() + 3_600_000).contains(&until_ms));
    // Back, and awake: it is missed when it goes without a word.
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    stream.send(&sleeps(3_600)).await;
    stream.send(&ToHub::Telemetry(awake)).await;
    for _ in 0..2 {
        while !matches!(bench.update().await, Update::Telemetry(_)) {}
    }
    drop(stream);
    bench.state(|s| matches!(s, Presence::Offline { .. })).await;
    // Nobody sleeps for longer than a day, or not at all.
    for sleep_s in [0, SLEEP_MAX_S + 1] {
        let mut bench = Bench::new(&toy());
        let mut stream = bench.greeted().await;
        stream.send(&sleeps(sleep_s)).await;
        assert_eq!(stream.refusal().await, Refusal::Malformed);
    }
}

#[tokio::test]
async fn a_list_that_was_cut_short_is_told() {
    let mut bench = Bench::new(&toy());
    bench.desk.revision.store(5, Ordering::SeqCst);
    bench.desk.left_out.store(3, Ordering::SeqCst);
    let mut stream = bench.greeted().await;
    assert!(matches!(stream.next().await, Some(ToToy::Roster(r)) if r.left_out == 3));
    while !matches!(bench.update().await, Update::LeftOut(3)) {}
    bench.desk.left_out.store(0, Ordering::SeqCst);
    bench.desk.revision.store(6, Ordering::SeqCst);
    stream.send(&ToHub::RosterTaken(5)).await;
    while !matches!(bench.update().await, Update::LeftOut(0)) {}
}

#[tokio::test]
async fn rubbish_gets_a_typed_refusal() {
    let too_long = (TOY_MAX_BYTES as u32 + 1).to_be_bytes();
    let rubbish: [&[u8]; 3] = [&too_long, &[0, 0, 0, 3, 0xff, 0xff, 0xff], &[0, 0, 0, 2, 0x82, 0x63]];
    for bytes in rubbish {
        for greeted in [false, true] {
            let mut bench = Bench::new(&toy());
            let mut stream = if greeted {
                bench.greeted().await
            } else {
                let mut stream = bench.stream().await;
                stream.next().await;
                stream
            };
            stream.raw(bytes).await;
            assert_eq!(stream.refusal().await, Refusal::Malformed);
            assert_eq!(bench.failing().await, Fault::Misbehaves(Refusal::Malformed));
        }
    }
}

#[tokio::test]
async fn what_does_not_belong_there_is_refused() {
    let too_many = ToHub::Records((1..=RECORDS_MAX as u64 + 1).map(record).collect());
    let cases = [
        (hello(ToyState::Yours), Refusal::OutOfOrder),
        (ToHub::Registered, Refusal::OutOfOrder),
        (ToHub::RosterTaken(9), Refusal::OutOfOrder),
        (ToHub::SettingsTaken(9), Refusal::OutOfOrder),
        (ToHub::Records(vec![]), Refusal::Malformed),
        (too_many, Refusal::Malformed),
        (telemetry(101), Refusal::Malformed),
        (ToHub::Records(vec![SignedRecord { signature: [0; 64], ..record(1) }]), Refusal::BadSignature),
    ];
    for (message, refusal) in cases {
        let mut bench = Bench::new(&toy());
        let mut stream = bench.greeted().await;
        stream.send(&message).await;
        assert_eq!(stream.refusal().await, refusal);
        assert_eq!(bench.failing().await, Fault::Misbehaves(refusal));
        assert!(bench.desk.taken.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_tried_again() {
    let mut bench = Bench::new(&toy());
    *bench.desk.refuses.lock().unwrap() = Some(Refusal::Storage);
    let mut stream = bench.greeted().await;
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert_eq!(stream.refusal().await, Refusal::Storage);
    assert_eq!(bench.failing().await, Fault::NotStored);
    *bench.desk.refuses.lock().unwrap() = None;
    drop(stream);
    let mut again = bench.greeted().await;
    again.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(again.next().await, Some(ToToy::Ack(ack)) if ack.committed == 1));
}

#[tokio::test]
async fn a_flood_is_cut_off() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    let flood = tokio::spawn(async move {
        let one = frame::write(&telemetry(50), TOY_MAX_BYTES).unwrap();
        while stream.send.write_all(&one).await.is_ok() {}
    });
    assert_eq!(bench.failing().await, Fault::Floods);
    timeout(PATIENCE, flood).await.unwrap().unwrap();
}

/// Each record is good, and none of them is new.
#[tokio::test]
async fn a_replay_is_asked_to_wait_then_cut_off_and_named() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    // A toy whose answer was lost sends a message again at each of its contacts.
    let message = || ToHub::Records((1..=RECORDS_MAX as u64).map(record).collect());
    for _ in 0..3 {
        stream.send(&message()).await;
        while !matches!(stream.next().await, Some(ToToy::Ack(_))) {}
        drop(stream);
        stream = bench.greeted().await;
        bench.state(|s| s == Presence::Online).await;
    }
    let mut asked = 0;
    let refusal = loop {
        stream.send(&message()).await;
        match stream.next().await {
            Some(ToToy::NotNow(_)) => asked += 1,
            Some(ToToy::Refused(refusal)) => break refusal,
            Some(_) => {}
            None => panic!("cut off without a word"),
        }
    };
    assert_eq!(refusal, Refusal::OutOfOrder);
    assert!(asked > 0, "not asked to wait before");
    assert_eq!(bench.failing().await, Fault::Replays);
    assert_eq!(bench.desk.taken.lock().unwrap().len(), RECORDS_MAX);
}

#[tokio::test]
async fn a_toy_that_is_not_ours_any_more_says_so() {
    for (state, presence) in [
        (ToyState::Anothers, Presence::Anothers),
        (ToyState::New, Presence::Failing(Fault::Forgotten)),
        (ToyState::Pairing, Presence::Failing(Fault::Forgotten)),
    ] {
        let mut bench = Bench::new(&toy());
        let mut stream = bench.stream().await;
        stream.next().await;
        stream.send(&hello(state)).await;
        bench.state(|s| s == presence).await;
    }
    let mut bench = Bench::new(&toy());
    let mut stream = bench.stream().await;
    stream.next().await;
    stream.send(&ToHub::Refused(Refusal::Version)).await;
    assert_eq!(bench.failing().await, Fault::Version);
}

/// Another key behind a registered short id: told, never greeted, and not dialled in a loop.
#[tokio::test]
async fn another_key_is_never_greeted() {
    let mut bench = Bench::new(&Identity::from_seed([9; 32]));
    assert_eq!(bench.failing().await, Fault::WrongKey);
    // However often it is announced anew, it is dialled at most every half second.
    let address = bench.listening.local_addr().unwrap();
    let start = std::time::Instant::now();
    for n in 0..20u16 {
        let other = SocketAddr::from((Ipv4Addr::LOCALHOST, 1 + n));
        bench.addresses.send_replace(vec![address, other]);
        bench.addresses.send_replace(vec![address]);
        tokio::task::yield_now().await;
    }
    bench.state(|s| s == Presence::Failing(Fault::WrongKey)).await;
    assert!(start.elapsed() >= Duration::from_millis(400));
    let dials = bench.counts.dialled.load(Ordering::SeqCst) as u128;
    assert!(dials <= 2 + start.elapsed().as_millis() / 500, "{dials} dials in {:?}", start.elapsed());
    assert!(bench.streams.try_recv().is_err());
}

#[tokio::test]
async fn a_toy_that_moved_is_followed_at_once() {
    let mut bench = Bench::new(&toy());
    let _old = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    let (elsewhere, mut streams) = listen(&toy(), Arc::default());
    bench.addresses.send_replace(vec![elsewhere.local_addr().unwrap()]);
    // The old connection is as good as it was.
    let mut stream = timeout(PATIENCE, streams.recv()).await.expect("not followed").unwrap();
    stream.next().await;
    stream.send(&hello(ToyState::Yours)).await;
    bench.state(|s| s == Presence::Online).await;
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(stream.next().await, Some(ToToy::Ack(_))));
    // Where it is now is where it is looked for when mDNS has forgotten it.
    bench.addresses.send_replace(Vec::new());
    drop(stream);
    timeout(PATIENCE, streams.recv()).await.expect("not looked for where it was last").unwrap();
}

async fn heard(silent: &UdpSocket) -> Vec<u8> {
    let mut packet = [0; 2_048];
    let len = timeout(PATIENCE, silent.recv(&mut packet)).await.expect("nobody dials").unwrap();
    packet[..len].to_vec()
}

/// Killed, and started anew at another port before the hub had given the old ones up.
#[tokio::test]
async fn a_toy_that_was_started_anew_is_not_waited_for_where_it_was() {
    // Each of them is given its seconds: more than the patience of this test.
    let mut silent = Vec::new();
    for _ in 0..60 {
        silent.push(UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap());
    }
    let mut bench = Bench::new(&toy());
    bench.addresses.send_replace(silent.iter().map(|socket| socket.local_addr().unwrap()).collect());
    heard(&silent[0]).await;
    bench.addresses.send_replace(vec![bench.listening.local_addr().unwrap()]);
    let _stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
}

#[tokio::test]
async fn a_toy_that_does_not_listen_yet_where_it_is_announced_is_dialled_again() {
    let mut bench = Bench::new(&toy());
    let _old = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    let silent = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    bench.addresses.send_replace(vec![silent.local_addr().unwrap()]);
    // Each dial chooses a number of its own: byte 5 is how long it is (RFC 9000, 17.2).
    let number = |packet: &[u8]| packet[6..6 + usize::from(packet[5])].to_vec();
    let first = number(&heard(&silent).await);
    while number(&heard(&silent).await) == first {}
}

/// It went out of reach, mDNS forgot it, and it comes back to where it was and announces nothing.
#[tokio::test]
async fn a_toy_that_is_not_announced_any_more_is_found_where_it_was() {
    let mut bench = Bench::new(&toy());
    let stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    bench.addresses.send_replace(Vec::new());
    drop(stream);
    bench.state(|s| matches!(s, Presence::Offline { .. })).await;
    let _back = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
}

#[tokio::test]
async fn an_impostor_elsewhere_does_not_break_a_good_connection() {
    let mut bench = Bench::new(&toy());
    let mut stream = bench.greeted().await;
    bench.state(|s| s == Presence::Online).await;
    let counts = Arc::new(Counts::default());
    let (impostor, _streams) = listen(&Identity::from_seed([9; 32]), counts.clone());
    bench.addresses.send_replace(vec![impostor.local_addr().unwrap()]);
    timeout(PATIENCE, async {
        while counts.turned_away.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(stream.next().await, Some(ToToy::Ack(ack)) if ack.committed == 1));
}

/// A roster that cannot be sent is the hub's trouble, not the toy's.
#[tokio::test]
async fn a_roster_over_the_limit_breaks_nothing() {
    struct Verbose(Desk);
    impl ToyDesk for Verbose {
        fn registered(&self, short: &str) -> Result<Option<RegisteredToy>, DeskError> {
            self.0.registered(short)
        }
        fn stamp(&self, toy: DeviceId) -> u64 {
            self.0.stamp(toy)
        }
        fn registrations(&self) -> u64 {
            self.0.registrations()
        }
        fn roster(&self, toy: DeviceId) -> Result<Roster, DeskError> {
            let note = "n".repeat(TOY_MAX_BYTES);
            let task = RosterTask { id: TaskId(1), kind: TaskKind::Other, child: None, due: Day(1), note };
            Ok(Roster { revision: 1, tasks: vec![task], ..self.0.roster(toy)? })
        }
        fn take(&self, toy: &PublicKey, records: Vec<SignedRecord>, offset_ms: i64) -> Result<Taken, Refusal> {
            self.0.take(toy, records, offset_ms)
        }
        fn order(&self, toy: DeviceId) -> Result<Option<Order>, DeskError> {
            self.0.order(toy)
        }
        fn settings(&self) -> Result<Settings, DeskError> {
            self.0.settings()
        }
        fn obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), Refusal> {
            self.0.obeyed(toy, obeyed)
        }
        fn durable(&self, toy: DeviceId, epoch: u64) -> Result<u64, DeskError> {
            self.0.durable(toy, epoch)
        }
    }
    let (listening, mut streams) = listen(&toy(), Arc::default());
    let (out, _updates) = mpsc::channel(64);
    let addresses = watch::Sender::new(vec![listening.local_addr().unwrap()]);
    let changed = watch::Sender::new(0);
    let key = toy().public_key();
    let link = Link {
        toy: RegisteredToy { id: key.device_id(), key },
        desk: Arc::new(Verbose(Desk::default())),
        dialler: Arc::new(Dialler::new(Identity::from_seed([2; 32]), tls::ALPN_TOY).unwrap()),
        addresses: addresses.subscribe(),
        changed: changed.subscribe(),
        nudge: Arc::new(Notify::new()),
        ring: Arc::new(Notify::new()),
        updates: Updates { short: key.device_id().short(), generation: 1, out },
        last: Vec::new(),
        taken: (0, 0),
    };
    let link = tokio::spawn(link.run());
    let mut stream = timeout(PATIENCE, streams.recv()).await.unwrap().unwrap();
    stream.next().await;
    stream.send(&hello(ToyState::Yours)).await;
    stream.send(&ToHub::Records(vec![record(1)])).await;
    assert!(matches!(stream.next().await, Some(ToToy::Ack(_))));
    link.abort();
}

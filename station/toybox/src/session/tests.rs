//! A toy against hubs that misbehave: real QUIC on loopback.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::case::{Case, Lie, Misdeed};
use crate::label::Label;
use crate::panel::Events;
use crate::store::{Owner, Store};
use crate::toy::{accept, listen};
use hub_protocol::frame::{self, TOY_MAX_BYTES};
use hub_protocol::tls::{EXPORTER_LABEL, Expect, SERVER_NAME};
use hub_protocol::toy::{
    Dose, Fact, HubHello, NewChild, Order, OrderKind, RecordsAck, Roster, RosterChild, RosterDue, SETUP_SECRET_BYTES,
    Settings, Sex, Worker, setup_proof,
};
use hub_protocol::{ChildId, Day, Identity, UserId};
use quinn::crypto::rustls::QuicClientConfig;
use quinn::{ClientConfig, Endpoint, RecvStream, SendStream};
use std::net::{Ipv4Addr, SocketAddr};

const PATIENCE: Duration = Duration::from_secs(60);

struct Toy {
    device: Arc<Device>,
    case: Arc<Case>,
    address: SocketAddr,
    _dir: tempfile::TempDir,
}

impl Toy {
    fn new(owner: Option<&Identity>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let label = Arc::new(Label::open(dir.path()).unwrap());
        let mut store = Store::open(dir.path(), &label.identity).unwrap();
        if let Some(owner) = owner {
            store.set_owner(Owner { hub: owner.device_id(), clinic: "PHC".into() }).unwrap();
        }
        let case = Arc::new(Case::default());
        let (endpoint, _) = listen(&label, false, 0, case.loss.clone(), 1).unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, endpoint.local_addr().unwrap().port()));
        let (events, _) = Events::start(std::io::sink()).unwrap();
        let device = Arc::new(Device::new(label, store, "bear".into(), case.clone(), events));
        tokio::spawn(accept(endpoint, device.clone()));
        Self { device, case, address, _dir: dir }
    }

    async fn dial(&self, hub: &Identity, alpn: &[u8]) -> Result<Hub, quinn::ConnectionError> {
        let id = self.device.identity().device_id();
        let tls = tls::client_config(hub, &[alpn], Expect::Exactly(id)).unwrap();
        let config = ClientConfig::new(Arc::new(QuicClientConfig::try_from(tls).unwrap()));
        let endpoint = Endpoint::client(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        let connection = endpoint.connect_with(config, self.address, SERVER_NAME).unwrap().await?;
        let (send, recv) = connection.open_bi().await?;
        Ok(Hub { _endpoint: endpoint, connection, send, recv, frames: frame::Reader::new(TOY_MAX_BYTES) })
    }

    async fn hub(&self, hub: &Identity) -> Hub {
        self.dial(hub, tls::ALPN_TOY).await.unwrap()
    }
}

struct Hub {
    _endpoint: Endpoint,
    connection: Connection,
    send: SendStream,
    recv: RecvStream,
    frames: frame::Reader,
}

impl Hub {
    async fn raw(&mut self, bytes: &[u8]) {
        self.send.write_all(bytes).await.unwrap();
    }

    async fn send(&mut self, message: &ToToy) {
        self.raw(&frame::write(message, TOY_MAX_BYTES).unwrap()).await;
    }

    async fn next(&mut self) -> ToHub {
        loop {
            if let Some(message) = self.frames.message().unwrap() {
                return message;
            }
            let chunk = timeout(PATIENCE, self.recv.read_chunk(TOY_MAX_BYTES, true)).await.expect("silence");
            self.frames.push(&chunk.unwrap().expect("ended without a word").bytes);
        }
    }

    async fn greeted(mut self) -> (Self, ToyState) {
        self.send(&hello(VERSION)).await;
        match self.next().await {
            ToHub::Hello(hello) => (self, hello.state),
            other => panic!("not expected: {other:?}"),
        }
    }

    async fn refusal(&mut self) -> Refusal {
        loop {
            match self.next().await {
                ToHub::Refused(refusal) => return refusal,
                ToHub::Telemetry(_) | ToHub::RosterTaken(_) => {}
                other => panic!("not expected: {other:?}"),
            }
        }
    }

    fn proof(&self, secret: &[u8]) -> Register {
        let mut exporter = [0; 32];
        self.connection.export_keying_material(&mut exporter, EXPORTER_LABEL, &[]).unwrap();
        Register { proof: setup_proof(secret, &exporter), clinic: "PHC".into() }
    }
}

fn hello(version: u16) -> ToToy {
    ToToy::Hello(HubHello { version_min: version, version_max: version, now_ms: 1 })
}

fn roster(revision: u64) -> ToToy {
    let worker = Some(Worker { id: UserId(1), name: "Worker".into() });
    ToToy::Roster(Roster { revision, worker, children: vec![], tasks: vec![], blocked: vec![], left_out: 0 })
}

fn owner() -> Identity {
    Identity::from_seed([1; 32])
}

fn stranger() -> Identity {
    Identity::from_seed([2; 32])
}

#[tokio::test]
async fn rubbish_gets_a_typed_refusal() {
    let toy = Toy::new(Some(&owner()));
    let too_long = (TOY_MAX_BYTES as u32 + 1).to_be_bytes();
    let rubbish: [&[u8]; 3] = [&too_long, &[0, 0, 0, 3, 0xff, 0xff, 0xff], &[0, 0, 0, 2, 0x82, 0x63]];
    for bytes in rubbish {
        let mut hub = toy.hub(&stranger()).await;
        hub.raw(bytes).await;
        assert_eq!(hub.refusal().await, Refusal::Malformed);
        let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
        hub.raw(bytes).await;
        assert_eq!(hub.refusal().await, Refusal::Malformed);
    }
    // Datagrams that are no QUIC at all change nothing.
    let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    for len in [0, 1, 20, 1_200] {
        socket.send_to(&vec![0xc3; len], toy.address).unwrap();
    }
    assert_eq!(toy.hub(&owner()).await.greeted().await.1, ToyState::Yours);
}

#[tokio::test]
async fn what_does_not_belong_there_is_refused() {
    let toy = Toy::new(Some(&owner()));
    let mut hub = toy.hub(&owner()).await;
    hub.send(&roster(1)).await;
    assert_eq!(hub.refusal().await, Refusal::OutOfOrder);
    let mut hub = toy.hub(&owner()).await;
    hub.send(&hello(VERSION + 1)).await;
    assert_eq!(hub.refusal().await, Refusal::Version);
    let ack = |epoch, committed, durable| ToToy::Ack(RecordsAck { epoch, committed, durable });
    for (message, refusal) in [
        (hello(VERSION), Refusal::OutOfOrder),
        (ack(1, 1, 0), Refusal::BadSequence),
        (ack(2, 0, 0), Refusal::BadSequence),
        (ack(1, 0, 1), Refusal::BadSequence),
    ] {
        let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
        hub.send(&message).await;
        assert_eq!(hub.refusal().await, refusal);
    }
}

#[tokio::test]
async fn another_hub_hears_that_the_toy_is_anothers_and_no_more() {
    let toy = Toy::new(Some(&owner()));
    let (mut hub, state) = toy.hub(&stranger()).await.greeted().await;
    assert_eq!(state, ToyState::Anothers);
    assert_eq!(hub.refusal().await, Refusal::Anothers);
}

/// The clinic's computer is another one than yesterday: the toy is registered again by its label, keeps what it has not
/// handed over and forgets whom it carried.
#[tokio::test]
async fn who_holds_the_button_and_knows_the_label_gives_the_toy_to_another_hub() {
    for waits in [false, true] {
        let toy = Toy::new(Some(&owner()));
        let (mut old, _) = toy.hub(&owner()).await.greeted().await;
        old.send(&roster(1)).await;
        while old.next().await != ToHub::RosterTaken(1) {}
        if waits {
            let fact = Fact::Dose(Dose { child: ChildId(1), product: "PENTA".into(), on: Day(20_000), batch: None });
            assert_eq!(toy.device.record(|_, _| Ok((UserId(1), fact))), Ok(1));
        }
        let epoch = toy.device.hello(owner().device_id()).epoch;
        toy.device.hold_button(true);
        let (mut new, state) = toy.hub(&stranger()).await.greeted().await;
        assert_eq!(state, ToyState::Pairing);
        let wrong = new.proof(&[0; SETUP_SECRET_BYTES]);
        new.send(&ToToy::Register(wrong)).await;
        assert_eq!(new.refusal().await, Refusal::WrongSecret);
        assert_eq!(toy.device.state_for(owner().device_id()), ToyState::Yours);
        let (mut new, _) = toy.hub(&stranger()).await.greeted().await;
        let register = new.proof(toy.device.secret());
        new.send(&ToToy::Register(register)).await;
        assert_eq!(new.next().await, ToHub::Registered);
        timeout(PATIENCE, old.connection.closed()).await.expect("the old hub stays");
        toy.device.hold_button(false);
        let hello = toy.device.hello(stranger().device_id());
        assert_eq!((hello.state, hello.roster_revision, hello.epoch == epoch), (ToyState::Yours, 0, waits));
        assert_eq!(toy.device.telemetry().records_held, u32::from(waits));
        assert_eq!(toy.hub(&owner()).await.greeted().await.1, ToyState::Anothers);
    }
}

/// In contact for days, and then the battery goes: it was in contact until then.
#[tokio::test]
async fn a_toy_that_is_in_contact_for_days_does_not_forget_whom_it_carries() {
    let toy = Toy::new(Some(&owner()));
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    hub.send(&roster(1)).await;
    while hub.next().await != ToHub::RosterTaken(1) {}
    assert!(!toy.device.contact_is_old());
    toy.case.set_clock(15 * 86_400_000);
    toy.device.sensed_anew();
    timeout(PATIENCE, async {
        while toy.device.contact_is_old() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the contact is noted");
}

#[tokio::test]
async fn a_demo_hub_cannot_talk_to_a_real_toy() {
    let toy = Toy::new(None);
    assert!(toy.dial(&stranger(), tls::ALPN_TOY_DEMO).await.is_err());
}

#[tokio::test]
async fn a_toy_is_registered_by_its_secret_and_by_one_hub() {
    let toy = Toy::new(None);
    let (mut hub, state) = toy.hub(&stranger()).await.greeted().await;
    assert_eq!(state, ToyState::New);
    let register = hub.proof(toy.device.secret());
    hub.send(&ToToy::Register(register)).await;
    assert_eq!(hub.refusal().await, Refusal::NotPairing);
    toy.device.hold_button(true);
    // A proof made on one connection is worth nothing on another.
    let (other, _) = toy.hub(&owner()).await.greeted().await;
    let stolen = other.proof(toy.device.secret());
    let (mut hub, state) = toy.hub(&stranger()).await.greeted().await;
    assert_eq!(state, ToyState::Pairing);
    hub.send(&ToToy::Register(stolen)).await;
    assert_eq!(hub.refusal().await, Refusal::WrongSecret);
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    let register = hub.proof(toy.device.secret());
    hub.send(&ToToy::Register(register.clone())).await;
    assert_eq!(hub.next().await, ToHub::Registered);
    // The same hub may ask again, on this connection and on the next.
    assert!(matches!(hub.next().await, ToHub::Telemetry(_)));
    hub.send(&ToToy::Register(register)).await;
    assert_eq!(hub.next().await, ToHub::Registered);
    assert_eq!(toy.hub(&owner()).await.greeted().await.1, ToyState::Yours);
    toy.device.hold_button(false);
    assert_eq!(toy.hub(&stranger()).await.greeted().await.1, ToyState::Anothers);
}

/// The newest connection of the owner speaks; what an older one still says counts no more.
#[tokio::test]
async fn a_newer_connection_of_the_owner_takes_over() {
    let toy = Toy::new(Some(&owner()));
    let (mut old, _) = toy.hub(&owner()).await.greeted().await;
    old.send(&roster(1)).await;
    while old.next().await != ToHub::RosterTaken(1) {}
    let (mut new, _) = toy.hub(&owner()).await.greeted().await;
    assert!(matches!(new.next().await, ToHub::Telemetry(_)));
    timeout(PATIENCE, old.connection.closed()).await.expect("the old connection stays");
    new.send(&roster(2)).await;
    while new.next().await != ToHub::RosterTaken(2) {}
    assert_eq!(toy.device.hello(owner().device_id()).roster_revision, 2);
}

/// What each misdeed looks like to a hub, and that nothing is told twice.
#[tokio::test]
async fn a_toy_lies_and_floods_when_it_is_told_to() {
    let toy = Toy::new(Some(&owner()));
    let key = toy.device.identity().public_key();
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    let order = |misdeed| {
        assert!(toy.case.order(misdeed));
        toy.device.sensed_anew();
    };
    for (lie, opens) in
        [(Lie::Signature, Err(Refusal::BadSignature)), (Lie::Sequence, Ok(1_000)), (Lie::Content, Ok(0))]
    {
        order(Misdeed::Lie(lie));
        let records = loop {
            match hub.next().await {
                ToHub::Records(records) => break records,
                ToHub::Telemetry(telemetry) => assert!(telemetry.battery_percent <= 100),
                other => panic!("not expected: {other:?}"),
            }
        };
        assert_eq!(records[0].open(&key).map(|record| record.seq), opens, "{lie:?}");
    }
    order(Misdeed::Lie(Lie::Telemetry));
    while !matches!(hub.next().await, ToHub::Telemetry(told) if told.battery_percent == 200) {}
    order(Misdeed::Flood(300));
    for _ in 0..300 {
        assert!(matches!(hub.next().await, ToHub::Telemetry(told) if told.battery_percent <= 100));
    }
    order(Misdeed::Lie(Lie::Rubbish));
    let broken = loop {
        match hub.frames.message::<ToHub>() {
            Ok(Some(_)) => {}
            Ok(None) => {
                let chunk = timeout(PATIENCE, hub.recv.read_chunk(TOY_MAX_BYTES, true)).await.expect("silence");
                hub.frames.push(&chunk.unwrap().unwrap().bytes);
            }
            Err(error) => break error,
        }
    };
    assert!(matches!(broken, frame::FrameError::Malformed(_)));
}

/// The power goes while a record is written: nobody is told anything, and what was safe is there afterwards.
#[tokio::test]
async fn a_toy_without_power_says_nothing() {
    let toy = Toy::new(Some(&owner()));
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    assert!(matches!(hub.next().await, ToHub::Telemetry(_)));
    toy.device.power().cut_after(10);
    hub.send(&roster(1)).await;
    timeout(PATIENCE, toy.device.power().gone()).await.expect("the roster is written");
    // The toy's own task sees to its silence; here there is none, so the connection merely stands.
    let said = timeout(Duration::from_millis(200), hub.recv.read_chunk(TOY_MAX_BYTES, true)).await;
    assert!(said.is_err(), "{said:?}");
    assert_eq!(toy.device.hello(owner().device_id()).roster_revision, 0);
}

/// Strangers that connect and say nothing hold their own places and no others.
#[tokio::test]
async fn strangers_cannot_take_the_owners_place() {
    let toy = Toy::new(Some(&owner()));
    let mut silent = Vec::new();
    for n in 0..STRANGERS_MAX as u8 {
        silent.push(toy.hub(&Identity::from_seed([100 + n; 32])).await);
    }
    let one_more = toy.hub(&stranger()).await;
    let closed = timeout(PATIENCE, one_more.connection.closed()).await.expect("there was a place");
    assert!(matches!(closed, quinn::ConnectionError::ApplicationClosed(c) if c.error_code == CLOSE_BUSY));
    assert_eq!(toy.hub(&owner()).await.greeted().await.1, ToyState::Yours);
    assert!(silent.iter().all(|s| s.connection.close_reason().is_none()));
}

/// A dose on the toy, and what became of it.
fn give(toy: &Toy, child: ChildId) -> Result<u64, crate::device::NotTaken> {
    let child = child.to_string();
    let entered = crate::rules::Entered { child: &child, product: "PENTA", on: "2024-11-20", batch: None };
    toy.device.record(|roster, today| crate::rules::dose(roster, entered, today))
}

fn settings(report_s: u16) -> Settings {
    Settings { revision: 9, language: "hi".into(), report_s, roster_days: 3 }
}

#[tokio::test]
async fn settings_are_obeyed_confirmed_and_told_at_the_next_contact() {
    let toy = Toy::new(Some(&owner()));
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    let ToHub::Telemetry(_) = hub.next().await else { panic!("it says how it is first") };
    hub.send(&ToToy::Settings(settings(1))).await;
    assert_eq!(hub.next().await, ToHub::SettingsTaken(9));
    // Once because something changed; from then on each second, and no more each half minute.
    for _ in 0..3 {
        let ToHub::Telemetry(_) = hub.next().await else { panic!("it says how it is") };
    }
    hub.connection.close(0u32.into(), b"");
    let mut hub = toy.hub(&owner()).await;
    hub.send(&hello(VERSION)).await;
    assert!(matches!(hub.next().await, ToHub::Hello(hello) if hello.settings_revision == Some(9)));
    // What no toy can do is refused, and a stranger is told nothing.
    for wrong in
        [settings(0), Settings { roster_days: 91, ..settings(1) }, Settings { language: "h i".into(), ..settings(1) }]
    {
        let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
        hub.send(&ToToy::Settings(wrong)).await;
        assert_eq!(hub.refusal().await, Refusal::Malformed);
    }
    let mut other = toy.hub(&stranger()).await;
    other.send(&hello(VERSION)).await;
    assert!(matches!(other.next().await, ToHub::Hello(hello) if hello.settings_revision.is_none()));
}

/// The hub takes one of two doses and no more for a second.
#[tokio::test]
async fn records_that_are_too_many_for_the_hub_wait_and_are_sent_again() {
    let toy = Toy::new(Some(&owner()));
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    hub.send(&roster(1)).await;
    while hub.next().await != ToHub::RosterTaken(1) {}
    let new = NewChild {
        child: ChildId(8),
        name: String::new(),
        dob: Day(0),
        dob_estimated: false,
        sex: Sex::Other,
        mother: "Meena Devi".into(),
        phone: String::new(),
        village: "Rampur".into(),
        consent_reminders: false,
        consent_tracing: false,
        birth_order: None,
    };
    let registered = toy.device.record(|all, today| crate::rules::child(all, "2024-11-20", new, today));
    assert_eq!(registered, Ok(1));
    let given = |hub: ToHub| match hub {
        ToHub::Records(records) => Some(records.len()),
        _ => None,
    };
    while given(hub.next().await) != Some(1) {}
    // She gives it two doses before the hub has answered.
    assert_eq!(give(&toy, ChildId(8)), Ok(2));
    assert_eq!(give(&toy, ChildId(8)), Ok(3));
    hub.send(&ToToy::Ack(RecordsAck { epoch: 1, committed: 1, durable: 0 })).await;
    while given(hub.next().await) != Some(2) {}
    let wait = Instant::now();
    hub.send(&ToToy::Ack(RecordsAck { epoch: 1, committed: 2, durable: 0 })).await;
    hub.send(&ToToy::NotNow(1)).await;
    while given(hub.next().await) != Some(1) {}
    assert!(wait.elapsed() >= Duration::from_secs(1), "it did not wait");
    assert_eq!(toy.device.telemetry().records_held, 3);
}

/// It uploads first: what the hub has not committed stays, and is still there when the toy is asked again.
#[tokio::test]
async fn a_wipe_is_obeyed_when_the_hub_has_the_records_and_the_toy_is_locked_before() {
    let toy = Toy::new(Some(&owner()));
    let child = ChildId(7);
    let due = RosterDue {
        item: "PENTA-1".into(),
        product: "PENTA".into(),
        earliest: Day(19_950),
        due: Day(19_950),
        last_day: None,
    };
    let children = vec![RosterChild {
        id: child,
        name: "Invented".into(),
        dob: Day(19_900),
        guardian: String::new(),
        village: String::new(),
        due: vec![due],
    }];
    let worker = Some(Worker { id: UserId(1), name: "Worker".into() });
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    hub.send(&ToToy::Roster(Roster { revision: 1, worker, children, tasks: vec![], blocked: vec![], left_out: 0 }))
        .await;
    while hub.next().await != ToHub::RosterTaken(1) {}
    assert_eq!(give(&toy, child), Ok(1));
    let order = Order { no: 5, what: OrderKind::Wipe };
    hub.send(&ToToy::Order(order)).await;
    while !matches!(hub.next().await, ToHub::Records(_)) {}
    // The order is on its way, and so is the dose. Nothing was committed yet, and the connection is lost.
    hub.connection.close(0u32.into(), b"");
    let (mut hub, _) = toy.hub(&owner()).await.greeted().await;
    hub.send(&ToToy::Order(order)).await;
    while !matches!(hub.next().await, ToHub::Records(_)) {}
    let refused = give(&toy, child).unwrap_err().0;
    assert_eq!(refused, "locked");
    hub.send(&ToToy::Ack(RecordsAck { epoch: 1, committed: 1, durable: 0 })).await;
    let obeyed = loop {
        match hub.next().await {
            ToHub::Obeyed(obeyed) => break obeyed,
            ToHub::Telemetry(_) => {}
            other => panic!("not expected: {other:?}"),
        }
    };
    assert_eq!(obeyed.open(&toy.device.identity().public_key()).unwrap().order, order);
    assert_eq!(toy.device.telemetry().records_held, 0);
    assert_eq!(toy.device.state_for(owner().device_id()), ToyState::Yours);
    // Asked again, it says so again; unlocked, it may be given to somebody.
    hub.send(&ToToy::Order(order)).await;
    while !matches!(hub.next().await, ToHub::Obeyed(_)) {}
    hub.send(&ToToy::Order(Order { no: 6, what: OrderKind::Unlock })).await;
    while !matches!(hub.next().await, ToHub::Obeyed(o) if o.obeyed.order.no == 6) {}
    assert_eq!(give(&toy, child).unwrap_err().0, "nobody");
}

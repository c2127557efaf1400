//! The frozen bytes of every message: what stands in `vectors/` must be read for ever, and written so.
//!
//! A new version of a message gets a new vector beside the old one. To print the bytes of a new one:
//! `cargo test -p hub-protocol --test vectors -- --nocapture` names what is missing.
#![allow(clippy::unwrap_used)]

use hub_protocol::card::summary::{NONCE_BYTES, Summary};
use hub_protocol::card::{CardRecord, encode};
use hub_protocol::certificate::{Certificate, Station};
use hub_protocol::frame::{from_cbor, to_cbor};
use hub_protocol::replica::{
    Ask, Batch, Enrol, Enrolled, Head, Held, Hello, Message, More, SignedHead, TakeOver, TakenOver,
};
use hub_protocol::toy::{
    Dose, Fact, Faults, Found, Growth, HubHello, NewChild, Obeyed, Order, OrderKind, Position, Record, RecordsAck,
    Refusal, Register, Roster, RosterChild, RosterDue, RosterTask, SETUP_SECRET_BYTES, Settings, Sex, Sighting,
    SignedObeyed, SignedRecord, TaskKind, Telemetry, ToHub, ToToy, ToyHello, ToyState, Worker, setup_proof,
};
use hub_protocol::{CardNo, ChildId, Day, DeviceId, Identity, OriginId, TaskId, UserId, symbols};
use minicbor::{Decode, Encode};
use std::fmt::{Debug, Write};
use std::path::Path;

fn check<T>(name: &str, message: &T)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    let bytes = to_cbor(message);
    frozen(name, &bytes);
    assert_eq!(from_cbor::<T>(&bytes).as_ref().ok(), Some(message), "{name} is not read back");
    for cut in 0..bytes.len() {
        assert!(from_cbor::<T>(&bytes[..cut]).is_err(), "{name} is read although it is cut at {cut}");
    }
}

fn frozen(name: &str, bytes: &[u8]) {
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    });
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(format!("{name}.hex"));
    let Ok(frozen) = std::fs::read_to_string(&path) else {
        panic!("no vector {name}; its bytes are\n{hex}");
    };
    assert_eq!(hex, frozen.trim(), "{name} is not written as it was frozen");
}

fn toy() -> Identity {
    Identity::from_seed([1; 32])
}

fn head() -> Head {
    Head { origin: OriginId([2; 16]), seq: 300, hash: [3; 32] }
}

#[test]
fn hub_to_toy() {
    check("to-toy-hello", &ToToy::Hello(HubHello { version_min: 1, version_max: 1, now_ms: 1_795_156_200_000 }));
    check("to-toy-register", &ToToy::Register(Register { proof: [4; 32], clinic: "PHC Rampur".into() }));
    let child = RosterChild {
        id: ChildId(0x12_3456_789a_bcde),
        name: "अंजलि Devi".into(),
        dob: Day(20_000),
        guardian: "Meena Devi".into(),
        village: "Rampur".into(),
        due: vec![RosterDue {
            item: "PENTA-1".into(),
            product: "PENTA".into(),
            earliest: Day(20_042),
            due: Day(20_042),
            last_day: Some(Day(20_364)),
        }],
    };
    let task = RosterTask {
        id: TaskId(9),
        kind: TaskKind::Trace,
        child: Some(child.id),
        due: Day(20_050),
        note: "near the well".into(),
    };
    let roster = Roster {
        revision: 7,
        worker: Some(Worker { id: UserId(5), name: "Asha".into() }),
        children: vec![child],
        tasks: vec![task],
        blocked: vec![],
        left_out: 0,
    };
    check("to-toy-roster", &ToToy::Roster(roster.clone()));
    let blocked = vec![CardNo(77), CardNo(0x12_3456_789a_bcde)];
    check("to-toy-roster-blocked", &ToToy::Roster(Roster { blocked, left_out: 3, ..roster }));
    let nobody = Roster { revision: 8, worker: None, children: vec![], tasks: vec![], blocked: vec![], left_out: 0 };
    check("to-toy-roster-of-nobody", &ToToy::Roster(nobody));
    check("to-toy-ack", &ToToy::Ack(RecordsAck { epoch: 1, committed: 12, durable: 10 }));
    check("to-toy-refused", &ToToy::Refused(Refusal::BadSequence));
    check("to-toy-ring", &ToToy::Ring);
    check("to-toy-not-now", &ToToy::NotNow(3_600));
    let settings = Settings { revision: 7, language: "hi".into(), report_s: 30, roster_days: 14 };
    check("to-toy-settings", &ToToy::Settings(settings));
    for what in OrderKind::ALL {
        check(&format!("to-toy-order-{}", what.code()), &ToToy::Order(Order { no: 1_795_156_200_000, what }));
    }
}

#[test]
fn toy_to_hub() {
    let hello = ToyHello {
        version: 1,
        model: "reference".into(),
        firmware: "0.1.0".into(),
        now_ms: 1_795_156_200_000,
        state: ToyState::Pairing,
        epoch: 1,
        roster_revision: 7,
        settings_revision: None,
    };
    check("to-hub-hello", &ToHub::Hello(hello.clone()));
    check("to-hub-hello-settings", &ToHub::Hello(ToyHello { settings_revision: Some(9), ..hello }));
    check("to-hub-registered", &ToHub::Registered);
    check("to-hub-roster-taken", &ToHub::RosterTaken(7));
    let record = Record {
        toy: toy().device_id(),
        epoch: 1,
        seq: 12,
        worker: UserId(5),
        at_ms: 1_795_156_200_000,
        fact: Fact::Dose(Dose {
            child: ChildId(0x12_3456_789a_bcde),
            product: "PENTA".into(),
            on: Day(20_043),
            batch: Some("B17".into()),
        }),
    };
    check("record-dose", &record);
    let growth = Growth {
        child: ChildId(0x12_3456_789a_bcde),
        on: Day(20_043),
        weight_g: Some(8_120),
        length_mm: Some(702),
        standing: false,
        muac_mm: Some(131),
        head_mm: None,
        oedema: false,
    };
    check("record-growth", &Record { fact: Fact::Growth(growth), ..record });
    let sighting = Sighting { child: growth.child, on: growth.on, found: Found::Away, note: "at her aunt".into() };
    check("record-sighting", &Record { fact: Fact::Sighting(sighting), ..record });
    let new = NewChild {
        child: ChildId(0x12_3456_789a_bcde),
        name: String::new(),
        dob: Day(20_040),
        dob_estimated: false,
        sex: Sex::Male,
        mother: "मीना Devi".into(),
        phone: "9876543210".into(),
        village: "Rampur".into(),
        consent_reminders: true,
        consent_tracing: false,
        birth_order: Some(2),
    };
    check("record-child", &Record { fact: Fact::Child(new), ..record });
    check("to-hub-records", &ToHub::Records(vec![SignedRecord::sign(&record, &toy())]));
    let telemetry = Telemetry {
        at_ms: 1_795_156_200_000,
        battery_percent: 80,
        charging: false,
        temperature_c: -3,
        storage_free_kib: 4096,
        restarts: 2,
        position: Some(Position { latitude_e7: 286_000_000, longitude_e7: -772_000_000, accuracy_m: 12 }),
        records_held: 1,
        faults: None,
        sleep_s: None,
    };
    check("to-hub-telemetry", &ToHub::Telemetry(telemetry));
    // The sensor, and a thirteenth fault that has no name yet.
    let broken = Faults(1 | 1 << 12);
    assert_eq!(broken.codes(), "sensor 12");
    let faults = Some(broken);
    check("to-hub-telemetry-faults", &ToHub::Telemetry(Telemetry { faults, ..telemetry }));
    check("to-hub-telemetry-sleep", &ToHub::Telemetry(Telemetry { sleep_s: Some(28_800), ..telemetry }));
    check("to-hub-refused", &ToHub::Refused(Refusal::NotPairing));
    check("to-hub-settings-taken", &ToHub::SettingsTaken(9));
    let order = Order { no: 1_795_156_200_000, what: OrderKind::Wipe };
    let obeyed = Obeyed { toy: toy().device_id(), order, at_ms: 1_795_156_200_000 };
    check("to-hub-obeyed", &ToHub::Obeyed(SignedObeyed::sign(obeyed, &toy())));
}

#[test]
fn replication() {
    let hello = Hello { version_min: 1, version_max: 1, now_ms: 1_795_156_200_000, heads: vec![head()], writes: None };
    check("replica-hello", &Message::Hello(hello.clone()));
    let writes = Some(OriginId([2; 16]));
    check("replica-hello-writes", &Message::Hello(Hello { writes, ..hello }));
    let recovery = Identity::from_seed([6; 32]).public_key();
    check("replica-enrol", &Message::Enrol(Enrol { version_min: 1, version_max: 1, proof: [7; 32], recovery }));
    let enrolled = Enrolled { district: "District Rampur".into(), station: "PHC Rampur".into() };
    check("replica-enrolled", &Message::Enrolled(enrolled));
    let signed = head().sign(&toy());
    check("replica-batch", &Message::Batch(Batch { first_seq: 299, head: signed, packed: vec![8; 5] }));
    check("replica-ack", &Message::Ack(head()));
    check("replica-refused", &Message::Refused(hub_protocol::replica::Refusal::Fork));
    check("replica-refused-replaced", &Message::Refused(hub_protocol::replica::Refusal::Replaced));
    check("replica-refused-too-many-logs", &Message::Refused(hub_protocol::replica::Refusal::TooManyLogs));
    let take_over = TakeOver { version_min: 1, version_max: 1, proof: [7; 32], signature: [9; 64] };
    check("replica-take-over", &Message::TakeOver(take_over));
    let taken_over = TakenOver {
        district: "District Rampur".into(),
        station: "PHC Rampur".into(),
        former: vec![recovery],
        heads: vec![head()],
    };
    check("replica-taken-over", &Message::TakenOver(taken_over));
    let station = Station {
        key: toy().public_key(),
        former: vec![recovery],
        recovery,
        name: "PHC Rampur".into(),
        issued_ms: 1_795_156_200_000,
    };
    let district = Identity::from_seed([6; 32]);
    check("replica-readmit", &Message::Readmit(Certificate::issue(station, &district)));
    check("replica-ask", &Message::Ask(Ask { origin: OriginId([2; 16]), seqs: vec![300, 150, 1] }));
    let more = More { signature: [7; 64], packed: vec![0x85, 1, 2, 3] };
    check("replica-more", &Message::More(more));
    check("replica-held", &Message::Held(Held { seq: 301, hash: [3; 32] }));
    check("replica-tell", &Message::Tell(vec![head()]));
}

/// What a card holds: the payload that the station signs, and the summary under its seal.
#[test]
fn on_a_card() {
    let given = [("BCG".to_owned(), Day(20_000)), ("PENTA".to_owned(), Day(20_044))];
    let summary = Summary::of(given, Some((Day(20_075), vec!["PENTA".to_owned()])));
    frozen("card-summary", &summary.to_cbor());
    assert_eq!(Summary::from_cbor(&summary.to_cbor()).as_ref(), Ok(&summary));
    let (card_no, uid) = (CardNo(77), [4, 1, 2, 3, 4, 5, 6]);
    let sealed = summary.seal((1, &[5; 32]), &[6; NONCE_BYTES], card_no, &uid).unwrap();
    let slot = encode(&CardRecord { card_no, counter: 300, sealed: Some(sealed) }, &uid, &toy()).unwrap();
    // 03 LEN D4 07 LEN "tikka:c", then the COSE_Sign1: an array of protected header, header, payload and signature.
    let mut cose = minicbor::Decoder::new(&slot[12..12 + usize::from(slot[4])]);
    assert_eq!(cose.array().unwrap(), Some(4));
    cose.skip().unwrap();
    cose.skip().unwrap();
    frozen("card-payload", cose.bytes().unwrap());
}

/// What no message shows: how a secret is proved, and what is printed on a toy.
#[test]
fn worked_examples() {
    let mut secret = [0; SETUP_SECRET_BYTES];
    secret.iter_mut().zip(1..).for_each(|(byte, n)| *byte = n);
    let exporter = [5; 32];
    let mut proof = minicbor::Encoder::new(Vec::new());
    proof.map(3).unwrap().u8(0).unwrap().bytes(&secret).unwrap().u8(1).unwrap().bytes(&exporter).unwrap();
    proof.u8(2).unwrap().bytes(&setup_proof(&secret, &exporter)).unwrap();
    frozen("worked-proof", &proof.into_writer());
    let (key, id) = (toy().public_key(), toy().device_id());
    let mut label = minicbor::Encoder::new(Vec::new());
    label.map(6).unwrap().u8(0).unwrap().bytes(&key.0).unwrap().u8(1).unwrap().bytes(&id.0).unwrap();
    label.u8(2).unwrap().str(&id.short()).unwrap().u8(3).unwrap().str(&id.code()).unwrap();
    label.u8(4).unwrap().bytes(&secret).unwrap().u8(5).unwrap().str(&symbols::write_bytes(&secret)).unwrap();
    frozen("worked-label", &label.into_writer());
}

#[test]
fn what_was_signed_once_is_valid_for_ever() {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors").join(format!("{name}.hex"));
        let hex = std::fs::read_to_string(path).unwrap();
        let hex = hex.trim().as_bytes();
        hex.chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect::<Vec<_>>()
    };
    let ToHub::Records(records) = from_cbor(&read("to-hub-records")).unwrap() else { panic!("not records") };
    assert_eq!(records[0].open(&toy().public_key()).unwrap().seq, 12);
    let Message::Batch(Batch { head, .. }) = from_cbor(&read("replica-batch")).unwrap() else { panic!("not a batch") };
    assert!(head.verify(&toy().public_key()));
    assert!(!SignedHead { head: Head { seq: 301, ..head.head }, ..head }.verify(&toy().public_key()));
    let ToHub::Obeyed(obeyed) = from_cbor(&read("to-hub-obeyed")).unwrap() else { panic!("not obeyed") };
    assert_eq!(obeyed.open(&toy().public_key()).unwrap().order.what, OrderKind::Wipe);
    let other = SignedObeyed { obeyed: Obeyed { at_ms: 0, ..obeyed.obeyed }, ..obeyed };
    assert_eq!(other.open(&toy().public_key()), Err(Refusal::BadSignature));
    let id: DeviceId = toy().device_id();
    assert_eq!(id.short(), "6htgz65x");
}

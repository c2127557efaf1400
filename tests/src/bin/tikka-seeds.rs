//! Writes the first inputs of each fuzz target into `fuzz/corpus/`, from the frozen messages, the frozen ledger, the files in
//! the tree and the product's own writers: what the fuzzers then change.

use clinic::Env;
use clinic::ledger::{Actor, Entry, Hlc, pack};
use clinic::replica::Logs;
use clinic::store::{KdfCost, KeyFile, Keys, RecoveryKey, Secret};
use data_encoding::HEXLOWER;
use hub_protocol::card::summary::{NONCE_BYTES, Summary};
use hub_protocol::card::{AREA_BYTES, CardRecord, Slot, encode};
use hub_protocol::frame::{from_cbor, to_cbor};
use hub_protocol::replica::{ENROL_SECRET_BYTES, EnrolLink, Head};
use hub_protocol::toy::{Dose, Fact, Record};
use hub_protocol::{CardNo, ChildId, Day, Identity, OriginId, UserId, symbols};
use minicbor::Encode;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

type Done<T = ()> = Result<T, Box<dyn Error>>;

/// Where the inputs go, and the top of the tree.
struct Place {
    corpus: PathBuf,
    top: PathBuf,
}

impl Place {
    fn put(&self, target: &str, name: &str, parts: &[&[u8]]) -> Done {
        let folder = self.corpus.join(target);
        fs::create_dir_all(&folder)?;
        Ok(fs::write(folder.join(name), parts.concat())?)
    }

    fn read(&self, path: &str) -> Done<Vec<u8>> {
        fs::read(self.top.join(path)).map_err(|e| format!("{path}: {e}").into())
    }
}

fn main() -> Done {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let place = Place { corpus: here.join("fuzz/corpus"), top: here.join("..") };
    messages(&place)?;
    card(&place)?;
    ledger(&place)?;
    texts(&place)?;
    files(&place)?;
    for n in 0..8_u8 {
        let noise: Vec<u8> = (0..=255).map(|i: u8| i.wrapping_mul(2 * n + 7) ^ (i >> 3) ^ n).collect();
        place.put("session", &format!("noise-{n}"), &[&noise])?;
    }
    Ok(())
}

fn messages(place: &Place) -> Done {
    for file in fs::read_dir(place.top.join("hub-protocol/vectors"))? {
        let path = file?.path();
        let name = path.file_stem().and_then(|n| n.to_str()).ok_or("a vector without a name")?.to_owned();
        let hex = fs::read_to_string(&path)?;
        let bytes = HEXLOWER.decode(hex.trim().as_bytes())?;
        let (message, stream): (&[u8], Option<u8>) = match name.split('-').next() {
            Some("replica") => (&[0], Some(0)),
            Some("to") if name.starts_with("to-hub") => (&[1], Some(1)),
            Some("to") => (&[2], Some(2)),
            Some("record") => (&[3], None),
            // What is on a card comes in its area alone, packed rows by themselves.
            Some("card" | "packed") => continue,
            _ => return Err(format!("a vector of another kind: {name}").into()),
        };
        place.put("messages", &name, &[message, &bytes])?;
        if let Some(stream) = stream {
            let length = u32::try_from(bytes.len())?.to_be_bytes();
            place.put("frames", &name, &[&[stream, 7], &length, &bytes, &length, &bytes])?;
        } else {
            place.put("messages", &format!("{name}-signed"), &[&[4], &bytes])?;
        }
    }
    Ok(())
}

fn card(place: &Place) -> Done {
    let station = Identity::from_seed([7; 32]);
    for (length, uid) in [(0, &[4, 1, 2, 3][..]), (1, &[4, 1, 2, 3, 4, 5, 6])] {
        let mut area = vec![0; AREA_BYTES];
        let given = [("BCG".to_owned(), Day(20_000)), ("PENTA".to_owned(), Day(20_044))];
        let summary = Summary::of(given, Some((Day(20_075), vec!["PENTA".to_owned()])));
        let sealed = summary.seal((1, &[5; 32]), &[6; NONCE_BYTES], CardNo(77), uid)?;
        for (counter, slot, sealed) in [(1, Slot::A, None), (2, Slot::B, Some(sealed))] {
            let bytes = encode(&CardRecord { card_no: CardNo(77), counter, sealed }, uid, &station)?;
            area[slot.offset()..slot.offset() + bytes.len()].copy_from_slice(&bytes);
            place.put("card", &format!("after-{counter}-{length}"), &[&[length], uid, &area])?;
        }
    }
    Ok(())
}

/// The events of the frozen clinic, one of each kind and version.
fn ledger(place: &Place) -> Done {
    let folder = tempfile::tempdir()?;
    for name in ["ledger.db", "keys.cbor"] {
        fs::write(folder.path().join(name), place.read(&format!("station/clinic/tests/frozen/v1/{name}"))?)?;
    }
    let key = folder.path().join("admin.key");
    tests::private_file(&key, std::str::from_utf8(&place.read("station/clinic/tests/frozen/v1/admin.key")?)?);
    let key = KeyFile::read(&key)?;
    let (clinic, _) = clinic::Clinic::unlock_with_file(folder.path(), &key, Env::system())?;
    let mut all: Vec<Entry> = Vec::new();
    for head in clinic.heads()? {
        all.extend(clinic.entries(head.origin, 0, 1_000, 1 << 20)?);
    }
    for entry in &all {
        let name = format!("kind-{}-v{}", entry.kind, entry.version);
        place.put("facts", &name, &[&entry.kind.to_be_bytes(), &[entry.version], &entry.body])?;
    }
    // The first event says whose the log is; the target writes its own.
    let record = |entry: &Entry| {
        let who = u8::from(entry.actor != Actor::NODE);
        let length = u16::try_from(entry.body.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&entry.kind.to_be_bytes()[..], &[entry.version, who, 200], &length, &entry.body].concat()
    };
    let told: Vec<u8> = all.iter().filter(|entry| entry.kind != 1).flat_map(record).collect();
    place.put("records", "frozen", &[&told])?;
    let run = &all[..all.len().min(12)];
    let raw: Vec<u8> = run.iter().flat_map(to_cbor).collect();
    place.put("packed", "run", &[&[0], &pack(run)?])?;
    place.put("packed", "run-plain", &[&[1], &raw])?;
    let bomb = pack(&[Entry { hlc: Hlc(1), actor: Actor::NODE, kind: 1, version: 1, body: vec![0; 5 << 20] }])?;
    place.put("packed", "bomb", &[&[0], &bomb])
}

fn texts(place: &Place) -> Done {
    let device = Identity::from_seed([1; 32]).device_id();
    let link = EnrolLink { address: "district.example:4433".into(), district: device, secret: [9; ENROL_SECRET_BYTES] };
    place.put("texts", "link", &[&[0], link.to_string().as_bytes()])?;
    place.put("texts", "child", &[&[1], ChildId(0x12_3456_789a_bcde).to_string().as_bytes()])?;
    place.put("texts", "device", &[&[2], device.full().as_bytes()])?;
    place.put("texts", "code", &[&[2], device.code().as_bytes()])?;
    place.put("texts", "recovery", &[&[3], symbols::write_bytes(&[5; 20]).as_bytes()])?;
    place.put("texts", "bytes", &[&[10], symbols::write_bytes(&[6; 10]).as_bytes()])?;

    let (children, doses) = (place.read("tests/data/import/children.csv")?, place.read("tests/data/import/doses.csv")?);
    let decisions = b"line,ref,decision,child\n2,12,same,88R2-FS0S-9DXZ\n3,,other,\n";
    place.put("sheets", "files", &[&children, &[0xff], &doses, &[0xff], decisions])?;
    place.put("sheets", "children", &[&children])?;
    let first_lines = |bytes: &[u8], count| {
        bytes.split_inclusive(|b| *b == b'\n').take(count).flatten().copied().collect::<Vec<u8>>()
    };
    place.put("cases", "forecast", &[&[0], &first_lines(&place.read("tests/data/forecast-cases.csv")?, 9)])?;
    place.put("cases", "growth", &[&[1], &first_lines(&place.read("tests/data/growth-examples.csv")?, 9)])?;
    for name in ["seed", "uip"] {
        place.put("schedule", name, &[&place.read(&format!("assets/schedules/{name}.toml"))?])?;
    }
    Ok(())
}

/// As the product writes it; its own type is nobody else's business.
#[derive(Encode)]
#[cbor(map)]
struct BackupFooter {
    #[n(0)]
    version: u16,
    #[n(1)]
    made_at_ms: u64,
    #[n(2)]
    database_bytes: u64,
    #[n(3)]
    head: Head,
    #[cbor(n(4), with = "minicbor::bytes")]
    keys: Vec<u8>,
}

fn files(place: &Place) -> Done {
    let mut env = Env::with_clock(|| 1_795_156_200_000);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    let folder = tempfile::tempdir()?;
    let mut keys = Keys::create(folder.path(), &env)?;
    let data_key = clinic::store::DataKey::new([9; 32]);
    let (recovery, file) = (RecoveryKey::generate(&env)?, KeyFile::generate(&env, "admin")?);
    keys.put(&Secret::Password { login: "asha", password: "one" }, &data_key, &env)?;
    keys.put(&Secret::Recovery(&recovery), &data_key, &env)?;
    keys.put(&Secret::KeyFile(&file), &data_key, &env)?;
    place.put("keys", "three", &[&fs::read(folder.path().join("keys.cbor"))?])?;
    let slots = keys.for_recovery().ok_or("no recovery slot")?;
    place.put("keys", "recovery", &[&slots])?;

    let path = folder.path().join("admin.key");
    file.write(&path)?;
    place.put("key_files", "station", &[&fs::read(&path)?])?;
    place.put("key_files", "district", &["a1".repeat(32).as_bytes()])?;

    let database = [7; 16];
    let head = Head { origin: OriginId([2; 16]), seq: 300, hash: [3; 32] };
    let database_bytes = database.len() as u64;
    let footer = BackupFooter { version: 1, made_at_ms: 1_795_156_200_000, database_bytes, head, keys: slots };
    let footer = to_cbor(&footer);
    let length = u16::try_from(footer.len())?.to_be_bytes();
    place.put("backup", "footer", &[&length, &database, &footer])?;
    place.put("backup", "none", &[&[0, 0], b"tikka backup 1\n\0"])?;
    journal(place)
}

fn journal(place: &Place) -> Done {
    let (folder, toy) = (tempfile::tempdir()?, Identity::from_seed([3; 32]));
    let mut store = toybox::store::Store::open(folder.path(), &toy)?;
    let vector = fs::read_to_string(place.top.join("hub-protocol/vectors/record-dose.hex"))?;
    let record: Record = from_cbor(&HEXLOWER.decode(vector.trim().as_bytes())?)?;
    let Fact::Dose(dose) = record.fact else { return Err("the vector is of no dose".into()) };
    for day in 0..3 {
        let dose = Dose { on: Day(dose.on.0 + day), ..dose.clone() };
        store.record(&toy, UserId(5), 1_795_156_200_000, Fact::Dose(dose))?;
    }
    place.put("journal", "three-doses", &[&fs::read(folder.path().join("journal"))?])
}

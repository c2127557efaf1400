//! What the district's store costs above its database: batches through `Archive::store`, in turn with the bare inserts
//! of the same rows into the same database with the same schema, encryption and indexes.

use crate::{Outcome, figure, ms, spread};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use clinic::ledger::{Actor, Chain, Entry, Event, Hlc};
use district::archive::{Archive, Peer, PostgresArchive, SqliteArchive, Station};
use district::enrolment::{Asking, admit, make_link};
use hub_protocol::replica::{Enrol, SignedHead, VERSION, enrol_proof};
use hub_protocol::{Identity, OriginId, UserId};
use rusqlite::{Connection, params};
use serde_json::json;
use std::path::Path;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls};

const EVENTS: usize = 50_000;
const BATCH: usize = 1_000;
const ONE_BY_ONE: usize = 500;
/// Stations that send at the same moment.
const WRITERS: u8 = 4;
/// Of a bare loop: the store itself leaves room for the rest of the way.
const GOAL: f64 = 0.8;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A batch as a session has checked it.
struct Batch {
    events: Vec<Event>,
    head: SignedHead,
}

pub fn run(dir: &Path, database_url: Option<&str>, seed: u64) -> Outcome {
    let folder = dir.join("archive");
    std::fs::create_dir_all(&folder)?;
    let sqlite = SqliteArchive::open(&folder, [7; 32], &Identity::from_seed([9; 32]))?;
    let floor = BareSqlite::open(&folder.join("bare.db"))?;
    measure("sqlite", &sqlite, seed, |batch| floor.insert(batch))?;
    let before = std::fs::metadata(folder.join("district.db"))?.len();
    sqlite.close()?;
    let size = std::fs::metadata(folder.join("district.db"))?.len().max(before);
    drop(floor);
    std::fs::remove_dir_all(&folder)?;
    figure("archive-sqlite-event", size as f64 / stored() as f64, "bytes on the disk", None, json!({}))?;

    if let Some(url) = database_url {
        let key = key(seed);
        let postgres = PostgresArchive::open(url, key, Some(&Identity::from_seed([9; 32])))?;
        let floor = BarePostgres::open(url)?;
        let before = floor.size()?;
        measure("postgres", &postgres, seed, |batch| floor.insert(batch))?;
        let size = floor.size()?.saturating_sub(before);
        figure("archive-postgres-event", size as f64 / stored() as f64, "bytes on the disk", None, json!({}))?;
        floor.clear()?;
    }
    Ok(())
}

/// Events that [`measure`] leaves in the store.
fn stored() -> usize {
    EVENTS + ONE_BY_ONE + EVENTS / BATCH / usize::from(WRITERS) * usize::from(WRITERS) * BATCH
}

fn peer(station: &Station) -> Peer {
    Peer { station: station.no, key: station.key, now_ms: 1 }
}

fn measure<A: Archive>(
    name: &str,
    archive: &A,
    seed: u64,
    mut floor: impl FnMut(&Batch) -> Result<(), Error>,
) -> Outcome {
    let stations = (1..=WRITERS).map(|n| join(archive, n)).collect::<Result<Vec<_>, Error>>()?;
    let mut chain = Chain::empty(OriginId([101; 16]));
    let batches: Vec<Batch> = (0..EVENTS / BATCH).map(|_| batch(&mut chain, BATCH, 1, seed)).collect();
    // In turn, so that a disk that grows tired is tired for both.
    let (mut ours, mut bare) = (Duration::ZERO, Duration::ZERO);
    for batch in &batches {
        let start = Instant::now();
        archive.store(&peer(&stations[0]), &batch.events, batch.head)?;
        ours += start.elapsed();
        let start = Instant::now();
        floor(batch)?;
        bare += start.elapsed();
    }
    let rate = |time: Duration| EVENTS as f64 / time.as_secs_f64();
    let more = json!({"events_per_s": rate(ours).round(), "bare_rows_per_s": rate(bare).round(), "events": EVENTS,
        "a_batch": BATCH, "batch_ms": crate::rounded(ms(ours) / batches.len() as f64)});
    figure(&format!("archive-{name}"), rate(ours) / rate(bare), "of the bare inserts", Some(GOAL), more)?;

    let mut times = Vec::with_capacity(ONE_BY_ONE);
    for _ in 0..ONE_BY_ONE {
        let one = batch(&mut chain, 1, 1, seed);
        let start = Instant::now();
        archive.store(&peer(&stations[0]), &one.events, one.head)?;
        times.push(start.elapsed());
    }
    let all: Duration = times.iter().sum();
    let (median, slowest) = spread(times);
    let more = json!({"median_ms": crate::rounded(median), "p99_ms": crate::rounded(slowest), "events": ONE_BY_ONE});
    figure(&format!("archive-{name}-one-by-one"), ONE_BY_ONE as f64 / all.as_secs_f64(), "events/s", None, more)?;

    let each = EVENTS / BATCH / stations.len();
    let work: Vec<(Station, Vec<Batch>)> = (1..=WRITERS)
        .zip(stations)
        .map(|(n, station)| {
            let mut chain = Chain::empty(OriginId([110 + n; 16]));
            (station, (0..each).map(|_| batch(&mut chain, BATCH, n, seed)).collect())
        })
        .collect();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let writers: Vec<_> = work
            .iter()
            .map(|(station, batches)| {
                let store = |batch: &Batch| archive.store(&peer(station), &batch.events, batch.head).map(drop);
                scope.spawn(move || batches.iter().try_for_each(store))
            })
            .collect();
        writers.into_iter().try_for_each(|writer| match writer.join() {
            Ok(outcome) => outcome.map_err(Error::from),
            Err(_) => Err("a writer fell".into()),
        })
    })?;
    let together = (each * work.len() * BATCH) as f64 / start.elapsed().as_secs_f64();
    let more = json!({"writers": WRITERS, "alone_events_per_s": rate(ours).round()});
    figure(&format!("archive-{name}-together"), together, "events/s", None, more)
}

fn join<A: Archive>(archive: &A, n: u8) -> Result<Station, Error> {
    let link = make_link(archive, "PHC", "district.example:4433", [n; 15], 1)?;
    let proof = enrol_proof(&link.secret, &[n; 32]);
    let key = Identity::from_seed([n; 32]).public_key();
    let request = Enrol { version_min: VERSION, version_max: VERSION, proof, recovery: key };
    admit(archive, &request, &Asking { key, exporter: [n; 32], new_origin: OriginId([n; 16]), now_ms: 1 })?;
    Ok(archive.station_by_key(&key)?.ok_or("the station was not taken in")?)
}

/// The next events of a log: about as large as doses, and as hard to compress.
fn batch(chain: &mut Chain, events: usize, signer: u8, seed: u64) -> Batch {
    let entry = |n: u64| {
        let mut random = seed.wrapping_add(n).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bytes = 60 + (random >> 32) % 61;
        let body = (0..bytes).map(|_| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 56) as u8
        });
        Entry { hlc: Hlc(n << 20), actor: Actor(Some(UserId(n % 5))), kind: 30, version: 1, body: body.collect() }
    };
    let first = chain.head().seq;
    let events = (0..events as u64).map(|n| chain.append(entry(first + n))).collect();
    Batch { events, head: chain.head().sign(&Identity::from_seed([signer; 32])) }
}

/// A district of this run's own: the key is its name.
fn key(seed: u64) -> [u8; 32] {
    let mut key = [0; 32];
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    key[..8].copy_from_slice(&seed.to_be_bytes());
    key[8..24].copy_from_slice(&now.as_nanos().to_be_bytes());
    key
}

struct BareSqlite(Connection);

impl BareSqlite {
    fn open(path: &Path) -> Result<Self, Error> {
        let conn = Connection::open(path)?;
        conn.pragma_update(None, "key", format!("x'{}'", "42".repeat(32)))?;
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.execute_batch(
            "CREATE TABLE event (
                log INTEGER NOT NULL, seq INTEGER NOT NULL CHECK (seq > 0), hlc INTEGER NOT NULL, actor INTEGER,
                kind INTEGER NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL,
                hash BLOB NOT NULL CHECK (length(hash) = 32), PRIMARY KEY (log, seq)
            ) STRICT, WITHOUT ROWID",
        )?;
        Ok(Self(conn))
    }

    fn insert(&self, batch: &Batch) -> Result<(), Error> {
        let tx = self.0.unchecked_transaction()?;
        let mut insert = tx.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for event in &batch.events {
            let Entry { hlc, actor, kind, version, body } = &event.entry;
            let actor = actor.0.map(|user| user.0.cast_signed());
            let (seq, hlc) = (event.id.seq.cast_signed(), hlc.0.cast_signed());
            insert.execute(params![1, seq, hlc, actor, kind, version, body, event.hash])?;
        }
        drop(insert);
        Ok(tx.commit()?)
    }
}

/// COPY into a table like the archive's, each body sealed.
struct BarePostgres {
    runtime: Runtime,
    client: Client,
    cipher: XChaCha20Poly1305,
}

impl BarePostgres {
    fn open(url: &str) -> Result<Self, Error> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let client = runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
            let _running = tokio::spawn(connection);
            client
                .batch_execute(
                    "DROP SCHEMA IF EXISTS tikka_bench CASCADE; CREATE SCHEMA tikka_bench;
                     CREATE TABLE tikka_bench.event (LIKE tikka.event INCLUDING ALL)",
                )
                .await?;
            Ok::<_, tokio_postgres::Error>(client)
        })?;
        Ok(Self { runtime, client, cipher: XChaCha20Poly1305::new(&Key::from([7; 32])) })
    }

    fn insert(&self, batch: &Batch) -> Result<(), Error> {
        let copy = "COPY tikka_bench.event (log, seq, hlc, actor, district, kind, version, sealed)
                    FROM STDIN (FORMAT binary)";
        let types = [Type::INT8, Type::INT8, Type::INT8, Type::INT8, Type::INT4, Type::INT4, Type::INT2, Type::BYTEA];
        self.runtime.block_on(async {
            self.client.batch_execute("BEGIN").await?;
            let mut writer = pin!(BinaryCopyInWriter::new(self.client.copy_in(copy).await?, &types));
            for event in &batch.events {
                let Entry { hlc, actor, kind, version, body } = &event.entry;
                let mut nonce = [0; 24];
                nonce[..8].copy_from_slice(&event.id.seq.to_be_bytes());
                let payload = Payload { msg: &[&event.hash, &body[..]].concat(), aad: &[0; 60] };
                let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| "a body was not sealed")?;
                let sealed = [&nonce[..], &sealed].concat();
                let actor = actor.0.map(|user| user.0.cast_signed());
                let (seq, hlc) = (event.id.seq.cast_signed(), hlc.0.cast_signed());
                let (kind, version) = (i32::from(*kind), i16::from(*version));
                writer.as_mut().write(&[&1_i64, &seq, &hlc, &actor, &1_i32, &kind, &version, &sealed]).await?;
            }
            writer.finish().await?;
            self.client.batch_execute("COMMIT").await?;
            Ok(())
        })
    }

    /// Bytes of the archive's events with their indexes.
    fn size(&self) -> Result<u64, Error> {
        let sql =
            "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree('tikka.event') WHERE isleaf";
        let row = self.runtime.block_on(self.client.query_one(sql, &[]))?;
        Ok(row.try_get::<_, i64>(0)?.cast_unsigned())
    }

    fn clear(&self) -> Outcome {
        Ok(self.runtime.block_on(self.client.batch_execute("DROP SCHEMA tikka_bench CASCADE"))?)
    }
}

//! How fast, beside what the district's database could do alone.

use super::ledger::Ledger;
use super::{Error, Pair, USUAL};
use crate::{Outcome, figure};
use district::archive::{KeyFile, SqliteArchive};
use hub_protocol::Identity;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde_json::json;
use std::path::Path;
use std::time::Instant;

/// PouchDB to CouchDB's protocol, with its defaults, on a machine like this: records a second.
const PEER_RECORDS_PER_S: f64 = 3_000.0;
/// As many rows a transaction as the district stores at most.
const ROWS: usize = hub_protocol::replica::BATCH_MAX_EVENTS as usize;
const ROUNDS: usize = 3;

pub fn run(dir: &Path, ledger: &Ledger) -> Outcome {
    let (mut rates, mut floors, mut memory) = (Vec::new(), Vec::new(), (0.0_f64, 0.0_f64));
    let mut cpu = (0.0, 0.0);
    // In turn, so that a disk that grows tired is tired for both.
    for _ in 0..ROUNDS {
        let mut pair = Pair::new(dir, ledger, USUAL)?;
        let before_s = (pair.station.cpu_s(), pair.district.cpu_s());
        pair.go(pair.district.address)?;
        let (took_ms, station_mib) = pair.done()?;
        let each_us = |s: f64| s * 1e6 / ledger.events as f64;
        cpu = (each_us(pair.station.cpu_s() - before_s.0), each_us(pair.district.cpu_s() - before_s.1));
        rates.push(ledger.events as f64 / took_ms * 1_000.0);
        memory = (memory.0.max(station_mib), memory.1.max(pair.district.peak_mib()));
        let Pair { district, dir, .. } = pair;
        let data = district.dir.clone();
        drop(district);
        floors.push(floor(&data, dir.path())?);
    }
    let (rate, floor) = (middle(&mut rates), middle(&mut floors));
    let more = json!({"records": ledger.events, "times_the_peer": rate / PEER_RECORDS_PER_S,
        "station_cpu_us_a_record": cpu.0, "district_cpu_us_a_record": cpu.1});
    figure("replicate-rate", rate.round(), "records_per_s", Some(10.0 * PEER_RECORDS_PER_S), more)?;
    let more = json!({"records_per_s": rate.round(), "floor_rows_per_s": floor.round(), "rows_a_transaction": ROWS});
    figure("replicate-of-floor", rate / floor, "of the district database's bare inserts", Some(0.5), more)?;
    figure("replicate-station-memory", memory.0, "MiB", Some(32.0), json!({"what": "peak over the open clinic"}))?;
    figure("replicate-district-memory", memory.1, "MiB", Some(65.0), json!({"connections": 1}))
}

fn middle(rates: &mut [f64]) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}

/// The very rows that were replicated, put into a new archive of the same form by nothing but inserts. Rows a second.
fn floor(data: &Path, dir: &Path) -> Result<f64, Error> {
    let key = KeyFile::read(&data.join("district.key"))?.ok_or("no key file")?.key;
    let copy = dir.join("floor");
    SqliteArchive::make_directory(&copy)?;
    drop(SqliteArchive::open(&copy, key, &Identity::from_seed([3; 32]))?);
    let full = open(&SqliteArchive::path_in(data), &key)?;
    let mut empty = open(&SqliteArchive::path_in(&copy), &key)?;
    // What events point to comes first, and is not counted.
    for table in ["station", "log"] {
        insert(&mut empty, table, &rows(&full, table)?)?;
    }
    let events = rows(&full, "event")?;
    let start = Instant::now();
    insert(&mut empty, "event", &events)?;
    Ok(events.len() as f64 / start.elapsed().as_secs_f64())
}

fn rows(conn: &Connection, table: &str) -> Result<Vec<Vec<Value>>, Error> {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}"))?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((0..columns).map(|at| row.get(at)).collect::<Result<_, _>>()?);
    }
    Ok(all)
}

fn insert(conn: &mut Connection, table: &str, rows: &[Vec<Value>]) -> Result<(), Error> {
    let places = vec!["?"; rows.first().map_or(1, Vec::len)].join(", ");
    let sql = format!("INSERT INTO {table} VALUES ({places})");
    for part in rows.chunks(ROWS) {
        let tx = conn.transaction()?;
        {
            let mut statement = tx.prepare_cached(&sql)?;
            for row in part {
                statement.execute(params_from_iter(row))?;
            }
        }
        tx.commit()?;
    }
    Ok(())
}

/// With the settings of the district's own connection.
fn open(path: &Path, key: &[u8; 32]) -> Result<Connection, Error> {
    let conn = Connection::open(path)?;
    let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    conn.pragma_update(None, "key", format!("x'{hex}'"))?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    Ok(conn)
}

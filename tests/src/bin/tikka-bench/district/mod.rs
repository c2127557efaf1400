//! The link to the district: real processes, a real ledger, QUIC on loopback through a link of chosen badness.

mod fleet;
mod ledger;
mod link;
mod raw;
mod replicate;
mod resume;
mod server;
mod station;
mod wire;

use crate::{Name, Options, Outcome};
use ledger::Ledger;
use server::District;
use station::Station;
use std::net::SocketAddr;
use std::path::Path;
use tests::badlink::{BadLink, Count, Link};

type Error = Box<dyn std::error::Error + Send + std::marker::Sync>;

/// How stations and district send unless an operator says otherwise.
const USUAL: &str = "bbr";

pub fn run(options: &Options, dir: &Path) -> Outcome {
    if options.name == Name::StationSide {
        return station::run(dir);
    }
    let is = |name| options.name == name || options.name == Name::District;
    if is(Name::Fleet) {
        fleet::run(dir)?;
    }
    if is(Name::Replicate) || is(Name::Bytes) || is(Name::Resume) {
        let ledger = ledger::make(dir, options.count, options.seed)?;
        if is(Name::Replicate) {
            replicate::run(dir, &ledger)?;
        }
        if is(Name::Bytes) {
            wire::run(dir, &ledger, options.seed)?;
        }
        if is(Name::Resume) {
            resume::run(dir, &ledger, options.seed)?;
        }
        std::fs::remove_dir_all(&ledger.dir)?;
    }
    if is(Name::Link) {
        link::run(dir, options.seed)?;
    }
    if is(Name::Link) || is(Name::Outages) {
        link::outages(dir, options.seed)?;
    }
    Ok(())
}

/// A station with a copy of the ledger, and a new district that took it in. What is between them is between them.
struct Pair {
    station: Station,
    district: District,
    congestion: &'static str,
    dir: tempfile::TempDir,
}

impl Pair {
    fn new(dir: &Path, ledger: &Ledger, congestion: &'static str) -> Result<Self, Error> {
        let dir = tempfile::tempdir_in(dir)?;
        let place = dir.path().join("station");
        ledger::copy(&ledger.dir, &place)?;
        let district = District::start(&dir.path().join("district"), congestion)?;
        let mut station = Station::start(&place)?;
        station.enrol(&district.link("PHC Bench")?)?;
        Ok(Self { station, district, congestion, dir })
    }

    /// Begins to replicate; through another address than the district's own, if there is a link between.
    fn go(&mut self, address: SocketAddr) -> Result<(), Error> {
        self.go_on(address, "free")
    }

    /// On a line with a limit for the day, in megabytes.
    fn go_on(&mut self, address: SocketAddr, daily_mb: &str) -> Result<(), Error> {
        self.station.say(&format!("go {address} {} {} {daily_mb}", self.district.id.full(), self.congestion))
    }

    /// Until all is at the district. Gives how long it took, and the station's peak memory.
    fn done(&self) -> Result<(f64, f64), Error> {
        let done = self.station.hear("done_ms")?;
        let number = |key: &str| done[key].as_f64().ok_or("no figure");
        Ok((number("done_ms")?, number("peak_mib")?))
    }

    /// The same station again, after its process was killed.
    fn restart_station(self) -> Result<Self, Error> {
        let Self { station, district, congestion, dir } = self;
        station.kill()?;
        let station = Station::start(&dir.path().join("station"))?;
        Ok(Self { station, district, congestion, dir })
    }
}

/// A tokio runtime for the links between the processes.
fn network() -> Result<tokio::runtime::Runtime, Error> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
}

/// What both sides paid.
fn both(bad: &BadLink) -> Count {
    let (up, down) = (bad.up(), bad.down());
    Count {
        packets: up.packets + down.packets,
        bytes: up.bytes + down.bytes,
        lost: up.lost + down.lost,
        overflowed: up.overflowed + down.overflowed,
    }
}

fn between(runtime: &tokio::runtime::Runtime, to: SocketAddr, link: Link, seed: u64) -> Result<BadLink, Error> {
    Ok(runtime.block_on(BadLink::start(to, link, seed))?)
}

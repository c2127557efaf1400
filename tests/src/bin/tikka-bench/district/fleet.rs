//! Many stations at once, and half of them back in the same moment.

use super::server::District;
use super::{Error, USUAL};
use crate::{Outcome, figure, spread};
use clinic::record::command::Line;
use hub::uplink::{Uplink, UplinkConfig, enrol};
use hub_protocol::{Identity, OriginId};
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::logs::Memory;
use tokio::sync::watch;

const STATIONS: u16 = 200;
const BACK: usize = 100;
const EVENTS: u64 = 50;
const PATIENCE: Duration = Duration::from_secs(120);

struct Station {
    key: Identity,
    logs: Arc<Memory>,
    origin: OriginId,
    grew: watch::Sender<u64>,
    line: watch::Sender<Line>,
}

impl Station {
    fn new(no: u16) -> Self {
        let mut seed = [9; 32];
        seed[..2].copy_from_slice(&no.to_be_bytes());
        let key = Identity::from_seed(seed);
        let mut origin = [1; 16];
        origin[..2].copy_from_slice(&no.to_be_bytes());
        let logs = Arc::new(Memory::new(key.public_key()));
        let (grew, line) = (watch::channel(0).0, watch::channel(Line::default()).0);
        Self { key, logs, origin: OriginId(origin), grew, line }
    }

    fn connect(&self, district: &District) -> Uplink {
        let config = UplinkConfig {
            address: district.address.to_string(),
            district: district.id,
            identity: self.key.clone(),
            meter: None,
        };
        Uplink::start(config, self.logs.clone(), self.grew.subscribe(), self.line.subscribe())
    }

    async fn all_acked(&self, uplink: &Uplink) -> Result<(), Error> {
        let heads = self.logs.heads_of(&self.key);
        let mut status = uplink.status();
        let acked = tokio::time::timeout(PATIENCE, status.wait_for(|s| s.acked == heads)).await;
        acked.map_err(|_| "a station is not heard in time")??;
        Ok(())
    }
}

pub fn run(dir: &Path) -> Outcome {
    let dir = tempfile::tempdir_in(dir)?;
    let district = District::start(&dir.path().join("district"), USUAL)?;
    let stations: Vec<Station> = (0..STATIONS).map(Station::new).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        for station in &stations {
            let link = district.link(&format!("PHC {}", station.origin))?;
            enrol(&station.key, &link, Identity::from_seed([5; 32]).public_key()).await?;
            station.logs.append(station.origin, EVENTS);
        }
        let start = Instant::now();
        let uplinks: Vec<Uplink> = stations.iter().map(|station| station.connect(&district)).collect();
        for (station, uplink) in stations.iter().zip(&uplinks) {
            station.all_acked(uplink).await?;
        }
        let more = json!({"stations": STATIONS, "events_each": EVENTS});
        figure("fleet-all-in", start.elapsed().as_secs_f64(), "s", None, more)?;
        let (peak, allowed) = (district.peak_mib(), 64.0 + f64::from(STATIONS));
        let more = json!({"stations": STATIONS, "start_mib": district.start_mib,
            "each_mib": (peak - district.start_mib) / f64::from(STATIONS)});
        figure("fleet-district-memory", peak, "MiB", Some(allowed), more)?;

        // A power cut in half of the district: the connections are gone without a word, and come back together.
        let mut uplinks = uplinks;
        drop(uplinks.drain(..BACK).collect::<Vec<_>>());
        for station in &stations[..BACK] {
            station.logs.append(station.origin, EVENTS);
        }
        let start = Instant::now();
        let back: Vec<Uplink> = stations[..BACK].iter().map(|station| station.connect(&district)).collect();
        let waits = stations[..BACK].iter().zip(&back).map(|(station, uplink)| async move {
            station.all_acked(uplink).await?;
            Ok::<_, Error>(start.elapsed())
        });
        let mut times = Vec::new();
        for wait in waits {
            times.push(wait.await?);
        }
        let (p50, p99) = spread(times);
        let more = json!({"stations": BACK, "median_ms": p50, "events_each": EVENTS});
        figure("fleet-back-at-once", p99, "ms", None, more)?;
        figure("fleet-district-memory-after", district.peak_mib(), "MiB", Some(allowed), json!({"stations": STATIONS}))
    })
}

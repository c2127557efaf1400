//! What flows down: another process may have written into the log for a station (an operator's command), or shut a
//! station out. Both are found by looking at the archive now and then.

use super::Shared;
use super::connection::blocking;
use crate::archive::{Archive, ArchiveError, StationNo, StationState};
use crate::chain;
use hub_protocol::DeviceId;
use hub_protocol::replica::Head;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// An operator's command reaches a connected station within so long.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How far the log reaches that the district writes for each station.
pub(super) type Ends = Arc<HashMap<StationNo, Head>>;

/// Looks until it is dropped.
pub(super) async fn look<A: Archive>(shared: Arc<Shared<A>>, tell: watch::Sender<Ends>) {
    loop {
        let archive = shared.archive.clone();
        // Before the archive is asked: who is taken in meanwhile is not looked at.
        let connected = shared.connected.devices();
        match blocking(&shared, move || look_once(archive.as_ref())).await {
            Ok(Ok((ends, admitted))) => {
                tell.send_if_modified(|held| {
                    let news = **held != ends;
                    if news {
                        *held = Arc::new(ends);
                    }
                    news
                });
                connected.difference(&admitted).for_each(|device| shared.connected.hang_up(*device));
            }
            Ok(Err(error)) => tracing::warn!(error = chain(&error), "what flows down cannot be looked at"),
            Err(error) => tracing::error!(%error, "a job ended badly"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Where the logs end, and whose keys are a station's now: not those of one that is shut out, nor of a computer whose
/// place another has taken.
type Looked = (HashMap<StationNo, Head>, HashSet<DeviceId>);

fn look_once<A: Archive>(archive: &A) -> Result<Looked, ArchiveError> {
    let ends = archive.own_logs()?.into_iter().collect();
    let stations = archive.stations()?.into_iter();
    let admitted = stations.filter(|station| station.state == StationState::Active);
    Ok((ends, admitted.map(|station| station.key.device_id()).collect()))
}

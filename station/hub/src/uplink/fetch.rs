//! All that a district holds for a station, for a new computer that takes its place.

use super::{LinkState, Uplink, UplinkConfig, UplinkError};
use clinic::record::command::Line;
use clinic::replica::Logs;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often it is looked whether all has come.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Without anything new for so long, the line is given up; what came is kept.
const NOTHING_NEW_TIMEOUT: Duration = Duration::from_secs(300);

/// Receives until `done` says that all has come. `done` gives how much there is, and may block a moment.
pub async fn fetch<L: Logs + Send + Sync + 'static>(
    config: UplinkConfig,
    logs: Arc<L>,
    done: impl Fn(&L) -> (bool, u64),
) -> Result<(), UplinkError> {
    let (_grew, never) = watch::channel(0);
    let (_line, line) = watch::channel(Line::default());
    let uplink = Uplink::start(config, logs.clone(), never, line);
    let status = uplink.status();
    let (mut most, mut since) = (0, Instant::now());
    let fetched = loop {
        let (all, held) = done(&logs);
        if all {
            break Ok(());
        }
        if held > most {
            (most, since) = (held, Instant::now());
        }
        match status.borrow().state {
            LinkState::Refused(refusal) => break Err(UplinkError::Refused(refusal)),
            LinkState::WrongDistrict => break Err(UplinkError::WrongDistrict),
            _ if since.elapsed() > NOTHING_NEW_TIMEOUT => break Err(UplinkError::Timeout),
            _ => {}
        }
        tokio::time::sleep(LOOK_EVERY).await;
    };
    uplink.shutdown().await;
    fetched
}

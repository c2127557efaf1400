//! The toy's mDNS announcement: where it listens, its model and a short name. Nothing about people.

use hub_protocol::toy::{SERVICE, TXT_DEMO, TXT_ID, TXT_MODEL, TXT_VERSION, VERSION};
use mdns_sd::{DaemonEvent, Error, ServiceDaemon, ServiceInfo};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A goodbye is sent twice, 120 ms apart, so that one lost packet does not leave a ghost behind.
const GOODBYE: Duration = Duration::from_millis(200);
/// How long the mDNS thread may take to answer.
const ANSWER: Duration = Duration::from_secs(1);
/// Many toys of one process fill that thread's queue: after so long it is asked again, and so often.
const QUEUE_PAUSE: Duration = Duration::from_millis(50);
const QUEUE_TRIES: usize = 100;

/// The mDNS thread, which all toys of this process share.
pub fn start() -> Result<ServiceDaemon, Error> {
    let daemon = ServiceDaemon::new()?;
    let troubles = daemon.monitor()?;
    tokio::spawn(async move {
        while let Ok(event) = troubles.recv_async().await {
            if let DaemonEvent::Error(e) = event {
                tracing::warn!(error = %e, "mDNS");
            }
        }
    });
    Ok(daemon)
}

/// Ends the mDNS thread.
pub async fn stop(daemon: &ServiceDaemon) {
    if let Ok(status) = daemon.shutdown() {
        let _ = timeout(ANSWER, status.recv_async()).await;
    }
}

/// One toy's announcement.
pub struct Announcer {
    daemon: ServiceDaemon,
    info: ServiceInfo,
}

impl Announcer {
    /// Nothing is announced yet.
    pub fn new(daemon: &ServiceDaemon, short: &str, model: &str, port: u16, demo: Option<&str>) -> Result<Self, Error> {
        let version = VERSION.to_string();
        let mut txt = vec![(TXT_VERSION, version.as_str()), (TXT_MODEL, model), (TXT_ID, short)];
        txt.extend(demo.map(|run| (TXT_DEMO, run)));
        let host = format!("tikka-toy-{short}.local.");
        let mut info = ServiceInfo::new(SERVICE, short, &host, "", port, txt.as_slice())?.enable_addr_auto();
        // The name follows from the toy's key, so nobody else has it.
        info.set_requires_probe(false);
        Ok(Self { daemon: daemon.clone(), info })
    }

    pub async fn announce(&self) -> Result<(), Error> {
        patiently(|| self.daemon.register(self.info.clone())).await
    }

    /// Says goodbye.
    pub async fn withdraw(&self) {
        match patiently(|| self.daemon.unregister(self.info.get_fullname())).await {
            Ok(status) => {
                if timeout(ANSWER, status.recv_async()).await.is_ok() {
                    sleep(GOODBYE).await;
                }
            }
            Err(e) => tracing::warn!(error = %e, "the goodbye could not be sent"),
        }
    }
}

async fn patiently<T>(ask: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    for _ in 1..QUEUE_TRIES {
        match ask() {
            Err(Error::Again) => sleep(QUEUE_PAUSE).await,
            told => return told,
        }
    }
    ask()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn a_full_queue_is_asked_again() {
        let asked = Cell::new(0);
        let told = patiently(|| {
            asked.set(asked.get() + 1);
            if asked.get() < 3 { Err(Error::Again) } else { Ok(asked.get()) }
        });
        assert_eq!(told.await.unwrap(), 3);
        assert!(patiently(|| Err::<(), _>(Error::DaemonShutdown)).await.is_err(), "nothing else is asked again");
    }
}

//! The toy's mDNS announcement: where it listens, its model and a short name. Nothing about people.

use hub_protocol::toy::{SERVICE, TXT_DEMO, TXT_ID, TXT_MODEL, TXT_VERSION, VERSION};
use mdns_sd::{DaemonEvent, Error, ServiceDaemon, ServiceInfo};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A goodbye is sent twice, 120 ms apart, so that one lost packet does not leave a ghost behind.
const GOODBYE: Duration = Duration::from_millis(200);
/// How long the mDNS thread may take to answer.
const ANSWER: Duration = Duration::from_secs(1);

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

    pub fn announce(&self) -> Result<(), Error> {
        self.daemon.register(self.info.clone())
    }

    /// Says goodbye.
    pub async fn withdraw(&self) {
        match self.daemon.unregister(self.info.get_fullname()) {
            Ok(status) => {
                if timeout(ANSWER, status.recv_async()).await.is_ok() {
                    sleep(GOODBYE).await;
                }
            }
            Err(e) => tracing::warn!(error = %e, "the goodbye could not be sent"),
        }
    }
}

//! Listening to mDNS. An announcement is a hint where to dial, never a proof of who is there.

use super::{Mode, shown_model};
use hub_protocol::toy::{SERVICE, TXT_DEMO, TXT_ID, TXT_MODEL};
use mdns_sd::{Receiver, ResolvedService, ScopedIp, ServiceDaemon, ServiceEvent};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep, timeout};

/// Announcements that are kept. What a flood brings on top is ignored until one of them goes.
const NAMES_MAX: usize = 2_048;
/// Addresses of one toy that are worth dialling.
const ADDRESSES_MAX: usize = 8;
/// Symbols of a short id.
const SHORT_CHARS: usize = 8;
/// How long a toy may take to confirm that it is still there.
const VERIFY: Duration = Duration::from_secs(3);
/// So often the network is asked for toys of ours that are missed: one that came back announces itself twice, on a bad
/// radio to nobody, and by itself mDNS asks again after as much as an hour.
const ASK_INTERVAL: Duration = Duration::from_secs(30);
/// Between two tries to start mDNS, when the machine has no network yet.
const RETRY: Duration = Duration::from_secs(2);
const STOP: Duration = Duration::from_secs(1);

/// A toy's announcement, reduced to what the hub needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Announcement {
    pub short: String,
    pub model: String,
    /// In the order in which they are worth dialling.
    pub addresses: Vec<SocketAddr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sighting {
    Seen(Announcement),
    /// The toy of this short id said goodbye or did not confirm that it is there.
    Gone(String),
}

/// Tells every sighting until nobody listens any more. `doubts` names toys that must confirm themselves, or are missed.
pub(super) async fn browse(mode: Mode, out: mpsc::Sender<Sighting>, mut doubts: mpsc::Receiver<String>) {
    let mut known = Known::new(mode);
    let mut asking = Asking { interval: ASK_INTERVAL, last: Instant::now() };
    while !out.is_closed() {
        match ServiceDaemon::new() {
            Ok(daemon) => {
                while let Ok(events) = daemon.browse(SERVICE) {
                    // After a gap some goodbyes may have been missed.
                    for name in known.toys.keys() {
                        confirm(&daemon, name);
                    }
                    if !listen(&daemon, events, &mut known, &mut asking, &out, &mut doubts).await {
                        break;
                    }
                    tracing::debug!("the mDNS channel closed: browsing again");
                }
                if let Ok(status) = daemon.shutdown() {
                    let _ = timeout(STOP, status.recv_async()).await;
                }
            }
            Err(e) => tracing::warn!(error = %e, "mDNS does not start"),
        }
        tokio::select! {
            () = out.closed() => {}
            () = sleep(RETRY) => {}
        }
    }
}

/// Listens on one channel. Says whether to browse again.
async fn listen(
    daemon: &ServiceDaemon,
    mut events: Receiver<ServiceEvent>,
    known: &mut Known,
    asking: &mut Asking,
    out: &mpsc::Sender<Sighting>,
    doubts: &mut mpsc::Receiver<String>,
) -> bool {
    // What this search had still to tell comes before what the next one tells.
    let mut next: Option<Receiver<ServiceEvent>> = None;
    loop {
        let sighting = tokio::select! {
            event = events.recv_async() => match event {
                Ok(event) => known.fold(event),
                Err(_) => match next.take() {
                    Some(next) => {
                        events = next;
                        None
                    }
                    // The daemon closes the channel when it is full.
                    None => return true,
                },
            },
            Some(short) = doubts.recv() => {
                let name = format!("{short}.{SERVICE}");
                if known.toys.contains_key(&name) {
                    confirm(daemon, &name);
                } else if next.is_none() && asking.is_time() {
                    next = daemon.browse(SERVICE).ok();
                }
                None
            }
            () = out.closed() => return false,
        };
        if let Some(sighting) = sighting
            && out.send(sighting).await.is_err()
        {
            return false;
        }
    }
}

fn confirm(daemon: &ServiceDaemon, name: &str) {
    if let Err(e) = daemon.verify(name.to_owned(), VERIFY) {
        tracing::debug!(error = %e, "a toy cannot be asked to confirm itself");
    }
}

/// When the network was asked last.
struct Asking {
    interval: Duration,
    last: Instant,
}

impl Asking {
    fn is_time(&mut self) -> bool {
        let is_time = self.last.elapsed() >= self.interval;
        if is_time {
            self.last = Instant::now();
        }
        is_time
    }
}

/// What was announced, by full name, so that the same news is told once.
struct Known {
    mode: Mode,
    toys: HashMap<String, Told>,
    /// Names that were told so far.
    count: u64,
}

struct Told {
    /// In this place.
    nth: u64,
    what: Announcement,
}

impl Known {
    fn new(mode: Mode) -> Self {
        Self { mode, toys: HashMap::new(), count: 0 }
    }

    fn fold(&mut self, event: ServiceEvent) -> Option<Sighting> {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let name = service.get_fullname().to_ascii_lowercase();
                let seen = read(&service, &self.mode)?;
                if !self.toys.contains_key(&name) && self.toys.len() >= NAMES_MAX {
                    self.forget_oldest();
                }
                self.count += 1;
                let told = self.toys.insert(name, Told { nth: self.count, what: seen.clone() });
                (told.map(|told| told.what).as_ref() != Some(&seen)).then_some(Sighting::Seen(seen))
            }
            ServiceEvent::ServiceRemoved(_, name) => {
                let gone = self.toys.remove(&name.to_ascii_lowercase())?;
                Some(Sighting::Gone(gone.what.short))
            }
            _ => None,
        }
    }

    /// Whoever floods the network with names keeps no toy out: it may be a registered one, which only its keeper knows.
    fn forget_oldest(&mut self) {
        let oldest = self.toys.iter().min_by_key(|(_, told)| told.nth).map(|(name, _)| name.clone());
        let _forgotten = oldest.and_then(|name| self.toys.remove(&name));
    }
}

/// Reads an announcement; `None` when it is not one of a toy of this mode.
fn read(service: &ResolvedService, mode: &Mode) -> Option<Announcement> {
    let demo = service.get_property_val_str(TXT_DEMO);
    let ours = match mode {
        Mode::Clinic => service.get_property(TXT_DEMO).is_none(),
        Mode::Demo(run) => demo == Some(run),
    };
    let short = service.get_fullname().to_ascii_lowercase().strip_suffix(&format!(".{SERVICE}"))?.to_owned();
    let plain = short.len() == SHORT_CHARS && short.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !ours || !plain || service.get_property_val_str(TXT_ID) != Some(&short) || service.get_port() == 0 {
        return None;
    }
    let model = shown_model(service.get_property_val_str(TXT_MODEL).unwrap_or_default());
    let mut addresses: Vec<SocketAddr> =
        service.get_addresses().iter().filter_map(|ip| address(ip, service.get_port())).collect();
    addresses.sort_by_key(|a| (rank(a.ip()), *a));
    addresses.dedup();
    addresses.truncate(ADDRESSES_MAX);
    (!addresses.is_empty()).then_some(Announcement { short, model, addresses })
}

fn address(ip: &ScopedIp, port: u16) -> Option<SocketAddr> {
    let dialled = match ip {
        ScopedIp::V6(v6) if v6.addr().is_unicast_link_local() => {
            SocketAddr::V6(SocketAddrV6::new(*v6.addr(), port, 0, v6.scope_id().index))
        }
        ip => SocketAddr::new(ip.to_ip_addr(), port),
    };
    let ip = dialled.ip();
    (!ip.is_unspecified() && !ip.is_multicast()).then_some(dialled)
}

/// The nearest and plainest first.
fn rank(ip: IpAddr) -> u8 {
    match ip {
        ip if ip.is_loopback() => 0,
        IpAddr::V4(v4) if v4.is_link_local() => 3,
        IpAddr::V4(_) => 1,
        IpAddr::V6(v6) if v6.is_unicast_link_local() => 4,
        IpAddr::V6(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use hub_protocol::toy::TXT_VERSION;
    use mdns_sd::ServiceInfo;

    fn announced(name: &str, addresses: &str, port: u16, txt: &[(&str, &str)]) -> Box<ResolvedService> {
        let info = ServiceInfo::new(SERVICE, name, "toy.local.", addresses, port, txt).unwrap();
        Box::new(info.as_resolved_service())
    }

    const TXT: [(&str, &str); 3] = [(TXT_VERSION, "1"), (TXT_MODEL, "bear"), (TXT_ID, "k7qm2xdr")];

    #[test]
    fn addresses_are_folded_and_told_once() {
        let mut known = Known::new(Mode::Clinic);
        let resolved = |addresses| ServiceEvent::ServiceResolved(announced("k7qm2xdr", addresses, 700, &TXT));
        let Some(Sighting::Seen(first)) = known.fold(resolved("192.168.1.7")) else { panic!("not seen") };
        assert_eq!((first.short.as_str(), first.model.as_str()), ("k7qm2xdr", "bear"));
        assert_eq!(known.fold(resolved("192.168.1.7")), None);
        let Some(Sighting::Seen(both)) = known.fold(resolved("fe80::1,fd00::7,192.168.1.7,127.0.0.1")) else {
            panic!("not seen")
        };
        let shown: Vec<String> = both.addresses.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["127.0.0.1:700", "192.168.1.7:700", "[fd00::7]:700", "[fe80::1]:700"]);
        let gone = |name: &str| ServiceEvent::ServiceRemoved(SERVICE.into(), format!("{name}.{SERVICE}"));
        assert_eq!(known.fold(gone("K7QM2XDR")), Some(Sighting::Gone("k7qm2xdr".into())));
        assert_eq!(known.fold(gone("k7qm2xdr")), None);
    }

    #[test]
    fn what_is_no_toy_of_this_hub_is_not_seen() {
        let read = |name: &str, port, txt: &[(&str, &str)], mode: &Mode| {
            super::read(&announced(name, "10.0.0.1", port, txt), mode).is_some()
        };
        let demo = [TXT[0], TXT[1], TXT[2], (TXT_DEMO, "run7")];
        let (clinic, run7, run8) = (Mode::Clinic, Mode::Demo("run7".into()), Mode::Demo("run8".into()));
        assert!(read("k7qm2xdr", 1, &TXT, &clinic));
        assert!(!read("k7qm2xdr", 1, &demo, &clinic));
        assert!(!read("k7qm2xdr", 1, &[TXT[0], TXT[1], TXT[2], (TXT_DEMO, "")], &clinic));
        assert!(read("k7qm2xdr", 1, &demo, &run7));
        assert!(!read("k7qm2xdr", 1, &demo, &run8));
        assert!(!read("k7qm2xdr", 1, &TXT, &run7));
        // The name, the TXT id and the port must fit.
        assert!(!read("k7qm2xdq", 1, &TXT, &clinic));
        assert!(!read("k7qm2xdr", 1, &TXT[..2], &clinic));
        assert!(!read("k7qm2xdr", 0, &TXT, &clinic));
        assert!(!read("a toy", 1, &[TXT[0], TXT[1], (TXT_ID, "a toy")], &clinic));
        assert!(super::read(&announced("k7qm2xdr", "224.0.0.1,0.0.0.0", 1, &TXT), &clinic).is_none());
    }

    #[test]
    fn a_model_is_safe_to_show() {
        let txt = [TXT[0], (TXT_MODEL, "bear\u{7}\u{202e}abcdefghijklmnopqrstuvwxyzabcdefghijkl"), TXT[2]];
        let seen = read(&announced("k7qm2xdr", "10.0.0.1", 1, &txt), &Mode::Clinic).unwrap();
        assert_eq!(seen.model, "bearabcdefghijklmnopqrstuvwxyzab");
    }

    #[tokio::test]
    async fn the_network_is_asked_again_for_a_toy_that_is_missed() {
        const PATIENCE: Duration = Duration::from_secs(60);
        /// By itself mDNS doubles the time from one second on: it would ask so often in weeks.
        const ASKED: i64 = 15;
        let daemon = ServiceDaemon::new().unwrap();
        let events = daemon.browse(SERVICE).unwrap();
        let (out, _sightings) = mpsc::channel(256);
        let (doubt, mut doubts) = mpsc::channel(1);
        let listening = daemon.clone();
        let listener = tokio::spawn(async move {
            let mut known = Known::new(Mode::Demo("nobody's".into()));
            // Longer than mDNS waits before it sends a question, or the next one takes its place.
            let mut asking = Asking { interval: Duration::from_millis(250), last: Instant::now() };
            listen(&listening, events, &mut known, &mut asking, &out, &mut doubts).await
        });
        let asked = async {
            while daemon.get_metrics().unwrap().recv_async().await.unwrap().get("browse").is_none_or(|n| *n < ASKED) {
                doubt.send("k7qm2xdr".to_owned()).await.unwrap();
            }
        };
        timeout(PATIENCE, asked).await.expect("it is not asked again");
        assert!(!listener.is_finished(), "one search follows on the other");
        listener.abort();
        let _ = daemon.shutdown().unwrap().recv_async().await;
    }

    #[test]
    fn a_flood_of_names_fills_no_memory_and_keeps_nobody_out() {
        let mut known = Known::new(Mode::Clinic);
        let seen = (0..NAMES_MAX + 10)
            .filter(|n| {
                assert!(known.toys.len() <= NAMES_MAX);
                let name = format!("flood{n:03x}");
                let txt = [TXT[0], TXT[1], (TXT_ID, name.as_str())];
                known.fold(ServiceEvent::ServiceResolved(announced(&name, "10.0.0.1", 1, &txt))).is_some()
            })
            .count();
        assert_eq!((seen, known.toys.len()), (NAMES_MAX + 10, NAMES_MAX));
    }
}

//! One connection of a hub, from the handshake to its end.
//!
//! The states: greeting, then for a stranger waiting for `Register` (a look at a toy ends here), then for
//! the owner the seat, on which records, rosters, acknowledgements and telemetry pass until the
//! connection ends or a newer one of the owner takes the seat.

mod misdeed;

use crate::device::Device;
use crate::panel::Event;
use crate::wire::{CLOSE_BUSY, Wire, WireError};
use hub_protocol::toy::{Refusal, Register, ToHub, ToToy, ToyState, VERSION, setup_proof_fits};
use hub_protocol::{DeviceId, tls};
use quinn::rustls::pki_types::CertificateDer;
use quinn::{Connection, Incoming};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep_until, timeout};

/// Connections at once: strangers cannot take the places that the owner needs.
const CONNECTIONS_MAX: usize = 16;
const STRANGERS_MAX: usize = 6;
/// From the first packet to the hub's hello.
const GREETING_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an Admin may look at a toy before the secret must come.
const STRANGER_TIMEOUT: Duration = Duration::from_secs(60);
/// The hub commits records within this time, or the connection is given up and they are sent again.
const COMMIT_TIMEOUT: Duration = Duration::from_secs(30);
/// A hub may make a toy wait until tomorrow, not for ever, in seconds.
const NOT_NOW_MAX_S: u64 = 24 * 60 * 60;
/// Changes that come faster are told together.
const TELEMETRY_MIN_INTERVAL: Duration = Duration::from_millis(500);

#[derive(Debug, thiserror::Error)]
enum End {
    /// We refuse what the hub sent, and say so.
    #[error("refused: {0}")]
    Refuse(Refusal),
    #[error("the hub refused: {0}")]
    Refused(Refusal),
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("the hub was silent for too long")]
    Silent,
    #[error("the hub did not commit the records in time")]
    NotCommitted,
    #[error("a newer connection took over")]
    Replaced,
    #[error("the radio is off")]
    RadioOff,
    #[error("the toy goes to sleep")]
    Sleeps,
    #[error("the toy is stopping")]
    Stopping,
}

/// Places for connections.
pub struct Places {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Default for Places {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(CONNECTIONS_MAX)), strangers: Arc::new(Semaphore::new(STRANGERS_MAX)) }
    }
}

/// Serves one connection to its end. The radio's state is looked at throughout.
pub async fn serve(device: Arc<Device>, places: Arc<Places>, incoming: Incoming) {
    let mut radio = device.radio();
    // It said that it would go: nobody finds it there a moment later.
    if !*radio.borrow() || device.sleep().borrow().is_some() {
        return incoming.ignore();
    }
    let Ok(_place) = places.all.clone().try_acquire_owned() else {
        return incoming.refuse();
    };
    let Ok(connecting) = incoming.accept() else { return };
    let connection = match timeout(GREETING_TIMEOUT, connecting).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(e)) => return tracing::debug!(error = %e, "a handshake failed"),
        Err(_) => return tracing::debug!("a handshake took too long"),
    };
    let Some(hub) = peer(&connection) else {
        return connection.close(CLOSE_BUSY, b"no key");
    };
    let _stranger = if device.state_for(hub) == ToyState::Yours {
        None
    } else {
        match places.strangers.clone().try_acquire_owned() {
            Ok(place) => Some(place),
            Err(_) => return connection.close(CLOSE_BUSY, b"busy"),
        }
    };
    let Ok(Ok(mut wire)) = timeout(GREETING_TIMEOUT, Wire::accept(connection.clone())).await else {
        return connection.close(CLOSE_BUSY, b"no stream");
    };
    let end = converse(&device, &mut wire, hub, &mut radio).await;
    tracing::debug!(hub = %hub.short(), reason = %end, "a connection ended");
    if device.power().check().is_err() {
        // Without power nothing is said. The radio falls silent, and then this connection is gone.
        return wire.gone().await;
    }
    match &end {
        End::Refuse(refusal) => device.events.show(Event::Turned { by: "toy", why: refusal.to_string() }),
        End::Refused(refusal) => device.events.show(Event::Turned { by: "hub", why: refusal.to_string() }),
        _ => {}
    }
    match end {
        End::Refuse(refusal) => wire.refuse(refusal).await,
        End::Wire(WireError::Frame(_)) => wire.refuse(Refusal::Malformed).await,
        End::Sleeps => wire.part().await,
        _ => wire.close(),
    }
}

/// The key of the other side.
fn peer(connection: &Connection) -> Option<DeviceId> {
    let chain = connection.peer_identity()?.downcast::<Vec<CertificateDer<'static>>>().ok()?;
    tls::peer(&chain).map(|key| key.device_id())
}

async fn converse(device: &Arc<Device>, wire: &mut Wire, hub: DeviceId, radio: &mut watch::Receiver<bool>) -> End {
    let greeted = tokio::select! {
        greeted = greet(device, wire, hub) => greeted,
        _ = radio.wait_for(|on| !on) => Err(End::RadioOff),
    };
    if let Err(end) = greeted {
        return end;
    }
    if let Err(end) = on_disk(device, Device::note_contact).await {
        return end;
    }
    let (seat, mut taken) = device.take_seat();
    let end = tokio::select! {
        end = belong(device, wire, seat) => end,
        _ = taken.wait_for(|now| *now != seat) => End::Replaced,
        _ = radio.wait_for(|on| !on) => End::RadioOff,
    };
    device.leave_seat(seat, end.to_string());
    if device.power().check().is_ok() {
        // It was there until now. What cannot be written is only known to be longer ago.
        let _noted = on_disk(device, Device::note_contact).await;
    }
    end
}

/// From the first message until this hub is the toy's own.
async fn greet(device: &Arc<Device>, wire: &mut Wire, hub: DeviceId) -> Result<(), End> {
    let hello = timeout(GREETING_TIMEOUT, wire.next()).await.map_err(|_| End::Silent)??;
    let ToToy::Hello(hello) = hello else {
        return Err(End::Refuse(Refusal::OutOfOrder));
    };
    if !(hello.version_min..=hello.version_max).contains(&VERSION) {
        return Err(End::Refuse(Refusal::Version));
    }
    let mine = device.hello(hub);
    let state = mine.state;
    wire.send(&ToHub::Hello(mine)).await?;
    match state {
        ToyState::Yours => return Ok(()),
        ToyState::Anothers => return Err(End::Refuse(Refusal::Anothers)),
        ToyState::New | ToyState::Pairing => {}
    }
    match timeout(STRANGER_TIMEOUT, wire.next()).await.map_err(|_| End::Silent)?? {
        ToToy::Register(register) => be_registered(device, wire, hub, register).await,
        ToToy::Refused(refusal) => Err(End::Refused(refusal)),
        ToToy::Hello(_)
        | ToToy::Roster(_)
        | ToToy::Ack(_)
        | ToToy::Order(_)
        | ToToy::Ring
        | ToToy::Settings(_)
        | ToToy::NotNow(_) => Err(End::Refuse(Refusal::OutOfOrder)),
    }
}

async fn be_registered(device: &Arc<Device>, wire: &mut Wire, hub: DeviceId, asked: Register) -> Result<(), End> {
    let exporter = wire.exporter()?;
    on_disk(device, move |d| {
        let fits = || setup_proof_fits(d.secret(), &exporter, &asked.proof);
        d.register(hub, asked.clinic, fits)
    })
    .await?;
    Ok(wire.send(&ToHub::Registered).await?)
}

/// Runs what waits for the disk on a thread that may wait.
async fn on_disk<T: Send + 'static>(
    device: &Arc<Device>,
    work: impl FnOnce(&Device) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, End> {
    let device = device.clone();
    match tokio::task::spawn_blocking(move || work(&device)).await {
        Ok(done) => done.map_err(End::Refuse),
        Err(_) => Err(End::Stopping),
    }
}

/// What was sent on this connection.
struct Sent {
    /// The hub has committed all up to here.
    committed: u64,
    /// Sent up to here; a second message waits until the first is committed.
    up_to: u64,
    /// When the hub must have committed them.
    deadline: Instant,
    /// The hub takes no records before this moment.
    not_before: Instant,
    last_telemetry: Instant,
    /// An order came on this connection whose end was not told yet.
    ordered: bool,
}

impl Sent {
    /// Does the hub want no records for now?
    fn waits(&self, now: Instant) -> bool {
        self.not_before > now
    }
}

async fn belong(device: &Arc<Device>, wire: &mut Wire, seat: u64) -> End {
    match exchange(device, wire, seat, device.changes()).await {
        Ok(never) => match never {},
        Err(end) => end,
    }
}

async fn exchange(
    device: &Arc<Device>,
    wire: &mut Wire,
    seat: u64,
    mut changes: watch::Receiver<()>,
) -> Result<std::convert::Infallible, End> {
    let (durable, _) = device.progress();
    let now = Instant::now();
    let mut sent = Sent {
        committed: durable,
        up_to: durable,
        deadline: now,
        not_before: now,
        last_telemetry: now,
        ordered: false,
    };
    changes.mark_unchanged();
    let mut sleep = device.sleep();
    send_telemetry(device, wire, &mut sent).await?;
    let mut telemetry_due = sent.last_telemetry + device.report_interval();
    loop {
        while let Some(misdeed) = device.next_misdeed() {
            misdeed::commit(misdeed, device, wire, sent.committed).await?;
        }
        send_records(device, wire, &mut sent).await?;
        tokio::select! {
            message = wire.next() => {
                take(device, wire, seat, &mut sent, message?).await?;
            }
            () = falls_asleep(&mut sleep) => {
                send_telemetry(device, wire, &mut sent).await?;
                return Err(End::Sleeps);
            }
            changed = changes.changed() => {
                changed.map_err(|_| End::Stopping)?;
                telemetry_due = telemetry_due.min(sent.last_telemetry + TELEMETRY_MIN_INTERVAL);
            }
            () = sleep_until(telemetry_due) => {
                send_telemetry(device, wire, &mut sent).await?;
                if device.contact_is_old() {
                    on_disk(device, Device::note_contact).await?;
                }
                telemetry_due = sent.last_telemetry + device.report_interval();
            }
            () = sleep_until(sent.not_before), if sent.waits(Instant::now()) => {}
            () = sleep_until(sent.deadline), if sent.up_to > sent.committed => return Err(End::NotCommitted),
        }
    }
}

async fn falls_asleep(sleep: &mut watch::Receiver<Option<u32>>) {
    // The case lives as long as its connections.
    let _ended = sleep.wait_for(Option::is_some).await.is_err();
}

async fn send_telemetry(device: &Device, wire: &mut Wire, sent: &mut Sent) -> Result<(), End> {
    sent.last_telemetry = Instant::now();
    Ok(wire.send(&ToHub::Telemetry(device.telemetry())).await?)
}

async fn send_records(device: &Device, wire: &mut Wire, sent: &mut Sent) -> Result<(), End> {
    let (_, last) = device.progress();
    if sent.waits(Instant::now()) || sent.up_to > sent.committed || last <= sent.up_to {
        return Ok(());
    }
    let records = device.records_after(sent.up_to);
    sent.up_to += records.len() as u64;
    sent.deadline = Instant::now() + COMMIT_TIMEOUT;
    Ok(wire.send(&ToHub::Records(records)).await?)
}

async fn take(device: &Arc<Device>, wire: &mut Wire, seat: u64, sent: &mut Sent, message: ToToy) -> Result<(), End> {
    match message {
        ToToy::Roster(roster) => {
            let revision = on_disk(device, move |d| d.take_roster(seat, roster)).await?;
            Ok(wire.send(&ToHub::RosterTaken(revision)).await?)
        }
        ToToy::Ack(ack) => {
            on_disk(device, move |d| d.take_ack(ack)).await?;
            // What the hub has from an earlier connection need not be sent on this one.
            sent.committed = sent.committed.max(ack.committed);
            sent.up_to = sent.up_to.max(ack.committed);
            obey(device, wire, sent).await
        }
        ToToy::Order(order) => {
            on_disk(device, move |d| d.take_order(seat, order)).await?;
            sent.ordered = true;
            obey(device, wire, sent).await
        }
        ToToy::Ring => {
            device.events.show(Event::Ring);
            Ok(())
        }
        ToToy::Settings(settings) => {
            let revision = on_disk(device, move |d| d.take_settings(seat, settings)).await?;
            Ok(wire.send(&ToHub::SettingsTaken(revision)).await?)
        }
        ToToy::NotNow(seconds) => {
            // What it did not acknowledge stays here, and is sent again then.
            sent.up_to = sent.committed;
            sent.not_before = Instant::now() + Duration::from_secs(u64::from(seconds).min(NOT_NOW_MAX_S));
            device.events.show(Event::NotNow { seconds });
            Ok(())
        }
        // It did not write down that it has the toy, and asks again.
        ToToy::Register(_) => Ok(wire.send(&ToHub::Registered).await?),
        ToToy::Refused(refusal) => Err(End::Refused(refusal)),
        ToToy::Hello(_) => Err(End::Refuse(Refusal::OutOfOrder)),
    }
}

/// Says that an order is done, as soon as it is.
async fn obey(device: &Arc<Device>, wire: &mut Wire, sent: &mut Sent) -> Result<(), End> {
    if !sent.ordered {
        return Ok(());
    }
    let committed = sent.committed;
    let Some(obeyed) = on_disk(device, move |d| d.obey(committed)).await? else { return Ok(()) };
    sent.ordered = false;
    Ok(wire.send(&ToHub::Obeyed(obeyed)).await?)
}

#[cfg(test)]
mod tests;

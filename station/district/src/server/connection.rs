//! One connection, from the handshake to its end: who is it, and is it let in?

use super::exchange::{Ended, exchange};
use super::{CLOSE_DONE, CLOSE_REFUSED, Shared};
use crate::archive::{Archive, ArchiveError, Station, StationState};
use crate::enrolment::{Asking, EnrolmentError, admit};
use crate::identity::{self, take_over};
use crate::{chain, wall_ms};
use clinic::replica::Fault;
use hub_protocol::certificate::Certificate;
use hub_protocol::frame::{FrameError, REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{Message, Refusal};
use hub_protocol::tls::{self, EXPORTER_LABEL};
use hub_protocol::{OriginId, PublicKey};
use prometheus::IntGauge;
use quinn::{Connection, Incoming, RecvStream, SendStream};
use std::sync::Arc;
use std::time::Duration;

/// For the TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// From there to the first whole message.
const HELLO_TIMEOUT: Duration = Duration::from_secs(15);
/// For a refusal to arrive and the station to go away.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(3);
/// Bytes read at once before a station is known.
const READ_BYTES: usize = 4 * 1024;
/// Bytes that a peer may send before its first message is whole: a hello that names all it may is 16 KiB.
const FIRST_MESSAGE_MAX_BYTES: usize = 64 * 1024;

/// Why a connection ends before it replicates.
#[derive(Debug, thiserror::Error)]
enum Ending {
    #[error("the connection was lost")]
    Lost(#[from] quinn::ConnectionError),
    #[error("the stream broke while reading")]
    Read(#[from] quinn::ReadError),
    #[error("the stream broke while writing")]
    Write(#[from] quinn::WriteError),
    #[error("the peer went away")]
    Gone,
    /// Nothing went wrong: a station that was taken in comes back when it has noted it.
    #[error("the station was taken in and went away")]
    TakenIn,
    #[error("the peer did not say in time what it wants")]
    Timeout,
    #[error("refused: {0}")]
    Refused(Refusal),
    #[error("a message cannot be read")]
    Frame(#[from] FrameError),
    #[error("the archive failed")]
    Archive(#[from] ArchiveError),
    #[error("the system gives no random numbers")]
    Random(#[from] getrandom::Error),
    #[error("a job ended badly")]
    Job(#[from] tokio::task::JoinError),
}

impl Ending {
    fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Lost(_) | Self::Read(_) | Self::Write(_) | Self::Gone | Self::TakenIn | Self::Timeout => None,
            Self::Refused(refusal) => Some(*refusal),
            Self::Frame(_) => Some(Refusal::Malformed),
            Self::Archive(_) | Self::Random(_) | Self::Job(_) => Some(Refusal::Storage),
        }
    }
}

pub(super) async fn serve<A: Archive>(shared: Arc<Shared<A>>, incoming: Incoming) {
    let handshake = async { incoming.accept()?.await };
    let connection = match tokio::time::timeout(HANDSHAKE_TIMEOUT, handshake).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => {
            tracing::debug!(%error, "a handshake failed");
            return;
        }
        Err(_) => {
            tracing::debug!("a handshake took too long");
            return;
        }
    };
    // Every handshake shows a key; without one there is nobody to talk to.
    let Some(key) = peer_key(&connection) else {
        connection.close(CLOSE_REFUSED, b"no key");
        return;
    };
    let device = key.device_id().short();
    shared.metrics.connections_total.inc();
    let _counted = Standing::new(&shared.metrics.connections);
    let place = shared.connected.enter(key.device_id(), &connection);
    let streams = tokio::time::timeout(HELLO_TIMEOUT, connection.accept_bi()).await;
    let Ok(Ok((mut send, mut receive))) = streams else {
        tracing::debug!(device, "a peer opened no stream");
        connection.close(CLOSE_REFUSED, b"no stream");
        return;
    };
    let mut reader = Reader::new(REPLICA_MAX_BYTES);
    match let_in(&shared, &connection, key, &mut send, &mut receive, &mut reader).await {
        Ok((station, first)) => {
            // Two machines with one key are served beside each other once they write different logs.
            place.speaks(writes(&first));
            let ended = exchange(&shared, &station, &connection, first, reader, &mut send, &mut receive).await;
            after(&shared, &station, &ended).await;
            if matches!(ended, Ended::Fault(_)) {
                say_goodbye(&connection, &mut send).await;
            }
            connection.close(CLOSE_DONE, b"");
        }
        Err(ending) => {
            if !matches!(ending, Ending::TakenIn) {
                tracing::info!(device, why = chain(&ending), "a peer was not let in");
            }
            if let Some(refusal) = ending.refusal() {
                shared.metrics.refused(refusal);
            }
            if let Some(refusal) = ending.refusal()
                && let Ok(frame) = write(&Message::Refused(refusal), REPLICA_MAX_BYTES)
                && send.write_all(&frame).await.is_ok()
            {
                say_goodbye(&connection, &mut send).await;
            }
            connection.close(CLOSE_REFUSED, b"");
        }
    }
}

/// A connection is counted as long as it stands, however it ends.
struct Standing<'a>(&'a IntGauge);

impl<'a> Standing<'a> {
    fn new(connections: &'a IntGauge) -> Self {
        connections.inc();
        Self(connections)
    }
}

impl Drop for Standing<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Until the peer is a known station that says something else than "take me in". Gives that first message.
async fn let_in<A: Archive>(
    shared: &Arc<Shared<A>>,
    connection: &Connection,
    key: PublicKey,
    send: &mut SendStream,
    receive: &mut RecvStream,
    reader: &mut Reader,
) -> Result<(Station, Message), Ending> {
    let mut message = first_message(receive, reader).await?;
    let answer = match message {
        Message::Enrol(_) | Message::TakeOver(_) => Some(enrol(shared, connection, key, message.clone()).await?),
        Message::Readmit(ref certificate) => {
            readmit(shared, key, certificate.clone()).await?;
            None
        }
        _ => None,
    };
    if let Some(answer) = &answer {
        send.write_all(&write(answer, REPLICA_MAX_BYTES)?).await?;
    }
    // Whatever else comes first is for the session to refuse.
    if matches!(message, Message::Enrol(_) | Message::TakeOver(_) | Message::Readmit(_)) {
        message = match first_message(receive, reader).await {
            Err(Ending::Gone | Ending::Read(_)) if answer.is_some() => return Err(Ending::TakenIn),
            next => next?,
        };
    }
    let archive = shared.archive.clone();
    let known = blocking(shared, move || match archive.station_by_key(&key)? {
        None if archive.is_former(&key)? => Ok(Err(Refusal::Replaced)),
        None => Ok(Err(Refusal::UnknownStation)),
        Some(station) => Ok::<_, ArchiveError>(Ok(station)),
    });
    match known.await?? {
        Err(refusal) => Err(Ending::Refused(refusal)),
        Ok(Station { state: StationState::Quarantined { .. }, .. }) => Err(Ending::Refused(Refusal::Quarantined)),
        Ok(station) => {
            let (archive, no, writes) = (shared.archive.clone(), station.no, writes(&message));
            let marks = blocking(shared, move || {
                let before = archive.marks(no)?;
                archive.contact(no, wall_ms())?;
                writes.map_or(Ok(()), |writes| archive.spoke(no, writes, wall_ms()))?;
                Ok::<_, ArchiveError>((before, archive.marks(no)?))
            });
            let (before, now) = marks.await??;
            if before.two_machines_ms != now.two_machines_ms {
                let device = key.device_id().short();
                tracing::error!(device, "one identity, two machines: a copy of this station's disk is in use");
            }
            Ok((station, message))
        }
    }
}

async fn first_message(receive: &mut RecvStream, reader: &mut Reader) -> Result<Message, Ending> {
    let read = async {
        let mut buffer = vec![0; READ_BYTES];
        let mut came = 0;
        loop {
            if let Some(message) = reader.message::<Message>()? {
                return Ok(message);
            }
            if came > FIRST_MESSAGE_MAX_BYTES {
                return Err(Ending::Refused(Refusal::Malformed));
            }
            let bytes = receive.read(&mut buffer).await?.ok_or(Ending::Gone)?;
            reader.push(&buffer[..bytes]);
            came += bytes;
        }
    };
    tokio::time::timeout(HELLO_TIMEOUT, read).await.map_err(|_| Ending::Timeout)?
}

async fn enrol<A: Archive>(
    shared: &Arc<Shared<A>>,
    connection: &Connection,
    key: PublicKey,
    request: Message,
) -> Result<Message, Ending> {
    let mut exporter = [0; 32];
    if connection.export_keying_material(&mut exporter, EXPORTER_LABEL, b"").is_err() {
        return Err(Ending::Refused(Refusal::BadSecret));
    }
    let mut new_origin = [0; 16];
    getrandom::fill(&mut new_origin)?;
    let asking = Asking { key, exporter, new_origin: OriginId(new_origin), now_ms: wall_ms() };
    let archive = shared.archive.clone();
    let answer = blocking(shared, move || match request {
        Message::Enrol(request) => admit(archive.as_ref(), &request, &asking).map(Message::Enrolled),
        Message::TakeOver(request) => take_over(archive.as_ref(), &request, &asking).map(Message::TakenOver),
        _ => Err(EnrolmentError::Refused(Refusal::OutOfOrder)),
    });
    let answer = answer.await??;
    let device = key.device_id().short();
    match answer {
        Message::TakenOver(_) => tracing::warn!(device, "a new computer took a station over"),
        _ => tracing::info!(device, "a station was taken in"),
    }
    Ok(answer)
}

async fn readmit<A: Archive>(shared: &Arc<Shared<A>>, key: PublicKey, certificate: Certificate) -> Result<(), Ending> {
    let mut new_origin = [0; 16];
    getrandom::fill(&mut new_origin)?;
    let archive = shared.archive.clone();
    let work = move || identity::readmit(archive.as_ref(), &certificate, &key, OriginId(new_origin), wall_ms());
    let station = blocking(shared, work).await??;
    tracing::error!(device = station.key.device_id().short(), "a station that was forgotten here is taken in again");
    Ok(())
}

/// The log that a station says it writes.
fn writes(first: &Message) -> Option<OriginId> {
    if let Message::Hello(hello) = first { hello.writes } else { None }
}

impl From<EnrolmentError> for Ending {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::Refused(refusal) => Self::Refused(refusal),
            EnrolmentError::Archive(error) => Self::Archive(error),
            // Only the making of a link gives these.
            EnrolmentError::Name | EnrolmentError::Address(_) => Self::Refused(Refusal::BadSecret),
        }
    }
}

/// What a conversation leaves behind: the reason in the log, and a station that wrote two truths kept out.
async fn after<A: Archive>(shared: &Arc<Shared<A>>, station: &Station, ended: &Ended) {
    let device = station.key.device_id().short();
    if let Ended::Fault(fault) = ended
        && let Some(refusal) = fault.refusal()
    {
        shared.metrics.refused(refusal);
    }
    match ended {
        Ended::Lost(error) => tracing::info!(device, why = chain(error), "a station went away"),
        Ended::Fault(fault) if fault.quarantines() => {
            tracing::error!(device, why = chain(fault), "a station is quarantined");
            let (archive, no, why) = (shared.archive.clone(), station.no, fault.to_string());
            match blocking(shared, move || archive.quarantine(no, &why)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(device, error = chain(&error), "the quarantine cannot be kept"),
                Err(error) => tracing::error!(device, %error, "the quarantine cannot be kept"),
            }
        }
        Ended::Fault(Fault::Refused(refusal)) => tracing::warn!(device, %refusal, "a station refuses us"),
        Ended::Fault(fault) => tracing::warn!(device, why = chain(fault), "a conversation was ended"),
    }
}

/// Ends our side of the stream and gives the peer the time to read it; it closes the connection then.
async fn say_goodbye(connection: &Connection, send: &mut SendStream) {
    if send.finish().is_ok() {
        let _ = tokio::time::timeout(GOODBYE_TIMEOUT, connection.closed()).await;
    }
}

/// Runs what may block on the disk beside the others, a bounded number at a time.
pub(super) async fn blocking<A: Archive, T: Send + 'static>(
    shared: &Shared<A>,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    // The semaphore is never closed; without a permit the work would only wait elsewhere.
    let permit = shared.jobs.clone().acquire_owned().await;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    })
    .await
}

fn peer_key(connection: &Connection) -> Option<PublicKey> {
    let chain = connection.peer_identity()?.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>().ok()?;
    tls::peer(&chain)
}

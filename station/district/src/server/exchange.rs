//! A session with a known station over its stream: carries bytes, runs the jobs, keeps the time.

use super::Shared;
use super::connection::blocking;
use super::downstream::Ends;
use crate::archive::{Archive, ArchiveError, Station, StationState};
use crate::station_logs::StationLogs;
use crate::{chain, wall_ms};
use clinic::replica::{Done, Failed, Fault, Job, Limits, Session, Wire, perform};
use hub_protocol::Identity;
use hub_protocol::frame::Reader;
use hub_protocol::replica::{Head, Message};
use quinn::{Connection, ReadError, RecvStream, SendStream, WriteError};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Bytes read from the stream at once.
const READ_BYTES: usize = 64 * 1024;
/// For the last bytes (a refusal) to be taken by the transport.
const LAST_WORD_TIMEOUT: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) enum Ended {
    Fault(Fault),
    Lost(Broken),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the stream cannot be read")]
    Read(#[from] ReadError),
    #[error("the stream cannot be written")]
    Write(#[from] WriteError),
    #[error("the station ended the conversation")]
    Finished,
    #[error("a job ended badly")]
    Job(#[from] tokio::task::JoinError),
}

pub(super) async fn exchange<A: Archive>(
    shared: &Arc<Shared<A>>,
    station: &Station,
    connection: &Connection,
    first: Message,
    reader: Reader,
    send: &mut SendStream,
    receive: &mut RecvStream,
) -> Ended {
    let session = Session::new(Limits::default(), wall_ms());
    let mut talk = Talk {
        shared,
        station,
        connection,
        carried: (0, 0),
        logs: Arc::new(StationLogs::new(shared.archive.clone(), station)),
        wire: Wire::new(session, Some(first), reader),
        started: Instant::now(),
        jobs: JoinSet::new(),
        ends: shared.ends.clone(),
        sent_up_to: None,
        was_open: false,
    };
    let ended = match talk.run(send, receive).await {
        Ok(fault) => Ended::Fault(fault),
        Err(broken) => Ended::Lost(broken),
    };
    if let Ended::Fault(_) = ended {
        let _ = tokio::time::timeout(LAST_WORD_TIMEOUT, send.write_all(talk.wire.unsent())).await;
    }
    // What is being stored is finished before the connection counts as ended.
    while talk.jobs.join_next().await.is_some() {}
    talk.count();
    ended
}

struct Talk<'a, A> {
    shared: &'a Arc<Shared<A>>,
    station: &'a Station,
    connection: &'a Connection,
    /// UDP payload received and sent that is counted.
    carried: (u64, u64),
    logs: Arc<StationLogs<A>>,
    wire: Wire,
    started: Instant,
    jobs: JoinSet<Result<Result<Done, Fault>, tokio::task::JoinError>>,
    ends: watch::Receiver<Ends>,
    sent_up_to: Option<Head>,
    was_open: bool,
}

impl<A: Archive> Talk<'_, A> {
    async fn run(&mut self, send: &mut SendStream, receive: &mut RecvStream) -> Result<Fault, Broken> {
        let mut buffer = vec![0; READ_BYTES];
        loop {
            self.start_jobs();
            if let Some(fault) = self.wire.take_fault() {
                return Ok(fault);
            }
            let deadline = self.wire.deadline_ms().map(|ms| self.started + Duration::from_millis(ms));
            tokio::select! {
                written = send.write(self.wire.unsent()), if !self.wire.unsent().is_empty() => {
                    self.wire.sent(written?);
                }
                read = receive.read(&mut buffer), if self.wire.has_room() => {
                    let bytes = read?.ok_or(Broken::Finished)?;
                    self.wire.received(&buffer[..bytes], self.at_ms());
                }
                Some(done) = self.jobs.join_next(), if !self.jobs.is_empty() => {
                    self.wire.done(done??, self.at_ms());
                    self.note_open();
                    self.count();
                }
                Ok(()) = self.ends.changed() => self.note_directives(),
                () = sleep_until(deadline) => self.wire.tick(self.at_ms()),
            }
        }
    }

    fn at_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    fn start_jobs(&mut self) {
        while let Some(job) = self.wire.next_job() {
            let (shared, logs, station) = (self.shared.clone(), self.logs.clone(), self.station.clone());
            let begun = std::time::Instant::now();
            let events = if let Job::Take { batch, .. } = &job { batch.events() } else { 0 };
            self.jobs.spawn(async move {
                let (me, archive) = (shared.identity.clone(), shared.archive.clone());
                let work = move || run(archive.as_ref(), logs.as_ref(), &me, &station, job);
                let done = blocking(&shared, work).await;
                if let Ok(Ok(Done::Took { .. })) = done {
                    shared.metrics.stored(events, begun);
                }
                done
            });
        }
    }

    fn count(&mut self) {
        let stats = self.connection.stats();
        let (received, sent) = (stats.udp_rx.bytes, stats.udp_tx.bytes);
        let metrics = &self.shared.metrics;
        metrics.received_bytes.inc_by(received.saturating_sub(self.carried.0));
        metrics.sent_bytes.inc_by(sent.saturating_sub(self.carried.1));
        self.carried = (received, sent);
    }

    /// There may be more to send in the log that we write for this station.
    fn note_directives(&mut self) {
        let end = self.ends.borrow_and_update().get(&self.station.no).copied();
        if std::mem::replace(&mut self.sent_up_to, end) != end {
            self.wire.grew(self.at_ms());
        }
    }

    fn note_open(&mut self) {
        if self.was_open || !self.wire.is_open() {
            return;
        }
        self.was_open = true;
        let device = self.station.key.device_id().short();
        tracing::info!(device, version = self.wire.version(), "a station is connected");
    }
}

/// Does one job for a station, unless its key was shut out, or its station given to another, since it was let in. What
/// stores something is told so by its own transaction.
fn run<A: Archive>(
    archive: &A,
    logs: &StationLogs<A>,
    me: &Identity,
    station: &Station,
    job: Job,
) -> Result<Done, Fault> {
    let stands = match job {
        Job::Take { .. } | Job::Settle { .. } => Ok(()),
        _ => still_stands(archive, station),
    };
    let done = stands.map_err(Failed::Logs).and_then(|()| perform(logs, me, &station.key, job));
    done.map_err(|failed| {
        let device = station.key.device_id().short();
        match &failed {
            Failed::Logs(ArchiveError::TooManyLogs { origin }) => return Fault::TooManyLogs { origin: *origin },
            Failed::Logs(ArchiveError::NotOpened { .. }) => {
                return Fault::Malformed("a log that does not say first whose it is");
            }
            Failed::Logs(ArchiveError::ShutOut) => tracing::info!(device, "a station was shut out while it spoke"),
            Failed::Logs(_) => tracing::error!(device, error = chain(&failed), "the archive failed"),
            Failed::Fault(_) => {}
        }
        failed.fault()
    })
}

fn still_stands<A: Archive>(archive: &A, station: &Station) -> Result<(), ArchiveError> {
    match archive.station_by_key(&station.key)? {
        Some(now) if now.no == station.no && now.state == StationState::Active => Ok(()),
        _ => Err(ArchiveError::ShutOut),
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

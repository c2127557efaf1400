//! A session over one QUIC stream: carries bytes, runs the jobs on threads that may block, keeps the time.

use super::dial::Dialled;
use super::silence::Silence;
use super::{Link, LinkState, UplinkError, asked_to_stop, chain, changes, wall_ms};
use clinic::replica::{Done, Failed, Fault, Limits, Logs, Session, Wire, perform};
use hub_protocol::PublicKey;
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::Message;
use quinn::{Connection, ReadError, RecvStream, SendStream, WriteError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Bytes read from the stream at once.
const READ_BYTES: usize = 64 * 1024;
/// For the last bytes (a refusal) to reach the district.
const LAST_WORD_TIMEOUT: Duration = Duration::from_secs(2);
/// A line that is paid by the byte is let go when there was nothing to say for so long: the doses of one visit go together.
const QUIET_AFTER: Duration = Duration::from_secs(30);

/// While an answer is owed, the line is looked at so often.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub(super) enum Ended {
    Stopped,
    /// All was said, on a line that is paid by the byte.
    Quiet,
    /// What the line may cost today is spent.
    Spent,
    /// The line is to be used in another way from now on.
    LineChanged,
    /// Nobody answers on this connection any more, and somebody does on this one.
    Silent(Box<Dialled>),
    Fault(Fault),
    Lost(Broken),
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the connection was lost")]
    Connection(#[from] quinn::ConnectionError),
    #[error("the stream cannot be read")]
    Read(#[from] ReadError),
    #[error("the stream cannot be written")]
    Write(#[from] WriteError),
    #[error("the district ended the conversation")]
    Finished,
    #[error("a job ended badly")]
    Job(#[from] tokio::task::JoinError),
}

/// Replicates until the link is stopped, breaks or a fault is found. `news` tells whether the district has
/// proved anything new meanwhile.
pub(super) async fn exchange<L: Logs + Send + Sync + 'static>(
    dialled: &Dialled,
    link: &mut Link<L>,
    news: &mut bool,
) -> Ended {
    let connection = &dialled.connection;
    let Some(peer) = peer_key(connection) else {
        return Ended::Fault(Fault::Malformed("a connection without a key"));
    };
    let (mut send, mut receive) = match connection.open_bi().await {
        Ok(streams) => streams,
        Err(error) => return Ended::Lost(error.into()),
    };
    // To a district that does not know us any more we show its own word first.
    if let Some(certificate) = link.certificate.take() {
        let shown = write(&Message::Readmit(certificate), REPLICA_MAX_BYTES);
        let Ok(frame) = shown else { return Ended::Fault(Fault::Malformed("a certificate that is too long")) };
        if let Err(error) = send.write_all(&frame).await {
            return Ended::Lost(error.into());
        }
    }
    let session = Session::new(Limits::default(), wall_ms());
    let mut talk = Talk {
        wire: Wire::new(session, None, Reader::new(REPLICA_MAX_BYTES)),
        started: Instant::now(),
        jobs: JoinSet::new(),
        silence: Silence::default(),
        tries: JoinSet::new(),
        peer,
        dialled,
        link,
    };
    let ended = match talk.run(&mut send, &mut receive, news).await {
        Ok(ended) => ended,
        Err(broken) => Ended::Lost(broken),
    };
    if let Ended::Fault(_) = ended {
        // Gone or not, the session is over.
        let _ = tokio::time::timeout(LAST_WORD_TIMEOUT, last_word(&mut send, talk.wire.unsent())).await;
    }
    ended
}

struct Talk<'a, L: Logs> {
    wire: Wire,
    started: Instant,
    jobs: JoinSet<Result<Done, Fault>>,
    silence: Silence,
    /// To reach the district by another connection: one at a time.
    tries: JoinSet<Result<Dialled, UplinkError>>,
    peer: PublicKey,
    dialled: &'a Dialled,
    link: &'a mut Link<L>,
}

impl<L: Logs + Send + Sync + 'static> Talk<'_, L> {
    async fn run(&mut self, send: &mut SendStream, receive: &mut RecvStream, news: &mut bool) -> Result<Ended, Broken> {
        let mut buffer = vec![0; READ_BYTES];
        // What grew before the session began is found by the comparison.
        self.link.grew.mark_unchanged();
        let mut owner_lives = true;
        let metered = self.link.line().daily_mb.is_some();
        let mut busy_at = Instant::now();
        loop {
            self.start_jobs();
            if let Some(fault) = self.wire.take_fault() {
                return Ok(Ended::Fault(fault));
            }
            let idle = self.wire.is_idle() && self.jobs.is_empty();
            if !idle {
                busy_at = Instant::now();
                self.look();
            }
            if self.count() {
                return Ok(Ended::Spent);
            }
            let deadline = self.wire.deadline_ms().map(|ms| self.started + Duration::from_millis(ms));
            tokio::select! {
                written = send.write(self.wire.unsent()), if !self.wire.unsent().is_empty() => {
                    self.wire.sent(written?);
                }
                read = receive.read(&mut buffer), if self.wire.has_room() => {
                    let bytes = read?.ok_or(Broken::Finished)?;
                    self.wire.received(&buffer[..bytes], self.at_ms());
                    self.link.tell.send_modify(|status| status.last_contact_ms = Some(wall_ms()));
                    self.tell(news);
                }
                Some(done) = self.jobs.join_next(), if !self.jobs.is_empty() => {
                    self.wire.done(done?, self.at_ms());
                    self.tell(news);
                }
                changed = self.link.grew.changed(), if owner_lives => {
                    owner_lives = changed.is_ok();
                    self.wire.grew(self.at_ms());
                }
                Some(tried) = self.tries.join_next(), if !self.tries.is_empty() => match tried? {
                    Ok(next) => return Ok(Ended::Silent(Box::new(next))),
                    Err(error) => {
                        tracing::debug!(error = chain(&error), "a silent district cannot be dialled either");
                        self.link.meter.tried_in_vain(wall_ms());
                    }
                },
                () = sleep_until(deadline) => self.wire.tick(self.at_ms()),
                () = tokio::time::sleep(LOOK_EVERY), if !idle => {}
                () = tokio::time::sleep_until(busy_at + QUIET_AFTER), if metered && idle => return Ok(Ended::Quiet),
                () = changes(&mut self.link.line) => return Ok(Ended::LineChanged),
                () = asked_to_stop(&mut self.link.stopped) => return Ok(Ended::Stopped),
            }
        }
    }

    fn at_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    /// Is the line dead? Then the district is dialled beside it.
    fn look(&mut self) {
        if !self.silence.is_dead(self.dialled.packets(), self.at_ms()) {
            if !self.tries.is_empty() {
                self.tries = JoinSet::new();
                self.link.meter.tried_in_vain(wall_ms());
                if self.wire.is_open() {
                    self.link.say(LinkState::Connected);
                }
            }
            if self.wire.arriving() > 0 && self.silence.should_speak(self.at_ms()) {
                self.wire.remind(self.at_ms());
            }
        } else if self.tries.is_empty() {
            self.link.say(LinkState::Connecting);
            self.tries.spawn(self.dialled.again(&self.link.config, self.link.line()));
        }
    }

    fn start_jobs(&mut self) {
        while let Some(job) = self.wire.next_job() {
            let logs = self.link.logs.clone();
            let (me, peer) = (self.link.config.identity.clone(), self.peer);
            self.jobs.spawn_blocking(move || {
                perform(logs.as_ref(), &me, &peer, job).map_err(|failed| {
                    if let Failed::Logs(_) = failed {
                        tracing::error!(error = chain(&failed), "the ledger cannot be read or written");
                    }
                    failed.fault()
                })
            });
        }
    }

    /// Counts what the connection carried. Gives whether the day may cost no more.
    fn count(&mut self) -> bool {
        let now_ms = wall_ms();
        self.link.meter.carried(self.dialled.carried_bytes(), now_ms);
        self.link.meter.spent_until_ms(self.link.line().daily_mb, now_ms).is_some()
    }

    /// Brings the status up to what the session knows.
    fn tell(&self, news: &mut bool) {
        let open = self.wire.is_open();
        self.link.tell.send_if_modified(|status| {
            let opened = open && std::mem::replace(&mut status.state, LinkState::Connected) != LinkState::Connected;
            if opened {
                tracing::info!(version = self.wire.version(), "connected to the district");
            }
            let proved = status.prove(self.wire.acked());
            *news |= proved;
            let sent: Vec<_> = self.wire.sent_heads().collect();
            let moved = sent != status.sent || status.arriving != self.wire.arriving();
            (status.sent, status.arriving) = (sent, self.wire.arriving());
            status.today_bytes = self.link.meter.today_bytes(wall_ms());
            proved || opened || moved
        });
    }
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Sends what is left and waits until the other side has it.
async fn last_word(send: &mut SendStream, unsent: &[u8]) {
    if send.write_all(unsent).await.is_ok() && send.finish().is_ok() {
        let _ = send.stopped().await;
    }
}

fn peer_key(connection: &Connection) -> Option<PublicKey> {
    let chain = connection.peer_identity()?.downcast::<Vec<rustls::pki_types::CertificateDer<'static>>>().ok()?;
    hub_protocol::tls::peer(&chain)
}

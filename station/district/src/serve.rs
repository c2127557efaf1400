//! `tikka-district serve`.

use crate::cli::{Failure, LogFormat, Serve};
use crate::place::open;
use clinic::store::Stop;
use district::archive::Archive;
use district::enrolment::clean_name;
use district::office::{Clerk, Round};
use district::server::Server;
use district::wall_ms;
use sd_notify::NotifyState;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Threads that carry packets; the disk has threads of its own.
const NETWORK_THREADS: usize = 2;
/// How often the clerk looks whether a station has sent something.
const CLERK_EVERY: Duration = Duration::from_secs(2);
/// What is logged unless RUST_LOG says otherwise.
const LOG_DEFAULT: &str = "info,quinn=warn,quinn_proto=warn,rustls=warn";

pub fn run(serve: &Serve) -> Result<(), Failure> {
    log(serve.log_format);
    let archive = Arc::new(open(&serve.data)?);
    let _lock = lock(&serve.data.data)?;
    match &serve.name {
        Some(name) => archive.set_name(&clean_name(name)?)?,
        None if archive.name()?.is_none() => return Err(Failure::NoName),
        None => {}
    }
    let clerk = Working::start(archive.clone(), &serve.data.data)?;
    let stop = clerk.stop.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(NETWORK_THREADS).enable_all().build()?;
    runtime.block_on(async {
        let mut server = Server::bind(archive.clone(), serve.listen, serve.congestion)?;
        let metrics = match serve.metrics {
            Some(listen) => Some(server.measure(listen).await?),
            None => None,
        };
        archive.set_listened_at(&server.address().to_string())?;
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        announce(&server, metrics)?;
        tell_systemd(NotifyState::Ready);
        let attached = serve.attached;
        server
            .run(async move {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                    () = input_ends(), if attached => {}
                }
                tracing::info!("stopping");
                stop.ask();
                tell_systemd(NotifyState::Stopping);
            })
            .await;
        Ok(())
    })
    // Dropping the runtime waits for what is still being written.
}

fn log(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOG_DEFAULT));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Does nothing where systemd did not start us.
fn tell_systemd(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd cannot be told");
    }
}

/// The clerk at work on a thread of its own, until this is dropped.
struct Working {
    stop: Stop,
    wake: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Working {
    fn start<A: Archive>(archive: Arc<A>, data: &Path) -> Result<Self, Failure> {
        let stop = Stop::default();
        let mut clerk = Clerk::new(archive, data, stop.clone())?;
        let (wake, woken) = mpsc::channel();
        let stopped = stop.clone();
        let work = move || {
            while woken.recv_timeout(CLERK_EVERY) == Err(RecvTimeoutError::Timeout) {
                match clerk.round(wall_ms()) {
                    Err(_) if stopped.is_asked() => break,
                    Ok(round) if round == Round::default() => {}
                    Ok(Round { mirrors, told }) => tracing::debug!(mirrors, told, "the mirrors are up to date"),
                    Err(error) => tracing::error!(error = district::chain(&error), "the office's clerk failed"),
                }
            }
        };
        let thread = std::thread::Builder::new().name("clerk".into()).spawn(work)?;
        Ok(Self { stop, wake, thread: Some(thread) })
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.stop.ask();
        // It may have ended by itself.
        let _ = self.wake.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A thread of its own reads, because reading standard input cannot be interrupted.
async fn input_ends() {
    let (ended, end) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(ended);
    });
    let _ = end.await;
}

/// Others wait for this line.
fn announce<A: Archive>(server: &Server<A>, metrics: Option<SocketAddr>) -> Result<(), Failure> {
    let mut line = serde_json::json!({
        "event": "listening",
        "address": server.address().to_string(),
        "district": server.district().full(),
    });
    if let Some(address) = metrics {
        line["metrics"] = address.to_string().into();
    }
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// Held as long as the server runs; the system lets go of it when the process ends, however it ends.
fn lock(data: &Path) -> Result<File, Failure> {
    let path = data.join("serve.lock");
    let about = |error| Failure::File(path.clone(), error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(about)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::Running),
        Err(TryLockError::Error(error)) => Err(about(error)),
    }
}

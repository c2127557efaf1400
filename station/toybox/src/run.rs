//! Runs toys until they are told to stop: one on a directory, or many on the directories below one.

use crate::announce;
use crate::label::LabelError;
use crate::panel::{Command, Event, Events, Told, read_commands};
use crate::store::StoreError;
use crate::toy::{Place, Toy};
use std::io;
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Toys of one process.
pub const TOYS_MAX: u32 = 1_000;
/// Lines of commands that wait.
const COMMANDS_MAX: usize = 64;

pub struct Options {
    pub data: PathBuf,
    pub model: String,
    /// The demo run these toys belong to, when they belong to one.
    pub demo: Option<String>,
    /// Of the first toy, the others take those that follow. 0 for any free ones.
    pub port: u16,
    /// The end of the commands is the end of the toys.
    pub attached: bool,
    /// None: the directory itself is the toy. Otherwise each has one of its own below it.
    pub count: Option<u32>,
    /// Of the dice that lose packets.
    pub seed: u64,
}

impl Options {
    fn places(&self) -> Vec<(Option<u32>, Place)> {
        let place = |number: u32, data: PathBuf| Place {
            data,
            model: self.model.clone(),
            demo: self.demo.clone(),
            port: if self.port == 0 {
                0
            } else {
                self.port.saturating_add(u16::try_from(number - 1).unwrap_or(u16::MAX))
            },
            // Far apart: each step of a toy's dice adds to it.
            seed: self.seed ^ (u64::from(number) << 48),
        };
        match self.count {
            None => vec![(None, place(1, self.data.clone()))],
            Some(count) => {
                let below = |number| (Some(number), place(number, self.data.join(format!("toy-{number:04}"))));
                (1..=count.min(TOYS_MAX)).map(below).collect()
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Label(#[from] LabelError),
    #[error("the toy's store cannot be opened: {0}")]
    Store(#[from] StoreError),
    #[error("TLS refuses the toy's key")]
    Tls(#[from] rustls::Error),
    #[error("TLS offers no cipher that QUIC can use")]
    Cipher(#[from] quinn::crypto::rustls::NoInitialCipherSuite),
    #[error("UDP port {port} cannot be used")]
    Listen { port: u16, source: io::Error },
    #[error("the toy cannot be announced by mDNS")]
    Announce(#[from] mdns_sd::Error),
    #[error("the system refuses a thread or a signal handler")]
    System(#[source] io::Error),
}

impl RunError {
    /// As `--help` documents it.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Label(LabelError::InUse) => 3,
            Self::Label(_) | Self::Store(_) => 4,
            Self::Listen { .. } | Self::Announce(_) => 5,
            Self::Tls(_) | Self::Cipher(_) | Self::System(_) => 1,
        }
    }
}

/// Runs until `quit`, SIGINT or SIGTERM; the end of the commands ends it only when it is attached.
pub async fn run(options: Options, events: Events) -> Result<(), RunError> {
    let system = RunError::System;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(system)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(system)?;
    let daemon = announce::start()?;
    let mut toys = JoinSet::new();
    let mut panels = Vec::new();
    for (number, place) in options.places() {
        let shown = number.map_or_else(|| events.clone(), |number| events.of(number));
        let toy = Toy::open(place, &daemon, shown).await?;
        let (panel, commands) = mpsc::channel(COMMANDS_MAX);
        toys.spawn(toy.run(commands));
        panels.push(panel);
    }
    let mut commands = listen_to_panel().map_err(system)?;
    let mut commands_ended = false;
    let ended = loop {
        tokio::select! {
            line = commands.recv(), if !commands_ended => match line {
                Some(Ok(Told { command: Command::Quit, .. })) => break Ok(()),
                Some(Ok(told)) => pass_on(told, &panels, &events).await,
                Some(Err(why)) => events.show(Event::Error { why }),
                None if options.attached => break Ok(()),
                None => commands_ended = true,
            },
            // Toys end by themselves only when something is wrong with one.
            Some(ended) = toys.join_next() => break ended.unwrap_or_else(|e| Err(RunError::System(e.into()))),
            _ = interrupt.recv() => break Ok(()),
            _ = terminate.recv() => break Ok(()),
        }
    };
    drop(panels);
    while toys.join_next().await.is_some() {}
    announce::stop(&daemon).await;
    events.show(Event::Bye);
    ended
}

/// Tells one toy, or all.
async fn pass_on(told: Told, panels: &[mpsc::Sender<Command>], events: &Events) {
    let named = match told.toy {
        None => panels,
        Some(number) => {
            let at = (number as usize).wrapping_sub(1);
            match panels.get(at) {
                Some(panel) => std::slice::from_ref(panel),
                None => return events.show(Event::Error { why: format!("there is no toy {number}") }),
            }
        }
    };
    for panel in named {
        // A toy that has ended is told of by its end.
        let _ = panel.send(told.command.clone()).await;
    }
}

/// A thread of its own reads the commands, because reading them cannot be interrupted.
fn listen_to_panel() -> io::Result<mpsc::Receiver<Result<Told, String>>> {
    let (lines, waiting) = mpsc::channel(COMMANDS_MAX);
    std::thread::Builder::new().name("panel".into()).spawn(move || {
        let read = read_commands(io::stdin().lock(), |line| lines.blocking_send(line).is_ok());
        if let Err(e) = read {
            tracing::warn!(error = %e, "commands cannot be read any more");
        }
    })?;
    Ok(waiting)
}

//! The demo: a district, two toys and this station on one machine, over the real wires, with invented
//! children. Headless it plays one visit and proves that both sides hold the same.

mod chance;
mod children;
mod ground;
mod parts;
mod stage;
mod summary;
mod visit;

use clinic::store::{LoginError, OpenError, StoreError, SubmitError};
use ground::Ground;
use hub::HubError;
use stage::Stage;
use std::io;
use std::path::PathBuf;

/// What the headless demo leaves.
const LEFT: [&str; 6] =
    ["summary.json", "today.png", "certificate.pdf", "certificate.smart-health-card", "qr.txt", "jwks.json"];

/// Invented children of the demo.
const CHILDREN: usize = 300;

#[derive(clap::Args)]
pub struct Demo {
    /// Plays a whole visit without a display and leaves summary.json, today.png and certificate.pdf.
    #[arg(long)]
    headless: bool,
    /// The folder for what the headless demo leaves; without --data its records go into `data` inside it.
    #[arg(long, value_name = "DIR", required_if_eq("headless", "true"), requires = "headless")]
    out: Option<PathBuf>,
    /// Seeds the invention of children.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("the folder {} holds something that no demo made; the demo touches only its own", .0.display())]
    NotADemo(PathBuf),
    #[error("{name} is not installed beside this program")]
    NotInstalled { name: &'static str },
    #[error("{name} cannot be started")]
    Start {
        name: &'static str,
        #[source]
        error: io::Error,
    },
    #[error("{name} did not answer, or ended")]
    Silent { name: &'static str },
    #[error("the toys were not found on the network: is multicast allowed here?")]
    ToysNotFound,
    #[error("the code on the toy's label is not the code it shows")]
    CodeDiffers,
    #[error("no child of the worker is due: the toy has nothing to record")]
    NobodyDue,
    #[error("the district did not prove everything in time")]
    NotProven,
    #[error("station and district hold different records")]
    SidesDiffer,
    #[error("no folder is known for the demo: say --out DIR")]
    NoFolder,
    #[error(transparent)]
    Hub(#[from] HubError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Login(#[from] LoginError),
    #[error("files")]
    Io(#[from] io::Error),
    #[error("fonts")]
    Fonts(#[from] crate::fonts::FontsMissing),
    #[error("the certificate")]
    Paper(#[from] crate::paper::PaperError),
    #[error(transparent)]
    Desktop(#[from] crate::app::DesktopError),
    #[error("the picture")]
    Picture(#[from] crate::app::PictureError),
    #[error("the ledger cannot be summed up")]
    Content(#[from] clinic::replica::ContentError<StoreError>),
}

impl Demo {
    /// `data`: where its records go, when somebody says so.
    pub fn run(self, data: Option<PathBuf>) -> Result<(), DemoError> {
        let runtime = tokio::runtime::Runtime::new()?;
        let folder = match (data, &self.out) {
            (Some(data), _) => data,
            (None, Some(out)) => out.join("data"),
            (None, None) => crate::cli::demo_data().ok_or(DemoError::NoFolder)?,
        };
        if !self.headless {
            // Said before anything is made.
            crate::app::display()?;
        }
        let ours = |out: &PathBuf| LEFT.iter().all(|name| !out.join(name).exists()) || Ground::is_a_demos(&folder);
        if let Some(out) = self.out.as_ref().filter(|out| !ours(out)) {
            return Err(DemoError::NotADemo(out.clone()));
        }
        let seed = self.seed;
        let ground = Ground::take(&folder, || stage::fresh_mark(seed))?;
        if self.headless {
            let out = self.out.ok_or(DemoError::NoFolder)?;
            return runtime.block_on(headless(ground, &out));
        }
        let mut stage = runtime.block_on(Stage::set(ground))?;
        runtime.block_on(stage.give_out_toys())?;
        stage.tell_logins();
        let opened = crate::app::run(stage.app_start());
        runtime.block_on(stage.clear());
        Ok(opened?)
    }
}

async fn headless(ground: Ground, out: &std::path::Path) -> Result<(), DemoError> {
    std::fs::create_dir_all(out)?;
    let mut stage = Stage::set(ground).await?;
    stage.give_out_toys().await?;
    let visit = visit::play(&stage).await?;
    stage.toy_records_a_dose().await?;
    let summed = summary::write(&mut stage, &visit, out).await;
    stage.clear().await;
    summed
}

/// Tells the person what happens, as it happens.
fn tell(words: impl std::fmt::Display) {
    eprintln!("· {words}");
}

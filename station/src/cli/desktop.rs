//! The desktop over a clinic of this computer.

use super::unlock::unlock;
use super::{Failure, Place};
use crate::ahead::ahead;
use crate::app::{AppStart, DesktopError};
use crate::fonts;
use crate::live::{Live, StartHub};
use crate::paper::out::Programs;
use crate::plugged::Plugged;
use crate::words::{Lang, Words};
use clinic::Env;
use clinic::exit::Code;
use hub::Hub;
use std::sync::Arc;

pub fn run(place: &Place) -> Result<(), Failure> {
    let dir = place.dir()?;
    ahead("fonts", fonts::look_around);
    ahead("words", || drop(Lang::ALL.map(Words::new)));
    let unlocked = if place.key_file.is_some() || place.password_file.is_some() { Some(unlock(place)?) } else { None };
    let start_hub: StartHub = Arc::new(|clinic| Box::pin(async { Hub::start(clinic, None).await.map(Live::from) }));
    let programs = Programs::of_system();
    let start =
        AppStart { dir, lang: None, env: Env::system(), start_hub, unlocked, programs, plugged: Plugged::of_system() };
    crate::app::run(start).map_err(|error| match error {
        DesktopError::NoDisplay => Failure::new(
            Code::Failed,
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). `tikka-station hub` runs without \
             one, `tikka-station demo --headless --out DIR` shows what it does",
        ),
        error => error.into(),
    })
}

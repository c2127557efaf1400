//! The desktop over a clinic of this computer.

use super::unlock::unlock;
use super::{Failure, Place};
use crate::app::{AppStart, DesktopError, SaveCertificate};
use crate::fonts::Fonts;
use crate::live::{Live, StartHub};
use crate::paper::{self, Languages, PaperError, certificate};
use crate::words::Lang;
use clinic::Env;
use clinic::exit::Code;
use hub::Hub;
use std::path::Path;
use std::sync::Arc;

pub fn run(place: &Place) -> Result<(), Failure> {
    let dir = place.dir()?;
    let unlocked = if place.key_file.is_some() || place.password_file.is_some() { Some(unlock(place)?) } else { None };
    let start_hub: StartHub = Arc::new(|clinic| Box::pin(async { Hub::start(clinic, None).await.map(Live::from) }));
    let save_certificate = save_certificate(&dir);
    let start = AppStart { dir, lang: None, env: Env::system(), start_hub, unlocked, save_certificate };
    crate::app::run(start).map_err(|error| match error {
        DesktopError::NoDisplay => Failure::new(
            Code::Failed,
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). `tikka-station hub` runs without \
             one, `tikka-station demo --headless --out DIR` shows what it does",
        ),
        error => error.into(),
    })
}

/// Certificates become files with their number for a name, and are shown by the system's own viewer.
pub fn save_certificate(dir: &Path) -> SaveCertificate {
    let dir = dir.to_owned();
    Arc::new(move |data, session, lang| {
        let fonts = Fonts::load().map_err(|_| PaperError::Font)?;
        // The family reads its own language, an office elsewhere reads English.
        let languages = if lang == Lang::En { Languages::En } else { Languages::Both };
        let pdf = certificate::render(&paper::certificate_of(data, &session.name), &fonts, languages)?;
        paper::wanted::put(&dir, &format!("certificate-{}.pdf", data.no), &pdf)
    })
}

//! What the headless demo leaves behind, and the proof: both sides sum up their own database.

use super::parts::output;
use super::stage::Stage;
use super::visit::Visit;
use super::{DemoError, tell};
use crate::app::picture_today;
use crate::cli::hex;
use crate::fonts::Fonts;
use crate::live::Live;
use crate::paper::text::Typesetter;
use crate::paper::{self, certificate};
use crate::words::Lang;
use clinic::replica::content;
use hub::toys::Presence;
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::path::Path;

/// Size of the picture, in pixels: the screen of an old PC.
const PICTURE: (u32, u32) = (1366, 768);

pub async fn write(stage: &mut Stage, visit: &Visit, out: &Path) -> Result<(), DemoError> {
    let data = stage.clinic.issue_certificate(&stage.worker, visit.child)?;
    let sheet = paper::certificate_of(&data, &stage.worker.name);
    let fonts = Fonts::load()?;
    let pdf = certificate::render(&sheet, &Typesetter::new(&fonts)?, paper::Languages::Both)?;
    crate::cli::certificate::write(out, &data, &pdf)?;
    tell("certificate.pdf is written, marked SPECIMEN, with its signed proof and the key to check it.");

    stage.all_proven().await?;
    let own = content(&stage.clinic, &stage.clinic.identity().public_key())?;
    let station = json!({"events": own.events, "hash": hex(&own.hash)});
    let district = district_side(stage).await?;

    let (clinic, worker, live) = (stage.clinic.clone(), stage.worker.clone(), Live::from(stage.hub.clone()));
    let draw = move || picture_today(&clinic, &worker, Some(&live), Lang::En, PICTURE);
    let picture = tokio::task::spawn_blocking(draw).await.map_err(std::io::Error::other)??;
    paper::save(&out.join("today.png"), &picture)?;
    tell("today.png is written.");

    let toy_doses: u64 = stage.clinic.toys(&stage.admin)?.iter().map(|toy| toy.records).sum();
    let discovered = stage.hub.toys().borrow().iter().filter(|toy| toy.state == Presence::Online).count();
    let summary = json!({
        "station": station,
        "district": district,
        "toys_discovered": discovered,
        "doses": {"visit": visit.doses, "toy": toy_doses},
        "card_used": visit.card_used,
        "station_data": stage.ground.station(),
        "key_file": stage.ground.key_file(),
    });
    let text = serde_json::to_vec_pretty(&summary).map_err(std::io::Error::other)?;
    paper::save(&out.join("summary.json"), &text)?;
    if summary["station"] != summary["district"] {
        return Err(DemoError::SidesDiffer);
    }
    tell(format!("Station and district both hold {} events with the same hash.", own.events));
    stage.ground.finish()
}

/// What the district says it holds of this station, computed by the district from its own database.
async fn district_side(stage: &Stage) -> Result<Value, DemoError> {
    let dir = stage.ground.district();
    let args = [OsStr::new("stations"), OsStr::new("--data"), dir.as_os_str()];
    let lines = output("tikka-district", args).await?;
    let own = stage.clinic.identity().device_id().full();
    let line = lines
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|line| line["device"] == json!(own))
        .ok_or(DemoError::SidesDiffer)?;
    Ok(json!({"events": line["events"], "hash": line["hash"]}))
}

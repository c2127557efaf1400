//! What a station without a window needs.

use crate::corpus::{self, Place};
use crate::{Outcome, figure, memory_mib};
use clinic::store::KeyFile;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long the hub runs before it is looked at.
const RUN: Duration = Duration::from_secs(10);

pub fn run(place: &Place) -> Outcome {
    let key = place.dir.join("bench.key");
    {
        let (clinic, admin) = corpus::open(&place.dir)?;
        clinic.make_key_file(&admin, &key)?;
    }
    let _readable = KeyFile::read(&key)?;
    let station = std::env::current_exe()?.with_file_name("tikka-station");
    let mut hub = Command::new(station)
        .args(["hub", "--data"])
        .arg(&place.dir)
        .arg("--key-file")
        .arg(&key)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = hub.stdout.take().ok_or("no output")?;
    let mut lines = BufReader::new(out).lines();
    let ready = lines.by_ref().map_while(Result::ok).any(|line| line.contains("ready"));
    if !ready {
        hub.kill()?;
        return Err("the hub did not start".into());
    }
    std::thread::sleep(RUN);
    let process = hub.id().to_string();
    let (peak, now) = (memory_mib(&process, "VmHWM"), memory_mib(&process, "VmRSS"));
    hub.kill()?;
    hub.wait()?;
    std::fs::remove_file(key)?;
    let more = json!({"now_mib": now, "children": place.children, "doses": place.doses,
        "note": "the key file's slot was made with a cheap Argon2, so that its memory is not in the figure"});
    figure("hub-memory", peak, "MiB", Some(64.0), more)
}

//! The desk under load: what a key and a scroll step cost over all children, what a long day leaves in memory, and the
//! window among toys that never stop talking.

use super::{Result, STILL, Screen, end, holds, under_the_bar};
use crate::corpus::{self, Place};
use crate::{Outcome, cpu_s, cpu_s_of, figure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What is typed among the toys, and once more in peace.
const TYPED: &str = "sunita devi prajapati of the village khajuri";
/// For so long the toys talk.
const STORM: Duration = Duration::from_secs(20);
/// In the second half of an hour of use the memory may grow by this: what the allocator keeps in pieces, no leak.
const FLAT_MIB: f64 = 3.0;

fn program() -> Result<PathBuf> {
    let load = std::env::current_exe()?.with_file_name("examples").join("desk-load");
    if load.exists() {
        return Ok(load);
    }
    Err("build it first: cargo build --release --workspace --example desk-load".into())
}

pub fn run(screen: &Screen, place: &Place, key: &Path) -> Outcome {
    let command = |how: &str| -> Result<Command> {
        let mut command = Command::new(program()?);
        let _ = command.arg(how).arg(&place.dir).arg(key);
        Ok(command)
    };
    steps(command("steps")?, place)?;
    let mut hour = command("hour")?;
    let _ = hour.args(["worker", corpus::PASSWORD]);
    steps(hour, place)?;
    storm(screen, command("storm")?, place)
}

fn steps(mut command: Command, place: &Place) -> Outcome {
    let done = command.output()?;
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stderr).into_owned().into());
    }
    let mut floor_ms = 0.0;
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let line: Value = serde_json::from_str(line)?;
        let value = |name: &str| line[name].as_f64().unwrap_or_default();
        let more = json!({"children": place.children, "n": line["n"], "empty_picture_ms": crate::rounded(floor_ms),
            "note": "update, view, layout, and all of the picture drawn"});
        match line["step"].as_str().unwrap_or_default() {
            "use" => {
                let mut more =
                    json!({"children": place.children, "note": "doses recorded, children looked for, news of toys"});
                for name in ["visits", "doses", "records", "news", "start_mib", "half_mib", "end_mib"] {
                    more[name] = line[name].clone();
                }
                figure("desk-memory-after-use", value("end_mib"), "MiB", Some(160.0), more.clone())?;
                figure("desk-memory-grows", value("end_mib") - value("half_mib"), "MiB", Some(FLAT_MIB), more)?;
            }
            "empty" => floor_ms = value("median_ms"),
            step => {
                figure(&format!("desk-{step}"), value("median_ms"), "ms", Some(16.0), more.clone())?;
                figure(&format!("desk-{step}-p99"), value("p99_ms"), "ms", Some(33.0), more)?;
            }
        }
    }
    Ok(())
}

/// A thousand words of toys a second: what the window costs, and whether a key is lost.
fn storm(screen: &Screen, storm: Command, place: &Place) -> Outcome {
    let (program, _) = screen.painted(storm)?;
    screen.to_window()?;
    screen.keys(&["key", "2"])?;
    let (used, talked) = (cpu_s(program.id()), talking_s(program.id()));
    std::thread::sleep(STORM);
    let (used, talked) = (cpu_s(program.id()) - used, talking_s(program.id()) - talked);
    let typed = |delay: &str| -> Result<Vec<u8>> {
        screen.keys(&["key", "ctrl+a"])?;
        screen.keys(&["key", "BackSpace"])?;
        screen.keys(&["type", "--delay", delay, TYPED])?;
        std::thread::sleep(STILL);
        // Nothing blinks that has no focus.
        screen.keys(&["key", "Tab"])?;
        std::thread::sleep(STILL);
        let picture = screen.look()?;
        screen.keys(&["key", "shift+Tab"])?;
        Ok(under_the_bar(&picture).to_vec())
    };
    // As fast as hands can, and slowly enough for any program.
    let (fast, slow) = (typed("12")?, typed("150")?);
    end(program)?;
    let more = json!({"events_per_s": 1_000, "seconds": STORM.as_secs(), "children": place.children,
        "keys": TYPED.len(), "note": "without the thread that talks"});
    holds("desk-among-toys-every-key-arrives", fast == slow, more.clone())?;
    let cost = 100.0 * (used - talked).max(0.0) / STORM.as_secs_f64();
    figure("desk-among-toys", cost, "% of a core", Some(10.0), more)
}

/// Seconds of processor time of the thread that plays the toys.
fn talking_s(process: u32) -> f64 {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let talks = |task: &std::fs::DirEntry| {
        std::fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name.trim() == "talking")
    };
    tasks.filter(talks).map(|task| cpu_s_of(&task.path())).sum()
}

//! The bundles before programs that are not ours: PyPI's `fhir.resources` (R4B) and npm's `fhir`.

use super::{bundle, desk, document, full};
use serde_json::{Value, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where `tests/verifiers/prepare` put them.
fn verifiers() -> Option<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|dir| dir.join("tests/verifiers").is_dir())?;
    let dir = top.join("target/verifiers");
    (dir.join("node_modules/fhir").is_dir() && dir.join("venv/bin/python").exists()).then_some(dir)
}

/// What each of them finds wrong: `fhir.resources`, then `fhir`.
fn errors(verifiers: &Path, bundle: &Value) -> [Vec<Value>; 2] {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bundle.to_string().as_bytes()).unwrap();
    let judges = [("venv/bin/python", "judge_fhir.py"), ("node", "judge-fhir.mjs")];
    judges.map(|(program, script)| {
        let program = if program == "node" { PathBuf::from(program) } else { verifiers.join(program) };
        let said = Command::new(program).arg(verifiers.join(script)).arg(file.path()).output().unwrap();
        assert!(said.status.success(), "{script}: {}", String::from_utf8_lossy(&said.stderr));
        let said: Value = serde_json::from_slice(&said.stdout).unwrap();
        assert!(said["resources"].as_u64().unwrap() > 10, "{script}: {said}");
        said["errors"].as_array().unwrap().clone()
    })
}

#[test]
fn others_take_the_bundles_and_refuse_wrong_ones() {
    let Some(verifiers) = verifiers() else {
        let why = "fhir and fhir.resources are not here; tests/verifiers/prepare target/verifiers fetches them";
        // Past the harness: `tests/run` counts these lines.
        let _ = writeln!(std::io::stderr(), "\nSKIPPED others_take_the_bundles_and_refuse_wrong_ones: {why}");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let d = desk(dir.path());
    let good = document(&d, &d.asha, full(&d));
    assert_eq!(errors(&verifiers, &good), [Vec::<Value>::new(), Vec::new()]);
    let (_, all) = bundle(&d.clinic, &d.admin).unwrap();
    assert_eq!(errors(&verifiers, &all), [Vec::<Value>::new(), Vec::new()]);

    let of = |kind: &str| {
        let at = good["entry"].as_array().unwrap().iter().position(|e| e["resource"]["resourceType"] == kind);
        format!("/entry/{}/resource", at.unwrap())
    };
    let (dose, patient) = (of("Immunization"), of("Patient"));
    // Each of them looks at other things: models at their form, the other one at lists of codes too.
    for (at, value, by_models, by_codes) in [
        (format!("{dose}/vaccineCode"), Value::Null, true, true),
        (format!("{dose}/occurrenceDateTime"), json!("the day before"), true, true),
        (format!("{dose}/status"), json!("done"), false, true),
        (format!("{patient}/birthDate"), json!("2026-13-40"), true, false),
        (format!("{patient}/gender"), json!("girl"), false, true),
    ] {
        let mut bad = good.clone();
        match value {
            Value::Null => drop(bad.pointer_mut(&dose).unwrap().as_object_mut().unwrap().remove("vaccineCode")),
            value => *bad.pointer_mut(&at).unwrap() = value,
        }
        let [models, codes] = errors(&verifiers, &bad);
        assert_eq!((!models.is_empty(), !codes.is_empty()), (by_models, by_codes), "{at}: {models:?} {codes:?}");
    }
}

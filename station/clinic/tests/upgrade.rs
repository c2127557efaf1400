//! Files that older programs made open with today's, hold what they held, and go on. `tests/frozen/` keeps one of
//! each form; `expected.json` beside it says what is in it.
#![allow(clippy::unwrap_used)]

mod common;

use clinic::record::command::Command;
use clinic::replica::Logs;
use clinic::store::{DataKey, KdfCost, KeyFile, Keys, LoginError, OpenError, RecoveryKey, Secret};
use clinic::{Clinic, Env, Session};
use common::{Desk, env, form, tables};
use hub_protocol::toy::{Dose, Fact as ToyFact, Record, SignedRecord};
use hub_protocol::{ChildId, Identity, OriginId};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::Duration;

/// Where a killed upgrade works; set in the process that is killed.
const FOLDER: &str = "TIKKA_TEST_UPGRADE";

fn frozen(form: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen").join(form)
}

/// A copy of an old clinic, and what must be in it.
fn thawed(form: &str) -> (tempfile::TempDir, Value) {
    let (dir, from) = (tempfile::tempdir().unwrap(), frozen(form));
    copy(&from, dir.path());
    (dir, serde_json::from_slice(&std::fs::read(from.join("expected.json")).unwrap()).unwrap())
}

fn copy(from: &Path, to: &Path) {
    for name in ["ledger.db", "keys.cbor"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

fn clock(expected: &Value) -> Env {
    let now_ms = expected["now_ms"].as_u64().unwrap() + 1_000;
    let mut env = Env::with_clock(move || now_ms);
    env.kdf = KdfCost { memory_kib: 64, passes: 1 };
    env
}

fn recovery(expected: &Value) -> RecoveryKey {
    RecoveryKey::typed(expected["recovery_key"].as_str().unwrap()).unwrap()
}

fn open(dir: &Path, expected: &Value, login: &str) -> (Clinic, Session) {
    let passwords = expected["passwords"].as_array().unwrap();
    let password = passwords.iter().find(|p| p[0] == login).unwrap()[1].as_str().unwrap();
    Clinic::unlock(dir, login, password, clock(expected)).unwrap()
}

fn data_key(dir: &Path, expected: &Value) -> DataKey {
    Keys::read(dir).unwrap().open(&Secret::Recovery(&recovery(expected)), &env()).unwrap().unwrap()
}

/// The database, past the program.
fn database(dir: &Path, expected: &Value) -> Connection {
    common::database(dir, &data_key(dir, expected))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn children(clinic: &Clinic, admin: &Session) -> Vec<Value> {
    let (lines, _) = clinic.children(admin, "", 0).unwrap();
    let page = |id: ChildId| clinic.child(admin, id).unwrap();
    let child = |line: &clinic::store::ChildLine| {
        let page = page(line.id);
        // A combination has a line for each of its parts.
        let doses: BTreeSet<String> = page
            .doses
            .iter()
            .map(|d| {
                let on = d.on.to_string();
                let line = json!({"product": d.product, "on": on, "batch": d.batch, "reason": d.reason, "by": d.by,
                    "toy": d.toy});
                line.to_string()
            })
            .collect();
        let doses: Vec<Value> = doses.iter().map(|d| serde_json::from_str(d).unwrap()).collect();
        json!({
            "id": line.id.to_string(), "name": line.name, "dob": line.dob.to_string(),
            "dob_estimated": line.dob_estimated, "sex": line.sex.code(), "mother": line.mother,
            "father": line.father, "phone": line.phone, "village": line.village, "landmark": page.landmark,
            "worker": line.worker.as_ref().map(|w| w.1.clone()), "card": page.card.map(|c| c.0), "doses": doses,
        })
    };
    let mut children: Vec<Value> = lines.iter().map(child).collect();
    children.sort_by_key(|child| child["id"].to_string());
    children
}

/// All that `expected.json` lists, as today's program sees it.
fn look(clinic: &Clinic, admin: &Session, expected: &Value) {
    let view = clinic.clinic().unwrap();
    let told = json!({"name": view.name, "schedule": view.schedule, "je_endemic": view.je_endemic,
        "district": view.district.unwrap().name});
    assert_eq!(told, expected["clinic"]);
    assert_eq!(clinic.identity().device_id().full(), expected["station"]);
    let heads: Vec<Value> = clinic
        .heads()
        .unwrap()
        .iter()
        .map(|h| json!({"origin": hex(&h.origin.0), "seq": h.seq, "hash": hex(&h.hash)}))
        .collect();
    assert_eq!(json!(heads), expected["heads"]);
    assert_eq!(clinic.sync().unwrap().at_district, expected["proven"]);
    let users: Vec<Value> = clinic
        .users(admin)
        .unwrap()
        .iter()
        .map(|u| json!({"login": u.login, "name": u.name, "role": u.role.code(), "active": u.active}))
        .collect();
    assert_eq!(json!(users), expected["users"]);
    let mut listed = expected["children"].as_array().unwrap().clone();
    listed.sort_by_key(|child| child["id"].to_string());
    assert_eq!(children(clinic, admin), listed);
}

/// What the lists of `expected.json` are in today's tables.
fn look_beneath(conn: &Connection, expected: &Value) {
    let list = |sql: &str, line: &dyn Fn(&rusqlite::Row<'_>) -> rusqlite::Result<Value>| -> Value {
        let mut statement = conn.prepare(sql).unwrap();
        let lines = statement.query_map([], |r| line(r)).unwrap();
        Value::Array(lines.map(Result::unwrap).collect())
    };
    let child = |r: &rusqlite::Row<'_>, at: usize| -> rusqlite::Result<Option<String>> {
        Ok(r.get::<_, Option<i64>>(at)?.map(|id| ChildId(id.cast_unsigned()).to_string()))
    };
    let text = |r: &rusqlite::Row<'_>, at: usize| r.get::<_, Option<String>>(at);
    let toys = list(
        "SELECT t.label, t.model, t.key, u.name, (SELECT count(*) FROM toy_record WHERE toy = t.id)
         FROM toy t LEFT JOIN user u ON u.id = t.worker ORDER BY t.label",
        &|r| {
            Ok(json!({"label": text(r, 0)?, "model": text(r, 1)?, "key": hex(&r.get::<_, Vec<u8>>(2)?),
                "worker": text(r, 3)?, "records": r.get::<_, i64>(4)?}))
        },
    );
    assert_eq!(toys, expected["toys"]);
    let tasks = list(
        "SELECT t.id, u.name, t.child, date('1970-01-01', t.due || ' days'), t.note, t.done
         FROM task t JOIN user u ON u.id = t.worker ORDER BY t.id",
        &|r| {
            Ok(json!({"id": r.get::<_, i64>(0)?, "worker": text(r, 1)?, "child": child(r, 2)?, "due": text(r, 3)?,
                "note": text(r, 4)?, "done": r.get::<_, Option<bool>>(5)?}))
        },
    );
    assert_eq!(tasks, expected["tasks"]);
    let cards = list("SELECT uid, no, written, child, stopped FROM card ORDER BY no", &|r| {
        Ok(json!({"uid": hex(&r.get::<_, Vec<u8>>(0)?), "no": r.get::<_, i64>(1)?, "written": r.get::<_, bool>(2)?,
            "child": child(r, 3)?, "stopped": r.get::<_, Option<i64>>(4)?.is_some()}))
    });
    assert_eq!(cards, expected["cards"]);
    let conflicts = list("SELECT origin, seq, kind, child FROM conflict ORDER BY origin, seq", &|r| {
        Ok(json!({"origin": OriginId(r.get(0)?).to_string(), "seq": r.get::<_, i64>(1)?, "kind": text(r, 2)?,
            "child": child(r, 3)?}))
    });
    assert_eq!(conflicts, expected["conflicts"]);
}

#[test]
fn a_file_of_the_first_form_opens_and_goes_on() {
    let (dir, expected) = thawed("v1");
    let (clinic, admin) = open(dir.path(), &expected, "admin");
    look(&clinic, &admin, &expected);
    look_beneath(&database(dir.path(), &expected), &expected);
    let report = clinic.verify(&admin).unwrap();
    assert_eq!((report.problems, Some(report.events)), (vec![], expected["events"].as_u64()));
    drop((clinic, admin));

    // Everybody's password and the key file are as they were.
    for pair in expected["passwords"].as_array().unwrap() {
        let login = pair[0].as_str().unwrap();
        assert_eq!(open(dir.path(), &expected, login).1.login, login);
    }
    // The mode of a file is not among what a repository keeps.
    let key = dir.path().join("admin.key");
    std::fs::copy(frozen("v1").join("admin.key"), &key).unwrap();
    std::fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let file = KeyFile::read(&key).unwrap();
    drop(Clinic::unlock_with_file(dir.path(), &file, clock(&expected)).unwrap());
    // What belongs to this machine is kept too.
    let seen: u64 = database(dir.path(), &expected)
        .query_row("SELECT count(*) FROM audit", [], |r| r.get::<_, i64>(0))
        .unwrap() as u64;
    assert!(Some(seen) >= expected["audit_rows"].as_u64(), "{seen} rows of the audit");

    // It goes on where it was: records, toys, certificates.
    let (clinic, admin) = open(dir.path(), &expected, "admin");
    let asha = clinic.login("asha", expected["passwords"][2][1].as_str().unwrap()).unwrap();
    let root = clinic.login("root1", expected["passwords"][0][1].as_str().unwrap()).unwrap();
    let d = Desk { clinic: clinic.clone(), root, admin: admin.clone(), asha: asha.clone() };
    let today = clinic::date::india(clinic.env().now_ms());
    let child = d.register(&asha, form("Child Six", today), None).unwrap();
    d.dose(&asha, child, "BCG", today).unwrap();
    let toy = Identity::from_seed([51; 32]);
    let last = &expected["last_toy_record"];
    let dose = Dose { child, product: "OPV".into(), on: clinic::date::to_day(today), batch: None };
    let record = Record {
        toy: toy.device_id(),
        epoch: last["epoch"].as_u64().unwrap(),
        seq: last["seq"].as_u64().unwrap() + 1,
        worker: asha.user,
        at_ms: clinic.env().now_ms(),
        fact: ToyFact::Dose(dose),
    };
    let taken = clinic.take_toy_records(&toy.public_key(), vec![SignedRecord::sign(&record, &toy)], 0).unwrap();
    assert_eq!(taken.committed, record.seq);
    assert_eq!(clinic.child(&asha, child).unwrap().doses.len(), 2);
    let number = clinic.issue_certificate(&asha, child).unwrap().no.number;
    assert_eq!(Some(number), expected["last_certificate"].as_u64().map(|n| n + 1));
    clinic.submit(&admin, Command::AssignChild { child, worker: None }).unwrap();
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
}

#[test]
fn an_upgraded_file_has_the_form_of_a_new_one() {
    let (dir, expected) = thawed("v1");
    drop(open(dir.path(), &expected, "admin"));
    let new = tempfile::tempdir().unwrap();
    let founding = common::founding();
    drop(clinic::store::found(new.path(), &founding, env()).unwrap());
    let key = Keys::read(new.path()).unwrap().open(&Secret::Recovery(&founding.recovery), &env()).unwrap().unwrap();
    let columns = |conn: &Connection| -> BTreeSet<String> {
        let sql = "SELECT s.type, s.name, c.name, c.type, c.\"notnull\", c.pk FROM sqlite_schema s
                   LEFT JOIN pragma_table_xinfo(s.name) c WHERE s.name NOT LIKE 'sqlite_%'";
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement
            .query_map([], |r| {
                let texts: Vec<rusqlite::types::Value> = (0..6).map(|n| r.get(n)).collect::<Result<_, _>>()?;
                Ok(format!("{texts:?}"))
            })
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    let (upgraded, founded) = (database(dir.path(), &expected), common::database(new.path(), &key));
    let (upgraded_has, founded_has) = (columns(&upgraded), columns(&founded));
    assert_eq!(upgraded_has.symmetric_difference(&founded_has).collect::<Vec<_>>(), Vec::<&String>::new());
    let form = |conn: &Connection| conn.query_row("PRAGMA user_version", [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!(form(&upgraded), form(&founded));
}

/// The form before today's, which no program froze.
#[test]
fn a_file_of_form_13_gets_a_facility_and_keeps_what_this_computer_alone_knows() {
    let (dir, expected) = thawed("v1");
    drop(open(dir.path(), &expected, "admin"));
    let conn = database(dir.path(), &expected);
    let back = "ALTER TABLE clinic DROP COLUMN facility_code; ALTER TABLE clinic DROP COLUMN facility_phone;
        ALTER TABLE clinic DROP COLUMN fully; INSERT INTO stop_listed VALUES (0, x'0102', 3); PRAGMA user_version = 13";
    conn.execute_batch(back).unwrap();
    drop(conn);
    let (clinic, admin) = open(dir.path(), &expected, "admin");
    look(&clinic, &admin, &expected);
    let view = clinic.clinic().unwrap();
    assert_eq!((view.facility_code.as_str(), view.facility_phone.as_str()), ("", ""));
    assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    drop((clinic, admin));
    let conn = database(dir.path(), &expected);
    let kept = conn.query_row("SELECT times FROM stop_listed WHERE entry = x'0102'", [], |r| r.get::<_, u32>(0));
    assert_eq!(kept.unwrap(), 3);
}

#[test]
fn an_upgrade_that_fails_leaves_the_old_file() {
    let (dir, expected) = thawed("v1");
    let conn = database(dir.path(), &expected);
    // Stands where today's form has a table: found after the old read tables are gone.
    conn.execute_batch("ALTER TABLE forecast RENAME TO kept; CREATE VIEW forecast AS SELECT 1").unwrap();
    let before = tables(&conn);
    drop(conn);
    let password = expected["passwords"][1][1].as_str().unwrap();
    let failed = Clinic::unlock(dir.path(), "admin", password, clock(&expected)).map(drop);
    assert!(matches!(failed, Err(LoginError::Open(OpenError::Store(_)))), "{failed:?}");
    let conn = database(dir.path(), &expected);
    assert_eq!(tables(&conn), before);
    conn.execute_batch("DROP VIEW forecast").unwrap();
    drop(conn);
    let (clinic, admin) = open(dir.path(), &expected, "admin");
    look(&clinic, &admin, &expected);
}

#[test]
fn a_newer_or_an_emptied_file_is_refused_and_left_alone() {
    let (dir, expected) = thawed("v1");
    let password = expected["passwords"][1][1].as_str().unwrap();
    let unlock = || Clinic::unlock(dir.path(), "admin", password, clock(&expected)).map(drop);
    database(dir.path(), &expected).pragma_update(None, "user_version", 1_000).unwrap();
    assert!(matches!(unlock(), Err(LoginError::Open(OpenError::Newer(1_000)))));
    database(dir.path(), &expected).pragma_update(None, "user_version", 1).unwrap();
    unlock().unwrap();
    std::fs::write(dir.path().join("ledger.db"), b"").unwrap();
    assert!(matches!(unlock(), Err(LoginError::Open(OpenError::RecordsGone))));
}

/// The power goes at any moment: what is found afterwards opens, and holds everything.
#[test]
fn an_upgrade_that_is_killed_can_be_repeated() {
    if let Some(dir) = std::env::var_os(FOLDER) {
        let expected = thawed("v1").1;
        println!("ready");
        drop(open(Path::new(&dir), &expected, "admin"));
        return;
    }
    for wait_ms in (0..60).step_by(3) {
        let (dir, expected) = thawed("v1");
        let mut upgrading = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "an_upgrade_that_is_killed_can_be_repeated", "--nocapture"])
            .env(FOLDER, dir.path())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        common::wait_for_line(upgrading.stdout.take().unwrap(), "ready");
        std::thread::sleep(Duration::from_millis(wait_ms));
        upgrading.kill().unwrap();
        upgrading.wait().unwrap();
        let (clinic, admin) = open(dir.path(), &expected, "admin");
        look(&clinic, &admin, &expected);
        assert_eq!(clinic.verify(&admin).unwrap().problems, [], "after {wait_ms} ms");
    }
}

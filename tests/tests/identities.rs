//! Who is who after a misfortune, with a real `tikka-district`, real clinics and the real link: an old folder put back
//! by hand, a copied disk, a dead computer, a district from an old copy. Each ends with the same on both sides.
#![allow(clippy::unwrap_used)]

#[allow(dead_code, reason = "other tests do more with a district")]
#[path = "district/server.rs"]
mod server;

use chrono::Days;
use clinic::Clinic;
use clinic::date::{india, to_day};
use clinic::record::command::{ChildForm, Command, Line, NewTask};
use clinic::replica::{Content, content};
use clinic::store::{RecoveryKey, TaskFilter, TaskShow, found};
use hub::uplink::{LinkState, Uplink, UplinkConfig, enrol};
use hub_protocol::replica::Refusal;
use hub_protocol::toy::TaskKind;
use hub_protocol::{DeviceId, PublicKey};
use server::District;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tests::people::{PASSWORD, env, founding};
use tests::program;
use tokio::sync::watch;

const DEADLINE: Duration = Duration::from_secs(90);

struct World {
    dir: tempfile::TempDir,
    district: District,
    recovery: RecoveryKey,
}

impl World {
    /// A district, and a clinic in the folder `clinic` that belongs to it.
    async fn new() -> (Self, Clinic) {
        let dir = tempfile::tempdir().unwrap();
        let district = District::start();
        let recovery = RecoveryKey::generate(&env()).unwrap();
        let founding = founding("PHC Rampur", recovery.clone());
        let clinic = found(&dir.path().join("clinic"), &founding, env()).unwrap();
        enrol(clinic.identity(), &district.link("PHC Rampur"), recovery.public_key()).await.unwrap();
        (Self { dir, district, recovery }, clinic)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn copy(&self, from: &str, to: &str) {
        copy(&self.path(from), &self.path(to));
    }

    fn open(&self, folder: &str) -> Clinic {
        Clinic::unlock(&self.path(folder), "admin", PASSWORD, env()).unwrap().0
    }

    fn online(&self, clinic: &Clinic) -> Uplink {
        online(clinic, &self.district.address, self.district.id)
    }

    /// What a verifier on the computer of a clinic says of a certificate's code.
    fn is_true(&self, folder: &str, code: &str) -> bool {
        let file = self.path("code.txt");
        std::fs::write(&file, code).unwrap();
        let mut verify = Process::new(program("tikka-station"));
        let said = verify.arg("verify-certificate").arg(file).arg("--data").arg(self.path(folder)).output().unwrap();
        match said.status.code() {
            Some(0) => true,
            Some(3) => false,
            other => panic!("{other:?}: {}", String::from_utf8_lossy(&said.stderr)),
        }
    }

    /// Until the district holds what the clinic holds, and has proved it.
    async fn settled(&self, clinic: &Clinic) {
        let key = clinic.identity().public_key();
        until("both hold the same", || {
            let (held, sync) = (content(clinic, &key).unwrap(), clinic.sync().unwrap());
            sync.at_district == sync.events && said(&self.district.stations(), &key) == Some(held)
        })
        .await;
        let admin = clinic.login("admin", PASSWORD).unwrap();
        assert_eq!(clinic.verify(&admin).unwrap().problems, []);
    }
}

/// What the district says that it holds of this key's logs.
fn said(stations: &[serde_json::Value], key: &PublicKey) -> Option<Content> {
    let line = stations.iter().find(|line| line["device"] == key.device_id().full())?;
    let hash = line["hash"].as_str()?;
    let byte = |at: usize| u8::from_str_radix(&hash[2 * at..2 * at + 2], 16).unwrap();
    Some(Content { events: line["events"].as_u64()?, hash: std::array::from_fn(byte) })
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn online(clinic: &Clinic, address: &str, district: DeviceId) -> Uplink {
    let (grew, changed) = watch::channel(0_u64);
    clinic.on_commit(move || grew.send_modify(|n| *n += 1));
    let config =
        UplinkConfig { address: address.to_owned(), district, identity: clinic.identity().clone(), meter: None };
    // Whoever holds the other end may change it; nobody does.
    let line = watch::channel(Line::default()).1;
    Uplink::start(config, Arc::new(clinic.clone()), changed, line)
}

async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !tokio::task::block_in_place(&mut holds) {
        assert!(Instant::now() < end, "it never came to this: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn write(clinic: &Clinic, notes: &[&str]) {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let worker = clinic.users(&admin).unwrap().into_iter().find(|u| u.login == "asha").unwrap().id;
    for note in notes {
        let due = to_day(india(clinic.env().now_ms()));
        let (place, note) = ("the school".to_owned(), (*note).to_owned());
        let new = NewTask { worker, kind: TaskKind::Other, child: None, place, due, note };
        let task = clinic.env().new_task_id().unwrap();
        clinic.submit(&admin, Command::AssignTask { task, new }).unwrap();
    }
}

/// A child with a certificate: the text of its code.
fn certificate(clinic: &Clinic) -> String {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let child = clinic.env().new_child_id().unwrap();
    let name = format!("Child {child}");
    let dob = to_day(india(clinic.env().now_ms()) - Days::new(40));
    let form = ChildForm { name, dob, mother: "Meena".into(), village: "Rampur".into(), ..ChildForm::default() };
    // Whoever looks the same is another child.
    let alike = clinic.probable_duplicates(&admin, &form).unwrap();
    let distinct_from = alike.into_iter().map(|line| line.child.id).collect();
    clinic.submit(&admin, Command::RegisterChild { child, form, worker: None, distinct_from }).unwrap();
    clinic.issue_certificate(&admin, child).unwrap().cards[0].qr_text()
}

fn notes(clinic: &Clinic) -> Vec<String> {
    let admin = clinic.login("admin", PASSWORD).unwrap();
    let filter = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
    let mut notes: Vec<String> =
        clinic.tasks(&admin, &filter, 0).unwrap().0.into_iter().map(|task| task.note).collect();
    notes.sort();
    notes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_folder_put_back_by_hand_heals_by_itself() {
    let (world, clinic) = World::new().await;
    let link = world.online(&clinic);
    write(&clinic, &["before"]);
    world.settled(&clinic).await;
    world.copy("clinic", "copy");
    write(&clinic, &["after 1", "after 2"]);
    world.settled(&clinic).await;
    link.shutdown().await;
    drop(clinic);

    let clinic = world.open("copy");
    write(&clinic, &["only here"]);
    let link = world.online(&clinic);
    until("all is here", || notes(&clinic) == ["after 1", "after 2", "before", "only here"]).await;
    world.settled(&clinic).await;
    write(&clinic, &["and on"]);
    world.settled(&clinic).await;
    assert_eq!(world.district.station("PHC Rampur")["state"], "active");
    link.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_computers_with_one_disk_go_on_beside_each_other() {
    let (world, one) = World::new().await;
    let first = world.online(&one);
    write(&one, &["before"]);
    world.settled(&one).await;
    world.copy("clinic", "second");
    let two = world.open("second");
    write(&two, &["two 1"]);
    let second = world.online(&two);
    write(&one, &["one 1"]);
    until("they write different logs", || one.origin() != two.origin()).await;
    // Neither throws the other out: both stand, and what each writes is proved while they do.
    let is_connected = |link: &Uplink| link.status().borrow().state == LinkState::Connected;
    until("both are connected", || is_connected(&first) && is_connected(&second)).await;
    for n in 2..5 {
        for (clinic, name) in [(&one, "one"), (&two, "two")] {
            write(clinic, &[&format!("{name} {n}")]);
            until("it is proved", || clinic.sync().unwrap().waiting_since_ms.is_none()).await;
        }
        assert!(is_connected(&first) && is_connected(&second));
    }
    first.shutdown().await;
    second.shutdown().await;
    // What the other wrote comes at the next contact.
    for _ in 0..2 {
        for clinic in [&one, &two] {
            let link = world.online(clinic);
            world.settled(clinic).await;
            link.shutdown().await;
        }
    }
    let all = ["before", "one 1", "one 2", "one 3", "one 4", "two 1", "two 2", "two 3", "two 4"];
    assert_eq!((notes(&one), notes(&two)), (all.map(String::from).into(), all.map(String::from).into()));
    let line = world.district.station("PHC Rampur");
    assert_eq!(line["state"], "active");
    assert!(line["two_machines_ms"].as_u64().is_some(), "{line}");
    // A Super Admin of the district looks, and nobody else.
    let readmit = ["station", "readmit", "PHC Rampur"];
    assert_eq!(world.district.command(&readmit).status.code(), Some(2));
    let file = world.path("password");
    tests::private_file(&file, "tall neem tree 42\n");
    let file = file.to_str().unwrap();
    let boss = ["user", "add", "boss", "--district", "--name", "The boss", "--role", "super-admin"];
    for (arguments, password) in [(&boss[..], "--new-password-file"), (&readmit[..], "--password-file")] {
        let login: &[&str] = if arguments == readmit { &["--login", "boss"] } else { &[] };
        let done = world.district.command(&[arguments, login, &[password, file]].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    assert!(world.district.station("PHC Rampur")["two_machines_ms"].is_null());
}

fn takeover(world: &World, link: &str, login: &str, recovery: &str, password: &str) -> (Option<i32>, String) {
    let mut child = Process::new(program("tikka-station"))
        .args(["takeover", "--login", login, "--data"])
        .arg(world.path("new"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who refuses before it reads has heard enough.
    let _ = child.stdin.take().unwrap().write_all(format!("{link}\n{recovery}\n{password}\n").as_bytes());
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    (output.status.code(), words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_computer_takes_over_from_a_dead_one() {
    let (world, clinic) = World::new().await;
    let link = world.online(&clinic);
    write(&clinic, &["one", "two", "three"]);
    let before = certificate(&clinic);
    world.settled(&clinic).await;
    let old = clinic.identity().public_key();
    link.shutdown().await;

    let data = world.district.data();
    let enroll = ["enroll", "--data", data, "PHC Rampur", "--replaces"];
    let unknown = server::run(&[&enroll[..], &["PHC Elsewhere"]].concat());
    assert!(unknown.status.code() == Some(4) && unknown.stdout.is_empty());
    let made = server::run(&[&enroll[..], &["PHC Rampur"]].concat());
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let one_time = String::from_utf8(made.stdout).unwrap().trim().to_owned();

    let wrong = RecoveryKey::generate(&env()).unwrap().printed();
    let (code, words) = tokio::task::block_in_place(|| takeover(&world, &one_time, "admin", &wrong, PASSWORD));
    assert!(code == Some(4) && words.contains("recovery key"), "{code:?} {words}");
    assert_eq!(world.district.station("PHC Rampur")["device"], old.device_id().full());
    let right = world.recovery.printed();
    // Before anything is changed: what cannot be finished is not begun.
    for weak in ["password", "admin", "1234"] {
        let (code, words) = tokio::task::block_in_place(|| takeover(&world, &one_time, "admin", &right, weak));
        assert!(code == Some(4) && words.contains("nothing is changed"), "{code:?} {words}");
        assert_eq!(world.district.station("PHC Rampur")["device"], old.device_id().full());
    }
    // Who works there is known when the records are here: the place is taken then, and it is said how to go on.
    let (code, words) = tokio::task::block_in_place(|| takeover(&world, &one_time, "nobody", &right, PASSWORD));
    assert!(code == Some(1) && words.contains("run the same command again"), "{code:?} {words}");
    assert_eq!(world.district.station("PHC Rampur")["former"][0], old.device_id().full());
    let (code, words) = tokio::task::block_in_place(|| takeover(&world, &one_time, "admin", &right, PASSWORD));
    assert_eq!(code, Some(0), "{words}");

    // The paper that a family has from the computer before is true on this one too, and so is one from here.
    assert!(world.is_true("new", &before));
    let new = world.open("new");
    let since = certificate(&new);
    assert!(world.is_true("new", &since) && world.is_true("new", &before));
    assert!(!world.is_true("clinic", &since), "the computer before knows a key that came after it");
    assert_eq!(notes(&new), ["one", "three", "two"]);
    let link = world.online(&new);
    write(&new, &["since"]);
    world.settled(&new).await;
    let line = world.district.station("PHC Rampur");
    assert_eq!(line["device"], new.identity().device_id().full());
    assert_eq!(line["former"][0], old.device_id().full());
    // The one before is told why, and gets nothing in.
    write(&clinic, &["from the grave"]);
    let dead = world.online(&clinic);
    until("it is refused", || dead.status().borrow().state == LinkState::Refused(Refusal::Replaced)).await;
    world.settled(&new).await;
    assert!(!notes(&new).contains(&"from the grave".to_owned()));
    link.shutdown().await;
    dead.shutdown().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_district_from_an_old_copy_is_filled_by_its_station() {
    let (mut world, clinic) = World::new().await;
    let link = world.online(&clinic);
    write(&clinic, &["one"]);
    world.settled(&clinic).await;
    let data = PathBuf::from(world.district.data());
    world.district.kill();
    copy(&data, &world.path("old"));
    world.district.restart();
    write(&clinic, &["two", "three"]);
    world.settled(&clinic).await;

    let put_back = |world: &mut World| {
        world.district.kill();
        std::fs::remove_dir_all(&data).unwrap();
        copy(&world.path("old"), &data);
        world.district.restart();
    };
    put_back(&mut world);
    world.settled(&clinic).await;
    write(&clinic, &["four"]);
    world.settled(&clinic).await;

    // And one whom it took in after the copy was made.
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let founding = founding("PHC Sitapur", recovery.clone());
    let later = found(&world.path("later"), &founding, env()).unwrap();
    enrol(later.identity(), &world.district.link("PHC Sitapur"), recovery.public_key()).await.unwrap();
    let second = world.online(&later);
    write(&later, &["a", "b"]);
    world.settled(&later).await;
    put_back(&mut world);
    world.settled(&later).await;
    world.settled(&clinic).await;
    assert!(world.district.station("PHC Sitapur")["readmitted_ms"].as_u64().is_some());
    assert!(world.district.station("PHC Rampur")["readmitted_ms"].is_null());
    link.shutdown().await;
    second.shutdown().await;
}

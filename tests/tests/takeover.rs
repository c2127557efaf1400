//! A dead computer's place is taken by a new one, with a toy beside it: a real toy, real hubs, a real district and the
//! real command. What the toy recorded is at both ends once, also what the dead computer alone had taken.
#![allow(clippy::unwrap_used)]

#[path = "toys/process.rs"]
#[allow(dead_code, reason = "other tests do more with a toy")]
mod process;

use chrono::Days;
use clinic::date::{india, to_day};
use clinic::record::Fact;
use clinic::record::command::{ChildForm, Command};
use clinic::record::fact::Sex;
use clinic::replica::Logs;
use clinic::store::{RecoveryKey, found};
use clinic::{Clinic, Session};
use hub::Hub;
use hub::toys::{Fault, Presence, ToySeen};
use hub_protocol::{ChildId, DeviceId};
use process::Toy;
use serde_json::json;
use std::io::Write;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::time::{Duration, Instant};
use tests::district::{self, District};
use tests::people::{PASSWORD, env, founding};
use tests::program;
use tokio::time::{sleep, timeout};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(150);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn toys_hand_over_to_a_new_computer_what_the_dead_one_had_not_sent_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut district = District::start();
    let recovery = RecoveryKey::generate(&env()).unwrap();
    let old = found(&dir.path().join("old"), &founding("PHC Rampur", recovery.clone()), env()).unwrap();
    let login = |name: &str| old.login(name, PASSWORD).unwrap();
    let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
    let hub = Hub::start(old.clone(), None).await.unwrap();
    hub.enrol(&root, &district.link("PHC Rampur").to_string()).await.unwrap();
    let child = register_child(&old, &asha);
    let mut toy = Toy::start("bear");
    adopt(&hub, &admin, &mut toy).await;
    old.submit(&admin, Command::AssignToy { toy: toy.id, worker: Some(asha.user) }).unwrap();
    toy.wait_for("roster", |roster| roster["children"] == 1);

    // One dose reaches the district. The next is stored at the station while the district is away.
    gives(&toy, child, "BCG");
    toy.wait_for("acked", |acked| acked["durable"] == 1);
    district.kill();
    gives(&toy, child, "OPV");
    toy.wait_for("acked", |acked| acked["committed"] == 2);
    assert_eq!(told(&old, toy.id), [1, 2]);
    // The computer dies with it; the worker goes on.
    hub.shutdown().await;
    drop((hub, old));
    gives(&toy, child, "RVV");

    district.restart();
    let made = district::run(&["enroll", "--data", district.data(), "PHC Rampur", "--replaces", "PHC Rampur"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let link = String::from_utf8(made.stdout).unwrap();
    tokio::task::block_in_place(|| take_over(&dir.path().join("new"), link.trim(), &recovery));
    let (new, admin) = Clinic::unlock(&dir.path().join("new"), "admin", PASSWORD, env()).unwrap();
    assert_eq!(told(&new, toy.id), [1], "what had reached the district");

    // The toy obeys the dead computer's key alone, until somebody registers it here.
    let hub = Hub::start(new.clone(), None).await.unwrap();
    let mut seen = hub.toys();
    let lost = |seen: &ToySeen| matches!(seen.state, Presence::Anothers | Presence::Failing(Fault::Forgotten));
    let here = |all: &Vec<ToySeen>| all.iter().any(|seen| seen.short == toy.short && lost(seen));
    drop(timeout(PATIENCE, seen.wait_for(here)).await.expect("it is seen as another's").unwrap());
    assert_eq!(told(&new, toy.id), [1]);
    adopt(&hub, &admin, &mut toy).await;
    toy.wait_for("roster", |roster| roster["children"] == 1);
    toy.wait_for("acked", |acked| acked["durable"] == 3);
    assert_eq!(told(&new, toy.id), [1, 2, 3]);
    assert_eq!(new.toy(&admin, toy.id).unwrap().worker.unwrap().1, "The asha");
    let products: Vec<String> = new.child(&admin, child).unwrap().doses.into_iter().map(|dose| dose.product).collect();
    assert_eq!(products.len(), 3, "each once: {products:?}");
    let until = Instant::now() + PATIENCE;
    while new.sync().unwrap().at_district != new.sync().unwrap().events {
        assert!(Instant::now() < until, "it never came to the district");
        sleep(Duration::from_millis(50)).await;
    }
    hub.shutdown().await;
    // And once at the other end, which holds the same.
    assert_eq!(new.verify(&admin).unwrap().problems, []);
    let content = clinic::replica::content(&new, &new.identity().public_key()).unwrap();
    let hash: String = content.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let line = district.station("PHC Rampur");
    assert_eq!((line["events"].as_u64(), line["hash"].as_str()), (Some(content.events), Some(hash.as_str())));
}

fn register_child(clinic: &Clinic, asha: &Session) -> ChildId {
    let child = clinic.env().new_child_id().unwrap();
    let form = ChildForm {
        name: "Rukmini".into(),
        dob: to_day(india(clinic.env().now_ms()) - Days::new(80)),
        sex: Sex::Female,
        mother: "Meena Devi".into(),
        village: "Belwa".into(),
        ..ChildForm::default()
    };
    let register = Command::RegisterChild { child, form, worker: Some(asha.user), distinct_from: Vec::new() };
    clinic.submit(asha, register).unwrap();
    child
}

/// All that an Admin does to make a toy this computer's.
async fn adopt(hub: &Hub, admin: &Session, toy: &mut Toy) {
    let mut seen = hub.toys();
    let announced = |all: &Vec<ToySeen>| all.iter().any(|seen| seen.short == toy.short);
    drop(timeout(PATIENCE, seen.wait_for(announced)).await.expect("the toy is seen").unwrap());
    toy.tell(&json!({"do": "pair"}));
    toy.event("pair");
    hub.register_toy(admin, &toy.short, toy.id, toy.secret, "Toy 1").await.unwrap();
    toy.tell(&json!({"do": "unpair"}));
}

fn gives(toy: &Toy, child: ChildId, product: &str) {
    let on = india(env().now_ms()).to_string();
    toy.tell(&json!({"do": "dose", "child": child.to_string(), "product": product, "on": on, "batch": "B1"}));
    toy.event("recorded");
}

/// The numbers of the toy's records in the ledger, in their order, as often as they stand there.
fn told(clinic: &Clinic, toy: DeviceId) -> Vec<u64> {
    let mut told = Vec::new();
    for head in clinic.heads().unwrap() {
        let entries = clinic.entries(head.origin, 0, u32::MAX, usize::MAX).unwrap();
        let facts = entries.iter().map(|entry| Fact::of(entry).unwrap());
        told.extend(facts.filter_map(|fact| fact.witness().filter(|w| w.toy == toy).map(|w| w.seq)));
    }
    told.sort_unstable();
    told
}

fn take_over(folder: &Path, link: &str, recovery: &RecoveryKey) {
    let mut takeover = Process::new(program("tikka-station"));
    takeover.args(["takeover", link, "--login", "admin", "--data"]).arg(folder);
    let mut child = takeover.stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    write!(child.stdin.take().unwrap(), "{}\n{PASSWORD}\n", recovery.printed().as_str()).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

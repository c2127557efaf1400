//! Everything that stands before the story begins: district, clinic, people, children, toys.

use super::chance::Chance;
use super::children::{InventedChild, invent};
use super::ground::{Ground, Mark, Person};
use super::parts::{Part, output};
use super::{CHILDREN, DemoError, tell};
use crate::app::AppStart;
use crate::live::Live;
use crate::paper::out::Programs;
use crate::plugged::Plugged;
use chrono::NaiveDate;
use clinic::date::{india, to_day};
use clinic::forecast::Schedule;
use clinic::record::command::{ChildForm, Command, GivenAt, NewTask, NewUser};
use clinic::record::limits::CHILDREN_PER_WORKER;
use clinic::record::refusal::Refusal;
use clinic::record::role::Role;
use clinic::store::{Founding, NewPerson, RecoveryKey, SubmitError, TaskFilter, TaskShow, found, is_founded};
use clinic::{Clinic, Env, Session};
use hub::Hub;
use hub::toys::{Presence, ToySeen};
use hub_protocol::symbols;
use hub_protocol::toy::{SETUP_SECRET_BYTES, TaskKind};
use hub_protocol::{ChildId, Day, DeviceId, UserId};
use serde_json::json;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// The owner's list: more doses to show than the government's.
const SCHEDULE: &str = "seed";
const TOYS: usize = 2;
/// Threads that enter the invented histories; their commits are grouped.
const CLERKS: usize = 8;
/// Looks at who is alike, when other clerks enter more of them meanwhile.
const LOOKS_MAX: usize = 20;
const FIND_TIMEOUT: Duration = Duration::from_secs(30);
const PROOF_TIMEOUT: Duration = Duration::from_secs(120);

const STAFF: [(&str, &str); 7] = [
    ("worker1", "PHC Worker 1"),
    ("worker2", "PHC Worker 2"),
    ("worker3", "PHC Worker 3"),
    ("worker4", "PHC Worker 4"),
    ("worker5", "PHC Worker 5"),
    ("worker6", "PHC Worker 6"),
    ("worker7", "PHC Worker 7"),
];

/// New people with random passwords: a demo has no default password either.
pub fn fresh_mark(seed: u64) -> Result<Mark, DemoError> {
    let env = Env::system();
    let person = |login: &str, name: &str| -> Result<Person, DemoError> {
        let password = symbols::plain(&env.random::<8>().map_err(clinic::store::StoreError::from)?);
        Ok(Person { login: login.to_owned(), name: name.to_owned(), password })
    };
    let run = symbols::plain(&env.random::<8>().map_err(clinic::store::StoreError::from)?);
    Ok(Mark {
        run,
        seed,
        super_admin: person("super", "Super Admin")?,
        admin: person("admin", "Admin")?,
        workers: STAFF.iter().map(|(login, name)| person(login, name)).collect::<Result<_, _>>()?,
        finished: false,
    })
}

pub struct Stage {
    pub ground: Ground,
    pub clinic: Clinic,
    pub hub: Hub,
    pub admin: Session,
    pub worker: Session,
    pub today: NaiveDate,
    pub chance: Chance,
    district: Part,
    toys: Vec<Toy>,
}

struct Toy {
    part: Part,
    id: DeviceId,
    secret: [u8; SETUP_SECRET_BYTES],
    label: String,
}

impl Stage {
    pub async fn set(ground: Ground) -> Result<Self, DemoError> {
        if ground.resumed {
            tell("This demo was left unfinished; it goes on where it was.");
        }
        let (district, address) = start_district(&ground).await?;
        let (clinic, root, admin) = open_clinic(&ground)?;
        let hub = Hub::start(clinic.clone(), Some(ground.mark.run.clone())).await?;
        if clinic.clinic()?.district.is_none() {
            hub.enrol(&root, &one_time_link(&ground, &address).await?).await?;
            tell("The station joined the district by its one-time link; each has pinned the other's key.");
        }
        let workers = staff(&clinic, &admin, &ground)?;
        let today = india(clinic.env().now_ms());
        let mut chance = Chance::new(ground.mark.seed);
        fill(&clinic, &admin, &workers, &mut chance, today)?;
        let first = &ground.mark.workers[0];
        let worker = clinic.login(&first.login, &first.password)?;
        let mut toys = Vec::new();
        for number in 1..=TOYS {
            toys.push(Toy::start(&ground, number).await?);
        }
        Ok(Self { ground, clinic, hub, admin, worker, today, chance, district, toys })
    }

    /// Both toys are found on the network, registered by code and secret, and given to two workers.
    pub async fn give_out_toys(&mut self) -> Result<(), DemoError> {
        for toy in &self.toys {
            let short = toy.id.short();
            see(&self.hub, |seen| seen.iter().any(|t| t.short == short)).await?;
        }
        tell(format!("mDNS found {TOYS} toys on the network."));
        let known = self.clinic.toys(&self.admin)?;
        let users = self.clinic.users(&self.admin)?;
        for (number, toy) in self.toys.iter_mut().enumerate() {
            if !known.iter().any(|line| line.id == toy.id) {
                toy.register(&self.hub, &self.admin).await?;
                tell(format!("The Admin compared the code of {} with its label and registered it.", toy.label));
            }
            let holder = known.iter().find(|line| line.id == toy.id).and_then(|line| line.worker.as_ref());
            let Some(worker) = users.iter().find(|u| u.login == self.ground.mark.workers[number].login) else {
                continue;
            };
            if holder.is_none() {
                let assign = Command::AssignToy { toy: toy.id, worker: Some(worker.id) };
                self.clinic.submit(&self.admin, assign)?;
                tell(format!("{} is with {} now.", toy.label, worker.name));
            }
            let id = toy.id;
            see(&self.hub, |seen| seen.iter().any(|t| t.id == Some(id) && t.state == Presence::Online)).await?;
        }
        self.assign_a_task()?;
        Ok(())
    }

    /// One toy leaves the network, records a dose there, and hands it over when it is back.
    pub async fn toy_records_a_dose(&mut self) -> Result<(), DemoError> {
        let toy = &mut self.toys[0];
        let today = to_day(self.today);
        let wanted = self.clinic.roster(toy.id)?;
        let child = wanted
            .children
            .iter()
            .find_map(|child| {
                let due = child
                    .due
                    .iter()
                    .find(|d| d.due <= today && d.earliest <= today && d.last_day.is_none_or(|last| today <= last))?;
                Some((child.id, child.name.clone(), due.clone()))
            })
            .ok_or(DemoError::NobodyDue)?;
        let (id, name, due) = child;
        toy.part.wait(|line| line["event"] == "roster" && line["revision"] == json!(wanted.revision)).await?;
        tell(format!("{} carries the roster: {} children and their due doses.", toy.label, wanted.children.len()));
        toy.part.say(&json!({"do": "offline"})).await?;
        let dose = json!({
            "do": "dose", "child": id.to_string(), "product": due.product,
            "on": self.today.to_string(), "batch": "TOY001",
        });
        toy.part.say(&dose).await?;
        let recorded = toy.part.wait(|line| line["event"] == "recorded" || line["event"] == "refused").await?;
        if recorded["event"] == "refused" {
            return Err(DemoError::NobodyDue);
        }
        tell(format!("Far from the clinic, {} recorded {} for {name}.", toy.label, due.item));
        toy.part.say(&json!({"do": "online"})).await?;
        let seq = recorded["seq"].as_u64().unwrap_or_default();
        toy.part.wait(|line| line["event"] == "acked" && line["committed"].as_u64() >= Some(seq)).await?;
        tell("Back on the network, it handed the dose over; the hub acknowledged it after the commit.");
        toy.part.wait(|line| line["event"] == "acked" && line["durable"].as_u64() >= Some(seq)).await?;
        tell("The district holds the dose durably, so the toy may forget it.");
        Ok(())
    }

    /// Waits until the district has proven to hold everything that was written here.
    pub async fn all_proven(&self) -> Result<u64, DemoError> {
        let mut changed = self.hub.changed();
        let proven = async {
            loop {
                changed.borrow_and_update();
                let sync = self.clinic.sync()?;
                if sync.at_district == sync.events {
                    return Ok(sync.events);
                }
                changed.changed().await.map_err(|_| DemoError::NotProven)?;
            }
        };
        timeout(PROOF_TIMEOUT, proven).await.map_err(|_| DemoError::NotProven)?
    }

    /// The desktop over the demo's clinic, with a worker logged in.
    pub fn app_start(&self) -> AppStart {
        let live = Live::from(self.hub.clone());
        AppStart {
            dir: self.ground.station(),
            lang: None,
            env: self.clinic.env().clone(),
            start_hub: Arc::new(move |_| Box::pin(std::future::ready(Ok(live.clone())))),
            unlocked: Some((self.clinic.clone(), self.worker.clone())),
            programs: Programs::of_system(),
            plugged: Plugged::of_system(),
        }
    }

    pub fn tell_logins(&self) {
        let mark = &self.ground.mark;
        tell("Logins of this demo (random, only here):");
        for person in [&mark.super_admin, &mark.admin].into_iter().chain(&mark.workers) {
            tell(format!("  {} ({}): {}", person.login, person.name, person.password));
        }
    }

    /// Everything ends in order: toys say good-bye, the hub closes, the district stops.
    pub async fn clear(self) {
        for toy in self.toys {
            toy.part.stop().await;
        }
        self.hub.shutdown().await;
        self.district.stop().await;
    }

    fn assign_a_task(&self) -> Result<(), DemoError> {
        let tasks = TaskFilter { show: TaskShow::All, ..TaskFilter::default() };
        if self.clinic.tasks(&self.admin, &tasks, 0)?.1 > 0 {
            return Ok(());
        }
        let view = self.clinic.today_view(&self.worker)?;
        let Some(late) = view.list.rows.iter().find(|child| child.late && child.consent_tracing) else { return Ok(()) };
        let task = self.clinic.env().new_task_id().map_err(clinic::store::StoreError::from)?;
        let command = Command::AssignTask {
            task,
            new: NewTask {
                worker: self.worker.user,
                kind: TaskKind::Trace,
                child: Some(late.child.id),
                place: String::new(),
                due: Day(to_day(self.today).0 + 3),
                note: "Ask the family to come on the next session day".to_owned(),
            },
        };
        self.clinic.submit(&self.admin, command)?;
        tell(format!("The Admin asked {} to find a child who is {} days late.", self.worker.name, late.days_late));
        Ok(())
    }
}

impl Toy {
    async fn start(ground: &Ground, number: usize) -> Result<Self, DemoError> {
        let dir = ground.toy(number);
        let mut args = ["run", "--attached", "--demo", &ground.mark.run, "--data"].map(OsStr::new).to_vec();
        args.push(dir.as_os_str());
        let (part, label) = Part::ready("tikka-toy", &args, "label", ground.resumed).await?;
        let text = |field: &str| label[field].as_str().unwrap_or_default().to_owned();
        let silent = DemoError::Silent { name: "tikka-toy" };
        let id = DeviceId::from_full(&text("id")).map_err(|_| DemoError::Silent { name: "tikka-toy" })?;
        let secret = symbols::read_bytes(&text("secret"), SETUP_SECRET_BYTES).ok().and_then(|s| s.try_into().ok());
        Ok(Self { part, id, secret: secret.ok_or(silent)?, label: format!("Toy {number}") })
    }

    async fn register(&mut self, hub: &Hub, admin: &Session) -> Result<(), DemoError> {
        self.part.say(&json!({"do": "pair"})).await?;
        let short = self.id.short();
        let found = hub.look(&short).await?;
        // What a person does with her eyes: the code the toy proves against the code on its label.
        if found.id != self.id {
            return Err(DemoError::CodeDiffers);
        }
        hub.register_toy(admin, &short, found.id, self.secret, &self.label).await?;
        self.part.say(&json!({"do": "unpair"})).await?;
        Ok(())
    }
}

async fn start_district(ground: &Ground) -> Result<(Part, String), DemoError> {
    let dir = ground.district();
    // A station that joined keeps its district's address: the same port again.
    let port_file = ground.dir.join("district.address");
    let listen = std::fs::read_to_string(&port_file).unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let serve = ["serve", "--attached", "--name", "Demo District", "--listen", &listen, "--data"];
    let mut args = serve.map(OsStr::new).to_vec();
    args.push(dir.as_os_str());
    let (district, listening) = Part::ready("tikka-district", &args, "listening", ground.resumed).await?;
    let address = listening["address"].as_str().unwrap_or_default().to_owned();
    std::fs::write(&port_file, &address)?;
    tell(format!("A district server listens on this machine, at {address}."));
    Ok((district, address))
}

async fn one_time_link(ground: &Ground, address: &str) -> Result<String, DemoError> {
    let dir = ground.district();
    let mut args = ["enroll", "--address", address, "PHC Demo", "--data"].map(OsStr::new).to_vec();
    args.push(dir.as_os_str());
    Ok(output("tikka-district", args).await?.trim().to_owned())
}

fn open_clinic(ground: &Ground) -> Result<(Clinic, Session, Session), DemoError> {
    let (root, admin, worker) = (&ground.mark.super_admin, &ground.mark.admin, &ground.mark.workers[0]);
    let dir = ground.station();
    let env = Env::system();
    if !is_founded(&dir) {
        let new = |person: &Person| NewPerson {
            login: person.login.clone(),
            name: person.name.clone(),
            password: person.password.clone().into(),
        };
        let founding = Founding {
            clinic: "PHC Demo".to_owned(),
            schedule: SCHEDULE.to_owned(),
            je_endemic: false,
            super_admin: new(root),
            admin: new(admin),
            worker: new(worker),
            recovery: RecoveryKey::generate(&env).map_err(clinic::store::StoreError::from)?,
            demo: true,
        };
        drop(found(&dir, &founding, env.clone())?);
        tell("The clinic was founded: Super Admin, Admin, PHC Worker, recovery key.");
    }
    let (clinic, root) = Clinic::unlock(&dir, &root.login, &root.password, env)?;
    let admin = clinic.login(&admin.login, &admin.password)?;
    if !ground.key_file().exists() {
        clinic.make_key_file(&admin, &ground.key_file())?;
    }
    Ok((clinic, root, admin))
}

fn staff(clinic: &Clinic, admin: &Session, ground: &Ground) -> Result<Vec<UserId>, DemoError> {
    let known: HashMap<String, UserId> = clinic.users(admin)?.into_iter().map(|user| (user.login, user.id)).collect();
    let mut workers = Vec::new();
    for person in &ground.mark.workers {
        workers.push(match known.get(&person.login) {
            Some(user) => *user,
            None => {
                let new = NewUser { login: person.login.clone(), name: person.name.clone(), role: Role::PhcWorker };
                clinic.register_user(admin, &new, &person.password)?
            }
        });
    }
    Ok(workers)
}

/// Enters the invented children and their histories through the commands that everybody uses.
fn fill(
    clinic: &Clinic,
    admin: &Session,
    workers: &[UserId],
    chance: &mut Chance,
    today: NaiveDate,
) -> Result<(), DemoError> {
    let schedule = Schedule::builtin(SCHEDULE).ok_or(clinic::store::StoreError::UnknownSchedule)?;
    let children: Vec<InventedChild> = (0..CHILDREN).map(|_| invent(chance, schedule, today)).collect();
    let sessions: HashMap<UserId, Session> = clinic
        .users(admin)?
        .into_iter()
        .map(|u| (u.id, Session { user: u.id, login: u.login, name: u.name, role: u.role, since: u.since }))
        .collect();
    // Room is left at each worker for children who are registered during the demo.
    let per_worker = CHILDREN.div_ceil(workers.len()).min(CHILDREN_PER_WORKER as usize);
    let share = children.len().div_ceil(CLERKS);
    let entered = std::thread::scope(|scope| {
        let clerks: Vec<_> = children
            .chunks(share)
            .enumerate()
            .map(|(clerk, part)| {
                let sessions = &sessions;
                scope.spawn(move || {
                    part.iter().enumerate().try_for_each(|(n, child)| {
                        let worker = workers[(clerk * share + n) / per_worker];
                        enter(clinic, admin, &sessions[&worker], child)
                    })
                })
            })
            .collect();
        clerks.into_iter().try_for_each(|clerk| clerk.join().unwrap_or(Err(clinic::store::StoreError::Closed.into())))
    });
    entered?;
    let doses: usize = children.iter().map(|child| child.doses.len()).sum();
    tell(format!("{} invented children with {doses} doses are in the records.", children.len()));
    Ok(())
}

/// What is there from an interrupted run is not entered again: the rules refuse it.
fn enter(clinic: &Clinic, admin: &Session, worker: &Session, child: &InventedChild) -> Result<(), SubmitError> {
    register(clinic, admin, child.id, &child.form, Some(worker.user))?;
    for (product, on, batch) in &child.doses {
        let dose = Command::RecordDose {
            child: child.id,
            product: product.clone(),
            on: *on,
            batch: Some(batch.clone()),
            reason: None,
            at: GivenAt::Here(None),
        };
        match clinic.submit(worker, dose) {
            // The plan was made visit by visit; what the schedule would warn of is left out.
            Err(SubmitError::Refused(Refusal::DoseKnown | Refusal::NeedsReason(_))) => {}
            other => drop(other?),
        }
    }
    Ok(())
}

/// Invented children have few names and the same days: who looks like one that is there is another child.
pub fn register(
    clinic: &Clinic,
    by: &Session,
    child: ChildId,
    form: &ChildForm,
    worker: Option<UserId>,
) -> Result<(), SubmitError> {
    let mut distinct_from: Vec<ChildId> = Vec::new();
    for _ in 0..LOOKS_MAX {
        let command = Command::RegisterChild { child, form: form.clone(), worker, distinct_from };
        match clinic.submit(by, command) {
            // Another clerk may enter one more before the next try.
            Err(SubmitError::Refused(Refusal::Duplicates)) => {
                distinct_from = clinic.probable_duplicates(by, form)?.into_iter().map(|alike| alike.child.id).collect();
            }
            // From an interrupted run.
            Err(SubmitError::Refused(Refusal::ChildTaken)) => return Ok(()),
            other => return other.map(drop),
        }
    }
    Err(Refusal::Duplicates.into())
}

/// Waits until what the hub sees of the toys fits.
async fn see(hub: &Hub, fits: impl Fn(&[ToySeen]) -> bool) -> Result<(), DemoError> {
    let mut toys = hub.toys();
    let seen = timeout(FIND_TIMEOUT, toys.wait_for(|seen| fits(seen))).await;
    seen.ok().and_then(Result::ok).map(|_| ()).ok_or(DemoError::ToysNotFound)
}

//! A clinic with its hub, for toys that are to meet real records.

use ::clinic::record::command::Command;
use ::clinic::store::{Founding, KdfCost, NewPerson, RecoveryKey, found};
use ::clinic::{Clinic, Env, Session};
use hub::Hub;
use hub_protocol::DeviceId;
use hub_protocol::toy::OrderKind;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Longer than a stranger must be here before it is told.
const PATIENCE: Duration = Duration::from_secs(150);
const POLL: Duration = Duration::from_millis(50);

pub struct RealClinic {
    pub clinic: Clinic,
    pub hub: Hub,
    pub admin: Session,
    pub worker: Session,
    _dir: TempDir,
}

fn password(login: &str) -> String {
    format!("horse staple {}", login.len())
}

impl RealClinic {
    pub async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut env = Env::system();
        env.kdf = KdfCost { memory_kib: 64, passes: 1 };
        let person = |login: &str| NewPerson {
            login: login.into(),
            name: format!("The {login}"),
            password: password(login).into(),
        };
        let founding = Founding {
            clinic: "PHC Test".into(),
            schedule: "uip".into(),
            je_endemic: false,
            super_admin: person("root1"),
            admin: person("admin"),
            worker: person("asha"),
            recovery: RecoveryKey::generate(&env).unwrap(),
            demo: false,
        };
        let clinic = found(dir.path(), &founding, env).unwrap();
        let login = |name: &str| clinic.login(name, &password(name)).unwrap();
        let (admin, worker) = (login("admin"), login("asha"));
        let hub = Hub::start(clinic.clone(), None).await.unwrap();
        Self { clinic, hub, admin, worker, _dir: dir }
    }

    pub fn order(&self, toy: DeviceId, what: OrderKind) {
        self.clinic.submit(&self.admin, Command::OrderToy { toy, what, note: String::new() }).unwrap();
    }

    /// Waits until the records are as wanted: the hub writes them in its own time.
    pub async fn comes<T>(&self, what: &str, look: impl Fn(&Clinic) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = look(&self.clinic) {
                return found;
            }
            assert!(Instant::now() < deadline, "never in the records: {what}");
            sleep(POLL).await;
        }
    }
}

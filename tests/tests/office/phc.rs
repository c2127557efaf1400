//! A real clinic with its real uplink to a district of the test's own.

use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{ChildForm, Command, GivenAt, Line};
use clinic::record::fact::Sex;
use clinic::record::refusal::Refusal;
use clinic::store::{RecoveryKey, SubmitError, UserLine, found};
use clinic::{Clinic, Session};
use hub::uplink::{Uplink, UplinkConfig, enrol};
use hub_protocol::replica::EnrolLink;
use hub_protocol::{ChildId, UserId};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::people::{PASSWORD, env, founding};
use tokio::sync::watch;

const DEADLINE: Duration = Duration::from_secs(90);

pub struct Phc {
    // Must live as long as the clinic.
    _dir: TempDir,
    pub clinic: Clinic,
    pub root: Session,
    pub admin: Session,
    pub asha: Session,
    district: Option<UplinkConfig>,
    uplink: Option<Uplink>,
}

pub fn today() -> NaiveDate {
    clinic::date::india(env().now_ms())
}

impl Phc {
    pub fn found(name: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let founding = founding(name, RecoveryKey::generate(&env()).unwrap());
        let clinic = found(dir.path(), &founding, env()).unwrap();
        let login = |name: &str| clinic.login(name, PASSWORD).unwrap();
        let (root, admin, asha) = (login("root1"), login("admin"), login("asha"));
        Self { _dir: dir, clinic, root, admin, asha, district: None, uplink: None }
    }

    /// Joins the district behind this link, and stays connected.
    pub async fn join(&mut self, link: &EnrolLink) {
        let recovery = self.clinic.clinic().unwrap().recovery;
        let enrolled = enrol(self.clinic.identity(), link, recovery).await.unwrap();
        let join = Command::JoinDistrict {
            district: link.district,
            address: link.address.clone(),
            district_name: enrolled.district,
            station_name: enrolled.station,
        };
        self.clinic.submit(&self.root, join).unwrap();
        let identity = self.clinic.identity().clone();
        self.district =
            Some(UplinkConfig { address: link.address.clone(), district: link.district, identity, meter: None });
        self.connect();
    }

    pub fn connect(&mut self) {
        let (tick, grew) = watch::channel(0_u64);
        self.clinic.on_commit(move || tick.send_modify(|n| *n += 1));
        let config = self.district.clone().unwrap();
        let logs = Arc::new(self.clinic.clone());
        self.uplink = Some(Uplink::start(config, logs, grew, watch::channel(Line::default()).1));
    }

    pub async fn disconnect(&mut self) {
        self.uplink.take().unwrap().shutdown().await;
    }

    /// Everything that was written here is proven to be at the district.
    pub fn all_sent(&self) -> bool {
        let sync = self.clinic.sync().unwrap();
        sync.at_district == sync.events
    }

    pub fn user(&self, login: &str) -> Option<UserLine> {
        self.clinic.users(&self.root).unwrap().into_iter().find(|user| user.login == login)
    }

    pub fn register(&self, name: &str, mother: &str, worker: Option<UserId>) -> ChildId {
        let child = self.clinic.env().new_child_id().unwrap();
        let form = ChildForm {
            name: name.into(),
            dob: to_day(today() - Days::new(80)),
            sex: Sex::Female,
            mother: mother.into(),
            village: "Belwa".into(),
            ..ChildForm::default()
        };
        let command = Command::RegisterChild { child, form, worker, distinct_from: Vec::new() };
        self.clinic.submit(&self.admin, command).unwrap();
        child
    }

    pub fn dose(&self, child: ChildId, product: &str, on: NaiveDate) -> Result<(), SubmitError> {
        let (batch, at, reason) = (Some("B 1".into()), GivenAt::Here(None), Some("told so".into()));
        let dose = Command::RecordDose { child, product: product.into(), on: to_day(on), batch, reason, at };
        self.clinic.submit(&self.asha, dose).map(drop)
    }

    pub fn refuses(&self, command: Command, by: &Session) -> Refusal {
        match self.clinic.submit(by, command) {
            Err(SubmitError::Refused(refusal)) => refusal,
            other => panic!("not refused: {other:?}"),
        }
    }

    pub fn verify(&self) {
        assert_eq!(self.clinic.verify(&self.root).unwrap().problems, []);
    }
}

/// What another process or another computer does is seen when it is there.
pub async fn until(what: &str, mut there: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !there() {
        assert!(Instant::now() < end, "it never came: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

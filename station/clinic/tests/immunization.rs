//! The immunization of one child, every rule at its edge: doses and how they are put right, what stands against
//! them, growth, adverse events, certificates.
#![allow(clippy::unwrap_used)]

mod common;

#[path = "immunization/care.rs"]
mod care;
#[path = "immunization/declines.rs"]
mod declines;
#[path = "immunization/doses.rs"]
mod doses;
#[path = "immunization/page.rs"]
mod page;
#[path = "immunization/papers.rs"]
mod papers;
#[path = "immunization/toys.rs"]
mod toys;

use chrono::{Days, NaiveDate};
use clinic::date::to_day;
use clinic::record::command::{Command, DoseKey, GivenAt};
use clinic::record::fact::{BatchReceived, DoseTold};
use clinic::store::{ChildPage, DoseLine, Receipt, SubmitError};
use common::{Desk, desk, form, refusal, today};
use hub_protocol::ChildId;

fn ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn key(child: ChildId, product: &str, on: NaiveDate) -> DoseKey {
    DoseKey { child, product: product.into(), on: to_day(on) }
}

fn told(product: &str, on: NaiveDate, batch: Option<&str>) -> DoseTold {
    DoseTold { product: product.into(), on: to_day(on), batch: batch.map(str::to_owned) }
}

type Outcome = Result<Receipt, SubmitError>;

/// What a PHC Worker does here.
trait Worker {
    fn child_of(&self, days_old: u64) -> ChildId;
    fn give(&self, child: ChildId, product: &str, on: NaiveDate) -> Outcome;
    fn give_with(&self, child: ChildId, told: DoseTold, reason: Option<&str>, at: GivenAt) -> Outcome;
    fn correct(&self, dose: DoseKey, to: DoseTold, anyway: bool) -> Outcome;
    fn withdraw(&self, dose: DoseKey) -> Outcome;
    fn page(&self, child: ChildId) -> ChildPage;
    fn receive(&self, product: &str, batch: &str, expires_on: NaiveDate);
    fn sound(&self);
}

impl Worker for Desk {
    fn child_of(&self, days_old: u64) -> ChildId {
        self.register(&self.asha, form("Gudiya", ago(days_old)), None).unwrap()
    }

    fn give(&self, child: ChildId, product: &str, on: NaiveDate) -> Outcome {
        self.give_with(child, told(product, on, None), None, GivenAt::Here(None))
    }

    fn give_with(&self, child: ChildId, told: DoseTold, reason: Option<&str>, at: GivenAt) -> Outcome {
        let (DoseTold { product, on, batch }, reason) = (told, reason.map(str::to_owned));
        self.clinic.submit(&self.asha, Command::RecordDose { child, product, on, batch, reason, at })
    }

    fn correct(&self, dose: DoseKey, to: DoseTold, anyway: bool) -> Outcome {
        let reason = "read again from the card".to_owned();
        self.clinic.submit(&self.asha, Command::CorrectDose { dose, to, reason, anyway })
    }

    fn withdraw(&self, dose: DoseKey) -> Outcome {
        self.clinic.submit(&self.asha, Command::WithdrawDose { dose, reason: "another child's".into() })
    }

    fn page(&self, child: ChildId) -> ChildPage {
        self.clinic.child(&self.asha, child).unwrap()
    }

    fn receive(&self, product: &str, batch: &str, expires_on: NaiveDate) {
        let received = BatchReceived {
            product: product.into(),
            batch: batch.into(),
            manufacturer: "Serum Example".into(),
            expires_on: to_day(expires_on),
            doses_per_vial: 10,
            vials: 5,
            on: to_day(ago(300).min(expires_on)),
        };
        self.clinic.submit(&self.admin, Command::ReceiveBatch(received)).unwrap();
    }

    /// The read tables are what the ledger says.
    fn sound(&self) {
        assert_eq!(self.clinic.verify(&self.admin).unwrap().problems, []);
    }
}

fn dose<'a>(page: &'a ChildPage, product: &str) -> &'a DoseLine {
    page.doses.iter().find(|line| line.product == product).unwrap()
}

fn days_of(page: &ChildPage, product: &str) -> Vec<NaiveDate> {
    let mut days: Vec<NaiveDate> = page.doses.iter().filter(|l| l.product == product).map(|l| l.on).collect();
    days.dedup();
    days
}

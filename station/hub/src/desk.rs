//! The clinic's records as the toys' side needs them.

use crate::toys::{DeskError, RegisteredToy, Taken, ToyDesk};
use clinic::Clinic;
use clinic::record::refusal::Refusal as Refused;
use clinic::store::{StoreError, SubmitError};
use hub_protocol::toy::{Order, Refusal, Roster, Settings, SignedObeyed, SignedRecord};
use hub_protocol::{DeviceId, PublicKey};

pub struct Desk(pub Clinic);

impl ToyDesk for Desk {
    fn registered(&self, short: &str) -> Result<Option<RegisteredToy>, DeskError> {
        let key = self.0.toy_by_short(short).map_err(unread)?;
        Ok(key.map(|key| RegisteredToy { id: key.device_id(), key }))
    }

    fn stamp(&self, toy: DeviceId) -> u64 {
        self.0.toy_stamp(toy)
    }

    fn registrations(&self) -> u64 {
        self.0.toy_registrations()
    }

    fn roster(&self, toy: DeviceId) -> Result<Roster, DeskError> {
        self.0.roster(toy).map_err(unread)
    }

    fn take(&self, toy: &PublicKey, records: Vec<SignedRecord>, offset_ms: i64) -> Result<Taken, Refusal> {
        let taken = self.0.take_toy_records(toy, records, offset_ms).map_err(refusal)?;
        let durable = self.0.toy_durable(toy.device_id(), taken.epoch).unwrap_or_else(|error| {
            tracing::error!(%error, "what the district holds cannot be looked up");
            // Not known is not durable: the toy keeps its records.
            0
        });
        let clinic::store::Taken { epoch, committed, repeated, wait_s } = taken;
        Ok(Taken { epoch, committed, durable, repeated, wait_s })
    }

    fn order(&self, toy: DeviceId) -> Result<Option<Order>, DeskError> {
        self.0.toy_order(toy).map_err(unread)
    }

    fn settings(&self) -> Result<Settings, DeskError> {
        self.0.toy_settings().map_err(unread)
    }

    fn obeyed(&self, toy: &PublicKey, obeyed: SignedObeyed) -> Result<(), Refusal> {
        self.0.toy_obeyed(toy, obeyed).map_err(refusal)
    }

    fn durable(&self, toy: DeviceId, epoch: u64) -> Result<u64, DeskError> {
        self.0.toy_durable(toy, epoch).map_err(unread)
    }
}

fn unread(error: StoreError) -> DeskError {
    DeskError::Storage(Box::new(error))
}

fn refusal(error: SubmitError) -> Refusal {
    match error {
        SubmitError::Refused(Refused::Toy(refusal)) => refusal,
        error => {
            tracing::error!(%error, "what a toy sends cannot be stored");
            Refusal::Storage
        }
    }
}

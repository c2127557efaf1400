//! The mirrors of all stations, in files of their own that can be made again.

use super::error::OfficeError;
use crate::archive::{Archive, Station};
use crate::station_logs::StationLogs;
use clinic::store::{DataKey, Mirror, Stop};
use hmac::{Hmac, KeyInit, Mac};
use hub_protocol::PublicKey;
use sha2::Sha256;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;

pub struct Mirrors<A> {
    archive: Arc<A>,
    dir: PathBuf,
    /// The district's own, for the logs that it writes.
    pub(super) district: PublicKey,
    secret: [u8; 32],
    stop: Stop,
}

impl<A: Archive> Mirrors<A> {
    /// In the data directory of the district. Once it is asked to stop no mirror is opened any more, and one that is
    /// being brought up to date ends where it is.
    pub fn new(archive: Arc<A>, data: &std::path::Path, stop: Stop) -> Result<Self, OfficeError> {
        let identity = archive.identity()?;
        let dir = data.join("mirrors");
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        Ok(Self { archive, dir, district: identity.public_key(), secret: identity.seed(), stop })
    }

    /// What the archive has of a station, as the replication sees it.
    pub fn logs(&self, station: &Station) -> StationLogs<A> {
        StationLogs::new(self.archive.clone(), station)
    }

    /// The mirror of a station, brought up to what the archive holds.
    pub fn of(&self, station: &Station) -> Result<Mirror, OfficeError> {
        let device = station.key.device_id();
        // The file's name is the device's: no person and no place.
        let mut mirror = Mirror::open(&self.dir.join(format!("{}.db", device.short())), &self.key(station))?;
        let _events = mirror.advance(&self.logs(station), &self.district, &self.stop)?;
        Ok(mirror)
    }

    /// Whoever has the district's key can make the mirrors again, and read them.
    fn key(&self, station: &Station) -> DataKey {
        // HMAC takes a key of any length; the default stands in for an error that cannot come.
        let mac = Hmac::<Sha256>::new_from_slice(&self.secret);
        let mut mac = mac.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        mac.update(b"tikka mirror of a station 1");
        mac.update(&station.key.0);
        DataKey::new(mac.finalize().into_bytes().into())
    }
}

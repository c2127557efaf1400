//! The keys with which this clinic has signed certificates: this computer's, and those of the computers that it took
//! over. They stand with the certificates in the clinic's own logs, and in a file for whoever verifies here.

use super::StoreError;
use super::keys::write_durably;
use super::logs::own_logs;
use super::sql::all;
use crate::health_card::{IssuerKey, KeySet, key_set};
use crate::record::fact::CertificateIssued;
use hub_protocol::Identity;
use hub_protocol::frame::from_cbor;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::path::Path;

/// The clinic's public keys for certificates, in its folder: what a verifier on this computer trusts.
pub const KEY_SET_FILE: &str = "jwks.json";

/// The file as it is, when it can be read.
pub fn kept(dir: &Path) -> Option<(String, KeySet)> {
    let text = std::fs::read_to_string(dir.join(KEY_SET_FILE)).ok()?;
    let keys = KeySet::read(text.as_bytes()).ok()?;
    Some((text, keys))
}

/// Writes the file anew and gives what stands in it. Looks at each certificate that was ever issued.
pub fn keep(conn: &Connection, identity: &Identity, dir: &Path) -> Result<String, StoreError> {
    let own = IssuerKey::of(&identity.seed()).public();
    let mut former = BTreeSet::new();
    // Certificates come with a child that moved in, too: another station's word is not ours.
    for log in own_logs(conn, &identity.public_key())? {
        let sql = "SELECT body FROM event WHERE origin = ?1 AND kind = 70";
        for body in all(conn, sql, [log.no], |r| r.get::<_, Vec<u8>>(0))? {
            former.extend(from_cbor::<CertificateIssued>(&body).ok().and_then(|issued| issued.key));
        }
    }
    former.remove(&own);
    let text = key_set(std::iter::once(&own).chain(&former));
    // A certificate is true without it: a verifier can be given the keys otherwise.
    if let Err(error) = write_durably(&dir.join(KEY_SET_FILE), text.as_bytes()) {
        tracing::warn!(%error, "the key set for verifiers is not written");
    }
    Ok(text)
}

//! The keys with which this clinic has signed certificates: this computer's, and those of the computers that it took
//! over. They stand with the certificates in the clinic's own logs, and in a file for whoever verifies here.

use super::StoreError;
use super::keys::write_durably;
use super::sql::all;
use crate::health_card::{IssuerKey, key_set};
use crate::record::fact::CertificateIssued;
use hub_protocol::Identity;
use hub_protocol::frame::from_cbor;
use rusqlite::Connection;
use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::Path;

/// The clinic's public keys for certificates, in its folder: what a verifier on this computer trusts.
pub const KEY_SET_FILE: &str = "jwks.json";

/// What the records give. The file is never asked: whoever can write the folder could add a key of their own.
fn of_records(conn: &Connection, identity: &Identity) -> Result<String, StoreError> {
    let own = IssuerKey::of(&identity.seed()).public();
    // Certificates come with a child that moved in, too: another station's word is not ours. In our own logs there is no
    // other key than ours.
    // A clinic whose computer took no other's place looks at no event: the order of the tables is meant.
    let sql = "SELECT e.body FROM former f CROSS JOIN origin o ON o.node = f.key CROSS JOIN event e ON e.origin = o.no
               WHERE e.kind = 70";
    let mut former = BTreeSet::new();
    for body in all(conn, sql, [], |r| r.get::<_, Vec<u8>>(0))? {
        former.extend(from_cbor::<CertificateIssued>(&body).ok().and_then(|issued| issued.key));
    }
    former.remove(&own);
    Ok(key_set(std::iter::once(&own).chain(&former)))
}

/// Gives the keys, and writes the file anew when it says something else.
pub fn keep(conn: &Connection, identity: &Identity, dir: &Path) -> Result<String, StoreError> {
    let text = of_records(conn, identity)?;
    let file = dir.join(KEY_SET_FILE);
    if !says(&file, &text).unwrap_or_default() {
        // A certificate is true without it: a verifier can be given the keys otherwise.
        if let Err(error) = write_durably(&file, text.as_bytes()) {
            tracing::warn!(%error, "the key set for verifiers is not written");
        }
    }
    Ok(text)
}

/// Does the file say what the records do not? One that is not there says nothing.
pub fn differs(conn: &Connection, identity: &Identity, dir: &Path) -> Result<bool, StoreError> {
    match says(&dir.join(KEY_SET_FILE), &of_records(conn, identity)?) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        said => Ok(!said.unwrap_or_default()),
    }
}

fn says(file: &Path, text: &str) -> io::Result<bool> {
    Ok(std::fs::read(file)? == text.as_bytes())
}

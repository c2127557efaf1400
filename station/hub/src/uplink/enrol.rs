//! The first contact: the one-time link makes this station known to its district.

use super::UplinkError;
use super::dial::{Dialled, dial};
use super::meter::Meter;
use clinic::record::command::Line;
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{Enrol, EnrolLink, Enrolled, Message, VERSION, enrol_proof};
use hub_protocol::tls::EXPORTER_LABEL;
use hub_protocol::{Identity, PublicKey};
use std::time::Duration;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
const READ_BYTES: usize = 4 * 1024;

/// Asks the district behind the link to take this station in. May be repeated with the same identity, so that
/// an answer that was lost on the way costs nothing.
pub async fn enrol(identity: &Identity, link: &EnrolLink, recovery: PublicKey) -> Result<Enrolled, UplinkError> {
    let dialled = dial(&link.address, link.district, identity, Line::default()).await?;
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, ask(&dialled, link, recovery)).await;
    dialled.close(&mut Meter::open(None)).await;
    answer.map_err(|_| UplinkError::Timeout)?
}

async fn ask(dialled: &Dialled, link: &EnrolLink, recovery: PublicKey) -> Result<Enrolled, UplinkError> {
    let connection = &dialled.connection;
    let mut exporter = [0; 32];
    connection.export_keying_material(&mut exporter, EXPORTER_LABEL, b"").map_err(|_| UplinkError::Exporter)?;
    let proof = enrol_proof(&link.secret, &exporter);
    let request = Message::Enrol(Enrol { version_min: VERSION, version_max: VERSION, proof, recovery });

    let (mut send, mut receive) = connection.open_bi().await.map_err(UplinkError::Lost)?;
    let frame = write(&request, REPLICA_MAX_BYTES)?;
    // A district that refuses at once may stop listening before it has read all: its word is what counts.
    let written = send.write_all(&frame).await;
    let mut reader = Reader::new(REPLICA_MAX_BYTES);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match reader.message::<Message>()? {
            Some(Message::Enrolled(enrolled)) => return Ok(enrolled),
            Some(Message::Refused(refusal)) => return Err(UplinkError::Refused(refusal)),
            Some(_) => return Err(UplinkError::Unexpected),
            None => {}
        }
        match receive.read(&mut buffer).await {
            Ok(Some(n)) => reader.push(&buffer[..n]),
            Ok(None) => return Err(written.err().map_or(UplinkError::Unexpected, UplinkError::Write)),
            Err(error) => return Err(UplinkError::Read(error)),
        }
    }
}

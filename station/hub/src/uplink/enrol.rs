//! The first contact: the one-time link makes this station known to its district, or gives it the place of a
//! computer that is gone.

use super::UplinkError;
use super::dial::{Dialled, dial};
use super::meter::Meter;
use clinic::record::command::Line;
use hub_protocol::frame::{REPLICA_MAX_BYTES, Reader, write};
use hub_protocol::replica::{
    Enrol, EnrolLink, Enrolled, Message, TakeOver, TakenOver, VERSION, VERSION_MIN, enrol_proof, takeover_words,
};
use hub_protocol::tls::EXPORTER_LABEL;
use hub_protocol::{Identity, PublicKey};
use std::time::Duration;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
const READ_BYTES: usize = 4 * 1024;

/// Asks the district behind the link to take this station in. May be repeated with the same identity, so that
/// an answer that was lost on the way costs nothing.
pub async fn enrol(identity: &Identity, link: &EnrolLink, recovery: PublicKey) -> Result<Enrolled, UplinkError> {
    let request =
        |_: &[u8; 32], proof| Message::Enrol(Enrol { version_min: VERSION_MIN, version_max: VERSION, proof, recovery });
    match ask(identity, link, request).await? {
        Message::Enrolled(enrolled) => Ok(enrolled),
        _ => Err(UplinkError::Unexpected),
    }
}

/// Asks the district behind the link to take this key for that of a station whose computer is gone. `sign` is the
/// recovery key's word for it. May be repeated as [`enrol`].
pub async fn take_over(
    identity: &Identity,
    link: &EnrolLink,
    sign: impl Fn(&[u8]) -> [u8; 64],
) -> Result<TakenOver, UplinkError> {
    let request = |exporter: &[u8; 32], proof| {
        let signature = sign(&takeover_words(exporter, &identity.public_key()));
        Message::TakeOver(TakeOver { version_min: VERSION_MIN, version_max: VERSION, proof, signature })
    };
    match ask(identity, link, request).await? {
        Message::TakenOver(taken) => Ok(taken),
        _ => Err(UplinkError::Unexpected),
    }
}

async fn ask(
    identity: &Identity,
    link: &EnrolLink,
    request: impl Fn(&[u8; 32], [u8; 32]) -> Message,
) -> Result<Message, UplinkError> {
    let dialled = dial(&link.address, link.district, identity, Line::default()).await?;
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, ask_over(&dialled, link, request)).await;
    dialled.close(&mut Meter::open(None)).await;
    answer.map_err(|_| UplinkError::Timeout)?
}

async fn ask_over(
    dialled: &Dialled,
    link: &EnrolLink,
    request: impl Fn(&[u8; 32], [u8; 32]) -> Message,
) -> Result<Message, UplinkError> {
    let connection = &dialled.connection;
    let mut exporter = [0; 32];
    connection.export_keying_material(&mut exporter, EXPORTER_LABEL, b"").map_err(|_| UplinkError::Exporter)?;
    let request = request(&exporter, enrol_proof(&link.secret, &exporter));

    let (mut send, mut receive) = connection.open_bi().await.map_err(UplinkError::Lost)?;
    let frame = write(&request, REPLICA_MAX_BYTES)?;
    // A district that refuses at once may stop listening before it has read all: its word is what counts.
    let written = send.write_all(&frame).await;
    let mut reader = Reader::new(REPLICA_MAX_BYTES);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match reader.message::<Message>()? {
            Some(Message::Refused(refusal)) => return Err(UplinkError::Refused(refusal)),
            Some(answer) => return Ok(answer),
            None => {}
        }
        match receive.read(&mut buffer).await {
            Ok(Some(n)) => reader.push(&buffer[..n]),
            Ok(None) => return Err(written.err().map_or(UplinkError::Unexpected, UplinkError::Write)),
            Err(error) => return Err(UplinkError::Read(error)),
        }
    }
}

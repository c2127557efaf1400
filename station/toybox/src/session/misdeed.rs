//! What a broken toy, or a stranger who took one apart, does on a connection.

use super::End;
use crate::case::{Lie, Misdeed};
use crate::device::Device;
use crate::wire::Wire;
use hub_protocol::toy::{RECORDS_MAX, Telemetry, ToHub};

/// A message of three bytes that CBOR does not know.
const RUBBISH: [u8; 7] = [0, 0, 0, 3, 0xff, 0xff, 0xff];
/// Numbers that the toy jumps over.
const AHEAD: u64 = 1_000;
/// Messages of a replay.
const REPLAYS: usize = 50;

/// Does it; `committed` is the last record that the hub has.
pub(super) async fn commit(misdeed: Misdeed, device: &Device, wire: &mut Wire, committed: u64) -> Result<(), End> {
    let (_, last) = device.progress();
    let invented = |seq| ToHub::Records(vec![device.invent(seq)]);
    let lie = match misdeed {
        Misdeed::Flood(messages) => {
            for _ in 0..messages {
                wire.send(&ToHub::Telemetry(device.telemetry())).await?;
            }
            return Ok(());
        }
        Misdeed::Lie(Lie::Replay) => {
            let held = device.records_after(0);
            if held.is_empty() {
                // What is durable at the district is forgotten: there is nothing to say again.
                return Ok(());
            }
            let again = ToHub::Records(held.iter().cycle().take(RECORDS_MAX).cloned().collect());
            for _ in 0..REPLAYS {
                wire.send(&again).await?;
            }
            return Ok(());
        }
        Misdeed::Lie(Lie::Rubbish) => return Ok(wire.send_bytes(&RUBBISH).await?),
        Misdeed::Lie(Lie::Signature) => {
            let mut record = device.invent(last + 1);
            record.signature[0] ^= 1;
            ToHub::Records(vec![record])
        }
        Misdeed::Lie(Lie::Sequence) => invented(last + AHEAD),
        Misdeed::Lie(Lie::Content) => invented(committed),
        Misdeed::Lie(Lie::Telemetry) => ToHub::Telemetry(Telemetry { battery_percent: 200, ..device.telemetry() }),
    };
    Ok(wire.send(&lie).await?)
}

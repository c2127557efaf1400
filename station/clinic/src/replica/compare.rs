//! What does each of the two lack?

use super::fork::Fork;
use super::job::{Desk, Done, Failed, Side, Standing, end_of};
use super::{Fault, Logs};
use hub_protocol::replica::{BATCH_MAX_EVENTS, Head};

impl<L: Logs> Desk<'_, L> {
    /// Compares what the peer says it holds with what is held here.
    pub(super) fn compare(&self, theirs: &[Head]) -> Result<Done, Failed<L::Error>> {
        let (all, writes) = (self.heads()?, self.writes()?);
        let (mut forks, mut doubts, mut apart) = (Vec::new(), Vec::new(), Vec::new());
        for theirs in theirs.iter().filter(|head| head.seq > 0) {
            let Head { origin, seq, hash } = *theirs;
            // A log that the peer holds and we never met is none that we could compare.
            let Some(writer) = self.writer(origin)? else { continue };
            let ours = end_of(&all, origin).seq;
            let same = seq <= ours && self.hash_at(origin, seq)? == Some(hash);
            match self.side(&writer, origin, &all) {
                Side::Nobodys => return Err(Fault::NotYours { origin }.into()),
                Side::Ours if seq > ours && Some(origin) != writes => doubts.push(Fork::doubt(ours, *theirs)),
                Side::Ours if !same => forks.push(Fork::new(ours, *theirs)),
                // More of its own log the peer has to send. Where it differs, the peer sees it too and moves.
                Side::Theirs if !same && seq <= ours => apart.push(origin),
                Side::Ours | Side::Theirs => {}
            }
        }
        let (mut ours, mut taken) = (Vec::new(), Vec::new());
        for held in all.iter().copied() {
            let Some(writer) = self.writer(held.origin)? else { continue };
            let side = self.side(&writer, held.origin, &all);
            let acked = end_of(theirs, held.origin);
            let closed = Some(held.origin) != writes;
            if side == Side::Theirs || (side == Side::Ours && closed) {
                taken.push(held);
            }
            let disputed = |fork: &Fork| fork.origin() == held.origin;
            let forked = apart.contains(&held.origin) || forks.iter().chain(&doubts).any(disputed);
            if side == Side::Nobodys || forked {
                continue;
            }
            // The peer lost events of its own, or we give what an earlier key of ours signed: as far as the
            // signatures reach.
            let reach = if writer == self.me.public_key() { held } else { self.signed_up_to(acked, held.seq)? };
            if side == Side::Ours || reach.seq > acked.seq {
                ours.push(Standing { held: reach, acked });
            }
        }
        forks.append(&mut doubts);
        Ok(Done::Compared { ours, theirs: taken, forks })
    }

    /// How far a log that we do not sign can be given from `from` on, in runs that each end in its signature.
    fn signed_up_to(&self, from: Head, end: u64) -> Result<Head, Failed<L::Error>> {
        let mut reach = from;
        while reach.seq < end {
            let last = reach.seq + u64::from(BATCH_MAX_EVENTS);
            match self.logs.signed_head(from.origin, reach.seq, last.min(end)).map_err(Failed::Logs)? {
                Some(signed) => reach = signed.head,
                None => break,
            }
        }
        Ok(reach)
    }
}

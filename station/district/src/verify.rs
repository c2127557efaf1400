//! Is the archive still what was written? Every log is walked from its first event: the chain is recomputed from the
//! entries and compared with the stored hashes, and each signed head with its writer's key.

use crate::archive::{Archive, ArchiveError, HeldLog};
use crate::chain;
use clinic::ledger::{Chain, Event};
use hub_protocol::replica::Head;
use hub_protocol::{OriginId, PublicKey};
use serde::Serialize;

/// Events, or signed heads, that are read at once.
const PAGE: u32 = 2_000;
/// Bytes of bodies that are read at once.
const PAGE_BYTES: usize = 2 * 1024 * 1024;

/// What is wrong with a log. The first thing is told: what follows from it would only repeat it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("event {seq} is missing")]
    Missing { seq: u64 },
    #[error("event {seq} is not what was stored: its hash does not follow from it")]
    Changed { seq: u64 },
    #[error("the signature under event {seq} is not its writer's")]
    Signature { seq: u64 },
    #[error("no signature covers the events after event {seq}")]
    Unsigned { seq: u64 },
    #[error("what follows event {after} cannot be read: {why}")]
    Unreadable { after: u64, why: String },
}

/// One log that was walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    pub writer: PublicKey,
    /// The end of what was found good.
    pub head: Head,
    /// Signed heads that were checked.
    pub signed: u64,
    pub problem: Option<Problem>,
}

/// Walks one log to the end that it has now.
pub fn walk<A: Archive + ?Sized>(archive: &A, log: &HeldLog) -> Walked {
    let HeldLog { writer, head } = *log;
    let mut walk = Walk { archive, chain: Chain::empty(head.origin), writer, signed: 0, covered: 0 };
    let problem = walk.to(head.seq).err();
    Walked { writer, head: walk.chain.head(), signed: walk.signed, problem }
}

struct Walk<'a, A: ?Sized> {
    archive: &'a A,
    chain: Chain,
    writer: PublicKey,
    signed: u64,
    /// Where the last signed head was.
    covered: u64,
}

impl<A: Archive + ?Sized> Walk<'_, A> {
    fn to(&mut self, end: u64) -> Result<(), Problem> {
        let origin = self.chain.head().origin;
        while self.chain.head().seq < end {
            let after = self.chain.head().seq;
            let page = self.archive.events(origin, after, PAGE, PAGE_BYTES).map_err(|e| self.unreadable(&e))?;
            if page.is_empty() {
                return Err(Problem::Missing { seq: after + 1 });
            }
            page.into_iter().try_for_each(|event| self.next(event))?;
        }
        self.signatures(origin)?;
        if self.covered < end { Err(Problem::Unsigned { seq: self.covered }) } else { Ok(()) }
    }

    fn next(&mut self, event: Event) -> Result<(), Problem> {
        let seq = self.chain.head().seq + 1;
        if event.id.seq != seq {
            return Err(Problem::Missing { seq });
        }
        let mut longer = self.chain;
        if longer.append(event.entry).hash != event.hash {
            return Err(Problem::Changed { seq });
        }
        self.chain = longer;
        Ok(())
    }

    fn signatures(&mut self, origin: OriginId) -> Result<(), Problem> {
        loop {
            let page = self.archive.signed_heads(origin, self.covered, PAGE).map_err(|e| self.unreadable(&e))?;
            let Some(last) = page.last().map(|signed| signed.head.seq) else { return Ok(()) };
            if let Some(bad) = page.iter().find(|signed| !signed.verify(&self.writer)) {
                return Err(Problem::Signature { seq: bad.head.seq });
            }
            self.signed += page.len() as u64;
            self.covered = last;
        }
    }

    fn unreadable(&self, error: &ArchiveError) -> Problem {
        Problem::Unreadable { after: self.chain.head().seq, why: chain(error) }
    }
}

/// One line of `tikka-district verify` for each log.
#[derive(Debug, Serialize)]
pub struct LogLine {
    pub origin: String,
    /// The DeviceId of its writer, in full.
    pub writer: String,
    /// Events that were found good.
    pub events: u64,
    /// The chain hash after them.
    pub hash: String,
    pub signed_heads: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl From<&Walked> for LogLine {
    fn from(walked: &Walked) -> Self {
        Self {
            origin: walked.head.origin.to_string(),
            writer: walked.writer.device_id().full(),
            events: walked.head.seq,
            hash: crate::archive::hex(&walked.head.hash),
            signed_heads: walked.signed,
            problem: walked.problem.as_ref().map(Problem::to_string),
        }
    }
}

/// The last line of `tikka-district verify`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    pub logs: u64,
    pub events: u64,
    pub problems: u64,
}

/// Checks the whole archive and tells about each log. Logs that grow meanwhile are walked as far as they were.
pub fn verify<A: Archive + ?Sized, E: From<ArchiveError>>(
    archive: &A,
    mut tell: impl FnMut(&Walked) -> Result<(), E>,
) -> Result<Total, E> {
    archive.check_pages()?;
    let mut total = Total::default();
    for log in archive.every_log()? {
        let walked = walk(archive, &log);
        total.logs += 1;
        total.events += walked.head.seq;
        total.problems += u64::from(walked.problem.is_some());
        tell(&walked)?;
    }
    Ok(total)
}

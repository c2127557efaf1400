//! Writes to the district's own logs: what belongs together becomes durable together.

use super::error::OfficeError;
use crate::archive::{Archive, ArchiveError, StationNo, Written};
use crate::wall_ms;
use clinic::ledger::{Actor, Chain, Event, Hlc, HlcClock};
use clinic::record::Fact;
use clinic::record::fact::{OpenedWhy, OriginOpened};
use hub_protocol::replica::Head;
use hub_protocol::{Identity, OriginId};
use std::collections::BTreeMap;

/// How often somebody who was overtaken looks again.
const TRIES: usize = 8;

/// What is to be written, log by log.
pub struct Pen<'a, A> {
    archive: &'a A,
    identity: Identity,
    sheets: BTreeMap<StationNo, Sheet>,
}

struct Sheet {
    chain: Chain,
    clock: HlcClock,
    events: Vec<Event>,
}

impl<'a, A: Archive> Pen<'a, A> {
    pub fn new(archive: &'a A) -> Result<Self, OfficeError> {
        Ok(Self { archive, identity: archive.identity()?, sheets: BTreeMap::new() })
    }

    /// Puts a fact at the end of the log for a station, or of the office's.
    pub fn write(&mut self, station: StationNo, actor: Actor, fact: &Fact) -> Result<(), OfficeError> {
        if !self.sheets.contains_key(&station) {
            let sheet = self.sheet(station)?;
            self.sheets.insert(station, sheet);
        }
        match self.sheets.get_mut(&station) {
            Some(sheet) => sheet.put(actor, fact),
            None => Ok(()),
        }
    }

    /// Is something to be written to the log for a station?
    pub fn writes_to(&self, station: StationNo) -> bool {
        self.sheets.contains_key(&station)
    }

    fn sheet(&self, station: StationNo) -> Result<Sheet, OfficeError> {
        if let Some(head) = self.archive.own_log(station)? {
            let last = self.archive.entries(head.origin, head.seq.saturating_sub(1), 1, usize::MAX)?;
            let hlc = last.first().map_or(Hlc(0), |entry| entry.hlc);
            return Ok(Sheet { chain: Chain::at(head), clock: HlcClock::after(hlc), events: Vec::new() });
        }
        let mut origin = [0; 16];
        getrandom::fill(&mut origin)?;
        let chain = Chain::empty(OriginId(origin));
        let mut sheet = Sheet { chain, clock: HlcClock::after(Hlc(0)), events: Vec::new() };
        let why = if station == StationNo::OFFICE { OpenedWhy::Office } else { OpenedWhy::Admitted };
        sheet.put(Actor::NODE, &Fact::OriginOpened(OriginOpened { node: self.identity.public_key(), why }))?;
        Ok(sheet)
    }

    /// Makes all of it durable, or nothing. Gives how far each log reaches then.
    pub fn commit(self) -> Result<Vec<(StationNo, Head)>, OfficeError> {
        let Self { archive, identity, sheets } = self;
        let written: Vec<Written> = sheets
            .into_iter()
            .map(|(station, sheet)| Written { station, events: sheet.events, head: sheet.chain.head().sign(&identity) })
            .collect();
        if !written.is_empty() {
            archive.write(&written)?;
        }
        Ok(written.into_iter().map(|written| (written.station, written.head.head)).collect())
    }
}

impl Sheet {
    fn put(&mut self, actor: Actor, fact: &Fact) -> Result<(), OfficeError> {
        let entry = fact.to_entry(self.clock.tick(wall_ms()), actor);
        if !entry.fits() {
            return Err(OfficeError::EventTooLarge);
        }
        self.events.push(self.chain.append(entry));
        Ok(())
    }
}

/// Does it again when another process wrote to the same log in between: whoever decides has to look first.
pub fn retrying<T>(mut work: impl FnMut() -> Result<T, OfficeError>) -> Result<T, OfficeError> {
    for _ in 0..TRIES {
        match work() {
            Err(OfficeError::Archive(ArchiveError::Fork { .. } | ArchiveError::Gap { .. })) => {}
            done => return done,
        }
    }
    Err(OfficeError::Overtaken)
}

/// Every fact of one log of the district's own, with its author, from its beginning.
pub fn facts<A: Archive>(archive: &A, head: Head, mut each: impl FnMut(Event, Fact)) -> Result<(), OfficeError> {
    const PAGE_EVENTS: u32 = 1_000;
    const PAGE_BYTES: usize = 1024 * 1024;
    let mut after = 0;
    while after < head.seq {
        let events = archive.events(head.origin, after, PAGE_EVENTS, PAGE_BYTES)?;
        let Some(last) = events.last() else { return Err(ArchiveError::Damaged("a log of the district's own").into()) };
        after = last.id.seq;
        for event in events {
            // What a newer program wrote is for that program.
            if let Ok(fact) = Fact::of(&event.entry) {
                each(event, fact);
            }
        }
    }
    Ok(())
}

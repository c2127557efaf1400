//! What may happen in one step of a schedule.

use super::super::Logs;
use super::super::memory::Memory;
use super::Dice;
use super::link::{Computer, Snapshot};
use super::world::{Misfortune, World};

/// Computers of one station at once.
const COPIES_MAX: usize = 3;

impl World {
    /// One step of an ordinary or a bad day.
    pub fn step(&mut self, dice: &mut Dice) {
        self.count.steps += 1;
        self.at_ms += dice.below(200) as u64;
        self.wall_ms += dice.below(200) as u64;
        let alive = self.alive();
        let at = alive[dice.below(alive.len())];
        let me = dice.below(2);
        match dice.below(1_000) {
            // Many work a while before the line stands again.
            _ if !self.computers[at].connected() && dice.below(4) == 0 => self.connect(at),
            0..290 => self.deliver(at, me),
            290..550 => self.work(at, me, dice),
            550..800 => self.report(at, me, dice),
            800..845 => self.append(at, me, dice),
            845..880 => self.misfortune(at, me, dice),
            880..890 => self.computers[at].ends[me].lose(),
            890..910 => self.computers[at].ends[me].repeat(dice),
            910..930 => self.computers[at].ends[me].swap(dice),
            930..940 => self.computers[at].cut(),
            940..948 => self.tick(dice.next() % 200_000),
            // The wall clock is set, forwards or back.
            948..952 => self.wall_ms = 1_000 + dice.next() % 2_000_000,
            952..958 => self.node(at, me).full.set(true),
            958..962 => self.node(at, me).sync(),
            962..968 => self.power_cut(at, me),
            _ => self.take_snapshot(at, me),
        }
    }

    fn node(&self, at: usize, me: usize) -> &Memory {
        if me == 0 { &self.computers[at].logs } else { &self.district }
    }

    fn power_cut(&mut self, at: usize, me: usize) {
        self.count.power_cuts += 1;
        if me == 0 {
            self.computers[at].cut();
        } else {
            self.computers.iter_mut().for_each(Computer::cut);
        }
        self.node(at, me).power_cut();
    }

    fn take_snapshot(&mut self, at: usize, me: usize) {
        let epoch = self.epoch;
        let disk = self.node(at, me).disk();
        if me == 1 {
            self.district_snapshots.push(disk);
        } else if self.computers[at].awaits.is_none() {
            self.computers[at].snapshots.push(Snapshot { disk, epoch });
        }
    }

    fn misfortune(&mut self, at: usize, me: usize, dice: &mut Dice) {
        let by_command = dice.below(2) == 0;
        // A takeover that was not finished has nothing that could be put back.
        if self.computers[at].awaits.is_some() {
            return;
        }
        match (me, self.misfortune) {
            (0, Misfortune::Copies) if dice.below(3) == 0 => self.copy(at, dice),
            (1, Misfortune::OldDistricts) if dice.below(3) > 0 => self.district_put_back(by_command, dice),
            (1, _) => self.take_over(at, dice),
            _ => self.put_back(at, by_command, dice),
        }
    }

    /// A computer of the station goes on from an old copy: by the command that opens a new log, or by hand.
    fn put_back(&mut self, at: usize, by_command: bool, dice: &mut Dice) {
        let epoch = self.epoch;
        let computer = &mut self.computers[at];
        if computer.snapshots.is_empty() {
            return;
        }
        // Most often the last one.
        let last = computer.snapshots.len() - 1;
        let which = if dice.below(2) == 0 { last } else { dice.below(last + 1) };
        let mut snapshot = computer.snapshots[which].clone();
        if snapshot.epoch != epoch {
            snapshot.disk.proved.clear();
        }
        computer.cut();
        computer.logs.put_back(snapshot.disk);
        if by_command {
            computer.logs.open_log();
            self.count.restored += 1;
        } else {
            self.count.put_back += 1;
        }
        self.station_changed();
    }

    /// What the district was told of the station's disk is no longer so.
    fn station_changed(&mut self) {
        self.district.change(|disk| disk.proved.clear());
        self.disk_lost();
    }

    /// The disk is copied to a second computer, and both go on.
    fn copy(&mut self, at: usize, dice: &mut Dice) {
        if self.alive().len() >= COPIES_MAX {
            return;
        }
        let of = &self.computers[at].logs;
        let mut logs = Memory::new(of.key.clone(), dice.next());
        logs.breaks = self.breaks;
        logs.put_back(of.disk());
        self.computers.push(Computer::new(logs));
        self.count.copied += 1;
        self.station_changed();
    }

    /// The district goes on from an old copy, perhaps from before it knew the station.
    fn district_put_back(&mut self, by_command: bool, dice: &mut Dice) {
        self.epoch += 1;
        for computer in &mut self.computers {
            computer.cut();
            computer.logs.change(|disk| disk.proved.clear());
        }
        let mut disk = self.district_snapshots[dice.below(self.district_snapshots.len())].clone();
        disk.proved.clear();
        let knows_the_station = disk.writes.is_some();
        self.district.put_back(disk);
        if by_command && knows_the_station {
            self.district.open_log();
        }
        self.count.district_restored += u64::from(by_command);
        self.count.district_put_back += u64::from(!by_command);
        self.disk_lost();
    }

    /// The computer is dead; a new one gets a key of its own and all that the district has.
    fn take_over(&mut self, at: usize, dice: &mut Dice) {
        let key = self.computers[at].logs.key.public_key();
        let known = self.district.change(|disk| disk.former.first().is_some_and(|(known, _)| *known == key));
        if self.alive().len() > 1 || !known {
            return;
        }
        self.computers[at].cut();
        self.computers[at].alive = false;
        let logs = self.computer(dice);
        let mut former = self.computers[at].logs.former(&key).unwrap();
        former.push(key);
        logs.change(|disk| disk.former = vec![(logs.key.public_key(), former.clone())]);
        self.admit(logs.key.public_key(), former);
        self.append(at, 1, dice);
        let awaits = Some(self.district.heads().unwrap());
        self.computers.push(Computer { awaits, ..Computer::new(logs) });
        self.count.taken_over += 1;
        self.station_changed();
    }
}

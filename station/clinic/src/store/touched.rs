//! Which toys a commit concerns. Two hundred toys in contact must not all have their rosters made anew whenever somebody
//! gives a dose, and none may miss a change of its own: so it is the database that says whose rows were changed, by
//! triggers on the connection that writes, whatever wrote them.

use super::sql::{all, bytes, run};
use hub_protocol::DeviceId;
use rusqlite::Connection;
use std::collections::HashMap;

/// In memory, of one connection: nothing of them is in the file. What is touched stays noted until [`Touched::take`].
/// Each table that `query::roster` reads has its triggers here. None relies on a conflict clause: that of the statement
/// which fires a trigger would take its place.
const TRIGGERS: &str = "
CREATE TEMP TABLE touched_worker(id INTEGER PRIMARY KEY);
CREATE TEMP TABLE touched_toy(id BLOB PRIMARY KEY) WITHOUT ROWID;
-- 1: everybody; 2: who is registered, and how
CREATE TEMP TABLE touched_more(what INTEGER PRIMARY KEY);

CREATE TEMP TRIGGER child_came AFTER INSERT ON main.child WHEN NEW.worker IS NOT NULL BEGIN
    INSERT INTO touched_worker SELECT NEW.worker WHERE NEW.worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER child_left AFTER UPDATE ON main.child WHEN OLD.worker IS NOT NULL BEGIN
    INSERT INTO touched_worker SELECT OLD.worker WHERE OLD.worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER child_changed AFTER UPDATE ON main.child WHEN NEW.worker IS NOT NULL BEGIN
    INSERT INTO touched_worker SELECT NEW.worker WHERE NEW.worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER next_dose_came AFTER INSERT ON main.next_dose BEGIN
    INSERT INTO touched_worker SELECT worker FROM child
    WHERE id = NEW.child AND worker IS NOT NULL AND worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER next_dose_changed AFTER UPDATE ON main.next_dose BEGIN
    INSERT INTO touched_worker SELECT worker FROM child
    WHERE id = NEW.child AND worker IS NOT NULL AND worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER next_dose_went AFTER DELETE ON main.next_dose BEGIN
    INSERT INTO touched_worker SELECT worker FROM child
    WHERE id = OLD.child AND worker IS NOT NULL AND worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER task_came AFTER INSERT ON main.task BEGIN
    INSERT INTO touched_worker SELECT NEW.worker WHERE NEW.worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER task_changed AFTER UPDATE ON main.task BEGIN
    INSERT INTO touched_worker SELECT OLD.worker WHERE OLD.worker NOT IN touched_worker;
    INSERT INTO touched_worker SELECT NEW.worker WHERE NEW.worker NOT IN touched_worker;
END;
CREATE TEMP TRIGGER user_came AFTER INSERT ON main.user BEGIN
    INSERT INTO touched_worker SELECT NEW.id WHERE NEW.id NOT IN touched_worker;
END;
CREATE TEMP TRIGGER user_changed AFTER UPDATE OF name, active ON main.user BEGIN
    INSERT INTO touched_worker SELECT NEW.id WHERE NEW.id NOT IN touched_worker;
END;
CREATE TEMP TRIGGER toy_came AFTER INSERT ON main.toy BEGIN
    INSERT INTO touched_toy SELECT NEW.id WHERE NEW.id NOT IN touched_toy;
    INSERT INTO touched_more SELECT 2 WHERE 2 NOT IN touched_more;
END;
CREATE TEMP TRIGGER toy_changed AFTER UPDATE ON main.toy BEGIN
    INSERT INTO touched_toy SELECT NEW.id WHERE NEW.id NOT IN touched_toy;
    INSERT INTO touched_more SELECT 2 WHERE 2 NOT IN touched_more;
END;
-- the day on which a child is to come follows from the sessions that lie ahead
CREATE TEMP TRIGGER session_came AFTER INSERT ON main.session WHEN NEW.held IS NULL BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER session_changed AFTER UPDATE ON main.session BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER settings_came AFTER INSERT ON main.toy_settings BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER settings_changed AFTER UPDATE ON main.toy_settings BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
-- each toy knows which cards open nothing any more
CREATE TEMP TRIGGER card_came AFTER INSERT ON main.card WHEN NEW.stopped IS NOT NULL BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER card_stopped AFTER UPDATE OF stopped ON main.card
WHEN (OLD.stopped IS NULL) <> (NEW.stopped IS NULL) BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER stopped_card_came AFTER INSERT ON main.stopped_card BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
CREATE TEMP TRIGGER stopped_card_went AFTER DELETE ON main.stopped_card BEGIN
    INSERT INTO touched_more SELECT 1 WHERE 1 NOT IN touched_more;
END;
-- the district holds more: that is news for the toys whose last record it did not hold
CREATE TEMP TRIGGER proven_grows BEFORE INSERT ON main.proven BEGIN
    INSERT INTO touched_toy SELECT t.id FROM toy t WHERE t.id NOT IN touched_toy AND (
        SELECT r.event > coalesce((SELECT p.seq FROM proven p WHERE p.origin = r.origin), 0)
        FROM toy_record r WHERE r.toy = t.id ORDER BY r.epoch DESC, r.seq DESC LIMIT 1
    );
END;
";

/// In `touched_more`.
const EVERYBODY: i64 = 1;
const REGISTRATIONS: i64 = 2;

/// Toys that may be told something else after a commit.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    everybody: bool,
    toys: Vec<DeviceId>,
    /// A toy was registered, or is held or ordered otherwise.
    registrations: bool,
}

impl Touched {
    /// From now on the connection notes what it changes.
    pub fn watch(conn: &Connection) -> rusqlite::Result<()> {
        conn.execute_batch(TRIGGERS)
    }

    /// What this transaction touched. To be asked before its commit; when that fails, it is forgotten with the rest.
    pub fn take(tx: &Connection) -> rusqlite::Result<Self> {
        let toys = "SELECT id FROM touched_toy
            UNION SELECT t.id FROM touched_worker w JOIN toy t ON t.worker = w.id";
        let more: Vec<i64> = all(tx, "SELECT what FROM touched_more", [], |r| r.get(0))?;
        let touched = Self {
            everybody: more.contains(&EVERYBODY),
            toys: all(tx, toys, [], |r| bytes(r, 0).map(DeviceId))?,
            registrations: more.contains(&REGISTRATIONS),
        };
        for sql in ["DELETE FROM touched_more", "DELETE FROM touched_worker", "DELETE FROM touched_toy"] {
            run(tx, sql, [])?;
        }
        Ok(touched)
    }

    /// The read tables were made anew: nobody knows what they said before.
    pub fn everybody(tx: &Connection) -> rusqlite::Result<()> {
        run(tx, "INSERT OR IGNORE INTO touched_more VALUES (?1)", [EVERYBODY]).map(drop)
    }
}

/// Counts for each toy the commits that concerned it.
#[derive(Debug, Default)]
pub struct Stamps {
    everybody: u64,
    toys: HashMap<DeviceId, u64>,
    registrations: u64,
}

impl Stamps {
    pub fn note(&mut self, touched: &Touched) {
        self.everybody += u64::from(touched.everybody);
        for toy in &touched.toys {
            *self.toys.entry(*toy).or_default() += 1;
        }
        self.registrations += u64::from(touched.registrations);
    }

    /// Grows with each commit after which this toy may be told something else.
    pub fn of(&self, toy: DeviceId) -> u64 {
        self.everybody + self.toys.get(&toy).copied().unwrap_or_default()
    }

    /// Grows with each commit after which other toys may be registered.
    pub fn registrations(&self) -> u64 {
        self.everybody + self.registrations
    }
}

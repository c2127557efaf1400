//! A database that an older program made becomes today's, in one transaction: whatever happens on the way, the
//! file is either as it was or whole.
//!
//! The ledger never changes its form. The read tables are not converted: they are dropped and built again. What
//! a step says is only what becomes of the tables that belong to this machine.

use super::open::OpenError;
use super::rebuild::{Tell, fill};
use super::schema::{DERIVED, FORECAST, SCHEMA_VERSION};
use super::sql::all;
use chrono::NaiveDate;
use rusqlite::{Connection, TransactionBehavior};

/// From one form of the database to the next.
struct Step {
    from: i64,
    /// The machine's own tables as they are in the form `from`.
    local: &'static [&'static str],
    /// Makes them what they are in the next form.
    sql: &'static str,
}

/// One for each form that a program of ours ever wrote, the oldest first.
const STEPS: &[Step] = &[
    Step {
        from: 1,
        local: &["node", "proven", "audit"],
        // Until then one thing alone was noted: that somebody saw a child who is not theirs.
        sql: "
        ALTER TABLE audit RENAME TO audit_before;
        CREATE TABLE audit(
            at_ms INTEGER NOT NULL,
            user INTEGER,
            what INTEGER NOT NULL,
            child INTEGER
        ) STRICT;
        INSERT INTO audit SELECT at_ms, user, 1, child FROM audit_before ORDER BY rowid;
        DROP TABLE audit_before;
        CREATE INDEX audit_seen ON audit(user, what, child, at_ms);
        CREATE INDEX audit_at ON audit(at_ms);
        CREATE INDEX audit_child ON audit(child, at_ms) WHERE child IS NOT NULL;
    ",
    },
    // A child is found by either spelling of a flapped letter.
    Step { from: 2, local: &["node", "proven", "audit"], sql: "" },
    // How the line to the district is used.
    Step { from: 3, local: &["node", "proven", "audit"], sql: "" },
    // What a district says is in the read tables, from where our own log takes it.
    Step { from: 4, local: &["node", "proven", "audit"], sql: "" },
    // What another key signed can be given back; a computer may have taken another over.
    Step {
        from: 5,
        local: &["node", "proven", "audit"],
        sql: "
        CREATE TABLE former(
            no INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE signed(
            origin INTEGER NOT NULL REFERENCES origin(no),
            seq INTEGER NOT NULL,
            signature BLOB NOT NULL,
            PRIMARY KEY(origin, seq)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO signed SELECT h.origin, h.seq, h.signature FROM head h JOIN origin o ON o.no = h.origin
            WHERE o.node NOT IN (SELECT o.node FROM origin o JOIN node n ON n.origin = o.id);
    ",
    },
    // What is typed outlives a power cut.
    Step {
        from: 6,
        local: &["node", "former", "signed", "proven", "audit"],
        sql: "
        CREATE TABLE draft(
            user INTEGER NOT NULL,
            form INTEGER NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY(user, form)
        ) STRICT, WITHOUT ROWID;
    ",
    },
    // A toy can be ordered to lock or to wipe itself; what toys said of themselves is kept.
    Step {
        from: 7,
        local: &["node", "former", "signed", "proven", "audit", "draft"],
        sql: "
        -- what toys said, what happened to them, and what a person is told: this computer saw it, no log tells of it
        CREATE TABLE toy_sample(
            toy BLOB NOT NULL,
            at_ms INTEGER NOT NULL,
            battery_percent INTEGER NOT NULL,
            charging INTEGER NOT NULL,
            temperature_c INTEGER NOT NULL,
            storage_free_kib INTEGER NOT NULL,
            restarts INTEGER NOT NULL,
            records_held INTEGER NOT NULL,
            clock_offset_ms INTEGER NOT NULL,
            latitude_e7 INTEGER,
            longitude_e7 INTEGER,
            accuracy_m INTEGER,
            PRIMARY KEY(toy, at_ms)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE toy_happened(
            toy BLOB NOT NULL,
            at_ms INTEGER NOT NULL,
            -- see `Happened`
            what INTEGER NOT NULL,
            detail TEXT NOT NULL,
            PRIMARY KEY(toy, at_ms, what)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE toy_alert(
            no INTEGER PRIMARY KEY,
            -- what the device announces
            short TEXT NOT NULL,
            -- when it is registered
            toy BLOB,
            -- see `AlertKind`
            kind INTEGER NOT NULL,
            opened_ms INTEGER NOT NULL,
            detail TEXT NOT NULL,
            closed_ms INTEGER,
            -- who said that it was seen
            seen_by INTEGER,
            seen_ms INTEGER
        ) STRICT;
        CREATE INDEX toy_alert_open ON toy_alert(short, kind) WHERE closed_ms IS NULL;
        CREATE INDEX toy_alert_opened ON toy_alert(opened_ms);
    ",
    },
    // How often a card was written, and which stations are believed no more.
    Step {
        from: 8,
        local: &["node", "former", "signed", "proven", "audit", "draft", "toy_sample", "toy_happened", "toy_alert"],
        sql: "",
    },
    // Children of other stations for whom the district was asked.
    Step {
        from: 9,
        local: &["node", "former", "signed", "proven", "audit", "draft", "toy_sample", "toy_happened", "toy_alert"],
        sql: "",
    },
    // Families are reminded.
    Step {
        from: 10,
        local: &[
            "node", "former", "signed", "proven", "audit", "draft", "toy_sample", "toy_happened", "toy_alert",
        ],
        sql: "
        -- how far this computer is with a message
        CREATE TABLE message_try(
            reference BLOB PRIMARY KEY,
            tries INTEGER NOT NULL,
            -- not before
            next_ms INTEGER NOT NULL,
            -- it may be on its way out: stored before the first byte is
            sending INTEGER NOT NULL,
            -- the gateway's own number of it
            gateway_id TEXT NOT NULL,
            -- one of its tries may have gone out: it is never told as failed
            unclear INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        -- what opens a way from this computer: the gateway's key or the token; the modem's port, and the PIN of its card
        CREATE TABLE message_way(
            channel INTEGER PRIMARY KEY,
            place TEXT NOT NULL,
            secret TEXT NOT NULL
        ) STRICT;
    ",
    },
    // Toys have settings, and children that they tell of may wait.
    Step {
        from: 11,
        local: &[
            "node",
            "former",
            "signed",
            "proven",
            "audit",
            "draft",
            "toy_sample",
            "toy_happened",
            "toy_alert",
            "message_try",
            "message_way",
        ],
        sql: "",
    },
    // A STOP that stays listed is heard once.
    Step {
        from: 12,
        local: &[
            "node",
            "former",
            "signed",
            "proven",
            "audit",
            "draft",
            "toy_sample",
            "toy_happened",
            "toy_alert",
            "message_try",
            "message_way",
        ],
        sql: "
        -- what a gateway, or the modem, listed when it was heard last of those who want no more: it was acted on
        CREATE TABLE stop_listed(
            channel INTEGER NOT NULL,
            -- SHA-256 of it
            entry BLOB NOT NULL,
            -- so often, where it lists several alike
            times INTEGER NOT NULL,
            PRIMARY KEY(channel, entry)
        ) STRICT, WITHOUT ROWID;
    ",
    },
    // The facility has a code and a phone, and a set of doses that makes a child fully immunized.
    Step {
        from: 13,
        local: &[
            "node",
            "former",
            "signed",
            "proven",
            "audit",
            "draft",
            "toy_sample",
            "toy_happened",
            "toy_alert",
            "message_try",
            "message_way",
            "stop_listed",
        ],
        sql: "",
    },
];

/// The tables that are the truth, in every form.
const LEDGER_TABLES: [&str; 3] = ["origin", "event", "head"];

/// The form of a database.
pub fn version(conn: &Connection) -> rusqlite::Result<i64> {
    conn.query_row("PRAGMA user_version", [], |r| r.get(0))
}

/// Is this a form from which there is a way to today's?
pub fn is_readable(version: i64) -> bool {
    version == SCHEMA_VERSION || STEPS.iter().any(|step| step.from == version)
}

/// Brings a database to today's form. Gives from which form, if it was another.
pub fn upgrade(conn: &mut Connection, today: NaiveDate, tell: Tell<'_>) -> Result<Option<i64>, OpenError> {
    let from = version(conn)?;
    if from == SCHEMA_VERSION {
        return Ok(None);
    }
    if from == 0 {
        // A file that SQLite has just made, or that somebody emptied.
        return Err(OpenError::RecordsGone);
    }
    let steps = STEPS.iter().position(|step| step.from == from).ok_or(OpenError::Newer(from))?;
    let steps = &STEPS[steps..];
    // Else dropping a table would look for rows that point to it.
    conn.pragma_update(None, "foreign_keys", false)?;
    let upgraded = take_steps(conn, steps, today, tell);
    conn.pragma_update(None, "foreign_keys", true)?;
    upgraded?;
    tracing::info!(from, to = SCHEMA_VERSION, "the database has today's form now");
    Ok(Some(from))
}

fn take_steps(conn: &mut Connection, steps: &[Step], today: NaiveDate, tell: Tell<'_>) -> Result<(), OpenError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let local = steps.first().map_or(&[][..], |step| step.local);
    // An index of words first: the tables in which it keeps its rows go with it.
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC";
    for table in all(&tx, sql, [], |r| r.get::<_, String>(0))? {
        let kept = [&LEDGER_TABLES[..], local].concat();
        if !kept.contains(&table.as_str()) && !table.starts_with("sqlite_") {
            tx.execute_batch(&format!("DROP TABLE IF EXISTS \"{table}\""))?;
        }
    }
    for step in steps {
        tx.execute_batch(step.sql)?;
    }
    tx.execute_batch(DERIVED)?;
    tx.execute_batch(FORECAST)?;
    let (me, _) = super::open::node(&tx)?;
    fill(&tx, &me.public_key(), today, tell)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    tx.commit()?;
    Ok(())
}

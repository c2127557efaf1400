//! The tables. `ledger` is the truth; `derived` follows from it and is compared by `verify`; `local`
//! belongs to this machine or to this day.

pub const SCHEMA_VERSION: i64 = 1;

pub const LEDGER: &str = "
CREATE TABLE origin(
    no INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    -- the key that signs this log's heads
    node BLOB NOT NULL
) STRICT;
CREATE TABLE event(
    origin INTEGER NOT NULL REFERENCES origin(no),
    seq INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    actor INTEGER,
    kind INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE head(
    origin INTEGER PRIMARY KEY REFERENCES origin(no),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
";

/// Follows from the ledger alone.
pub const DERIVED: &str = "
CREATE TABLE clinic(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    name TEXT NOT NULL,
    schedule TEXT NOT NULL,
    je_endemic INTEGER NOT NULL,
    recovery BLOB NOT NULL,
    demo INTEGER NOT NULL
) STRICT;
CREATE TABLE district(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    device BLOB NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    station_name TEXT NOT NULL
) STRICT;
CREATE TABLE user(
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    active INTEGER NOT NULL
) STRICT;
CREATE INDEX user_login ON user(login);
CREATE TABLE child(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    dob INTEGER NOT NULL,
    dob_estimated INTEGER NOT NULL,
    sex INTEGER NOT NULL,
    mother TEXT NOT NULL,
    father TEXT NOT NULL,
    phone TEXT NOT NULL,
    village TEXT NOT NULL,
    landmark TEXT NOT NULL,
    consent_reminders INTEGER NOT NULL,
    consent_tracing INTEGER NOT NULL,
    worker INTEGER,
    search TEXT NOT NULL
) STRICT;
CREATE INDEX child_worker ON child(worker);
CREATE TABLE dose(
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    product TEXT NOT NULL,
    batch TEXT,
    reason TEXT,
    by_user INTEGER,
    hlc INTEGER NOT NULL,
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(child, day, product)
) STRICT, WITHOUT ROWID;
CREATE INDEX dose_batch ON dose(product, hlc);
CREATE TABLE dose_witness(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    product TEXT NOT NULL,
    toy BLOB,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX dose_witness_dose ON dose_witness(child, day, product);
CREATE TABLE toy_record(
    toy BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    signature BLOB NOT NULL,
    origin BLOB NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY(toy, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE toy(
    id BLOB PRIMARY KEY,
    key BLOB NOT NULL,
    model TEXT NOT NULL,
    label TEXT NOT NULL,
    worker INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX toy_worker ON toy(worker);
-- who had which toy, and when: only they can have recorded something on it
CREATE TABLE toy_held(
    -- the event that gave it
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    toy BLOB NOT NULL,
    worker INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    until_ms INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX toy_held_toy ON toy_held(toy, worker);
CREATE TABLE card(
    no INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    written INTEGER NOT NULL,
    child INTEGER,
    stopped INTEGER
) STRICT;
CREATE INDEX card_uid ON card(uid);
CREATE INDEX card_child ON card(child);
CREATE TABLE task(
    id INTEGER PRIMARY KEY,
    worker INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    child INTEGER,
    due INTEGER NOT NULL,
    note TEXT NOT NULL,
    done INTEGER,
    reason TEXT
) STRICT;
CREATE INDEX task_worker ON task(worker, due);
CREATE TABLE certificate(
    origin BLOB NOT NULL,
    number INTEGER NOT NULL,
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    by_user INTEGER,
    PRIMARY KEY(origin, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    child INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
";

/// In the order in which `verify` compares them; each is read ordered by its key.
pub const DERIVED_TABLES: [(&str, &str); 13] = [
    ("clinic", "one"),
    ("district", "one"),
    ("user", "id"),
    ("child", "id"),
    ("dose", "child, day, product"),
    ("dose_witness", "origin, seq"),
    ("toy_record", "toy, epoch, seq"),
    ("toy", "id"),
    ("toy_held", "origin, seq"),
    ("card", "no"),
    ("task", "id"),
    ("certificate", "origin, number"),
    ("conflict", "origin, seq"),
];

pub const LOCAL: &str = "
CREATE TABLE node(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    seed BLOB NOT NULL,
    origin BLOB NOT NULL,
    -- the wall clock at the last event of ours
    last_ms INTEGER NOT NULL
) STRICT;
-- how far the district has proven to hold a log
CREATE TABLE proven(
    origin BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- who looked at whose record without being its worker
CREATE TABLE audit(
    at_ms INTEGER NOT NULL,
    user INTEGER NOT NULL,
    child INTEGER NOT NULL
) STRICT;
";

/// Follows from the ledger and the day of each child's last forecast.
pub const FORECAST: &str = "
-- the forecast: follows from the ledger, the schedule and the day
CREATE TABLE forecast(
    child INTEGER PRIMARY KEY,
    computed_on INTEGER NOT NULL,
    recheck_on INTEGER
) STRICT;
CREATE INDEX forecast_recheck ON forecast(recheck_on);
CREATE TABLE next_dose(
    child INTEGER NOT NULL,
    item TEXT NOT NULL,
    product TEXT NOT NULL,
    earliest INTEGER NOT NULL,
    due INTEGER NOT NULL,
    last_day INTEGER,
    PRIMARY KEY(child, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX next_dose_due ON next_dose(due);
";

pub const FORECAST_TABLES: [(&str, &str); 2] = [("forecast", "child"), ("next_dose", "child, item")];

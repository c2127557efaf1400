//! The tables. `ledger` is the truth; `derived` follows from it and is compared by `verify`; `local`
//! belongs to this machine or to this day.

pub const SCHEMA_VERSION: i64 = 14;

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
    demo INTEGER NOT NULL,
    defaulter_days INTEGER NOT NULL,
    auto_lock_min INTEGER NOT NULL,
    region TEXT NOT NULL,
    facility_code TEXT NOT NULL,
    facility_phone TEXT NOT NULL,
    -- see `FullySet`
    fully INTEGER NOT NULL
) STRICT;
CREATE TABLE district(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    device BLOB NOT NULL,
    address TEXT NOT NULL,
    name TEXT NOT NULL,
    station_name TEXT NOT NULL,
    joined_ms INTEGER NOT NULL,
    -- for so long the station may go on without it
    contact_days INTEGER NOT NULL
) STRICT;
CREATE TABLE line(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    daily_mb INTEGER,
    congestion INTEGER NOT NULL
) STRICT;
-- how the toys are to behave
CREATE TABLE toy_settings(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    language INTEGER NOT NULL,
    report_s INTEGER NOT NULL,
    roster_days INTEGER NOT NULL
) STRICT;
-- how far the logs that the district writes for us are in force
CREATE TABLE directive(
    origin BLOB PRIMARY KEY,
    -- what our own log says, and what of it was here when it said so
    marked INTEGER NOT NULL,
    applied INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- the other stations of the district: what they sign can be checked
CREATE TABLE station(
    key BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    -- 0: it was shut out or replaced, and nothing that it signs is believed
    trusted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- what summaries on cards are sealed with; the newest seals
CREATE TABLE card_key(
    id INTEGER PRIMARY KEY,
    key BLOB NOT NULL
) STRICT;
-- cards that were stopped elsewhere, and are not of this station
CREATE TABLE stopped_card(
    no INTEGER PRIMARY KEY,
    stopped INTEGER NOT NULL
) STRICT;
-- children of other stations for whose records the district was asked
CREATE TABLE asked(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    by_user INTEGER,
    -- one of the two
    child INTEGER,
    card INTEGER,
    -- why the record does not come; empty when it came, NULL until there is an answer
    answer TEXT,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
-- events of other stations that came with a child who moved here
CREATE TABLE carried(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hlc INTEGER NOT NULL,
    actor INTEGER,
    kind INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE user(
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role INTEGER NOT NULL,
    active INTEGER NOT NULL,
    -- the last event that ends the sessions and passwords from before it
    since INTEGER NOT NULL,
    -- the district sent them, and they have no password yet: the hash of the one-time code
    code BLOB,
    -- no user of this station, but the author of what came from this place
    place TEXT
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
    abha TEXT NOT NULL,
    rch TEXT NOT NULL,
    uwin TEXT NOT NULL,
    birth_order INTEGER,
    food INTEGER,
    lat_udeg INTEGER,
    lon_udeg INTEGER,
    -- in which the family is written to
    language INTEGER,
    worker INTEGER,
    -- why the child is not looked after here any more, and since when
    gone INTEGER,
    gone_on INTEGER,
    -- the record of which this one is a part
    merged_into INTEGER,
    -- how name and village sound, in any script
    name_key TEXT NOT NULL,
    place_key TEXT NOT NULL,
    -- the words by which it is found
    search TEXT NOT NULL
) STRICT;
-- the list of children: in its order, with all that a filter asks
CREATE INDEX child_list ON child(name_key, dob, worker, gone, place_key) WHERE merged_into IS NULL;
CREATE INDEX child_here ON child(gone) WHERE merged_into IS NULL;
CREATE INDEX child_place ON child(place_key);
CREATE INDEX child_worker ON child(worker);
CREATE INDEX child_dob ON child(dob);
CREATE INDEX child_gone ON child(gone_on) WHERE gone_on IS NOT NULL;
CREATE INDEX child_merged ON child(merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX child_abha ON child(abha) WHERE abha <> '';
CREATE INDEX child_rch ON child(rch) WHERE rch <> '';
CREATE INDEX child_uwin ON child(uwin) WHERE uwin <> '';
-- each word of `child.search` with the children who have it: kept by hand, as FTS5 has it for outside content
CREATE VIRTUAL TABLE child_word USING fts5(
    search, content = 'child', content_rowid = 'id', tokenize = 'ascii', prefix = '1 2 3', detail = none, columnsize = 0
);
-- what probable duplicates have in common: a fingerprint of each of the child's keys
CREATE TABLE child_key(
    key INTEGER NOT NULL,
    dob_estimated INTEGER NOT NULL,
    dob INTEGER NOT NULL,
    child INTEGER NOT NULL,
    PRIMARY KEY(key, dob_estimated, dob, child)
) STRICT, WITHOUT ROWID;
-- two records that are probably one child: the smaller number first
CREATE TABLE child_alike(
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    points INTEGER NOT NULL,
    PRIMARY KEY(a, b)
) STRICT, WITHOUT ROWID;
CREATE INDEX child_alike_b ON child_alike(b);
CREATE INDEX child_alike_points ON child_alike(points DESC, a, b);
-- two records of whom somebody said that they are two children
CREATE TABLE child_apart(
    a INTEGER NOT NULL,
    b INTEGER NOT NULL,
    PRIMARY KEY(a, b)
) STRICT, WITHOUT ROWID;
CREATE TABLE dose(
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    product TEXT NOT NULL,
    batch TEXT,
    reason TEXT,
    session INTEGER,
    -- given elsewhere: the proof that was seen
    outside TEXT,
    -- nobody gave it, or not like this
    withdrawn INTEGER NOT NULL,
    by_user INTEGER,
    hlc INTEGER NOT NULL,
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- withdrawn, or the batch told otherwise, of this other record alone, as long as the two are one child
    hidden_by INTEGER,
    batch_hidden_by INTEGER,
    PRIMARY KEY(child, day, product)
) STRICT, WITHOUT ROWID;
-- the batch last used here
CREATE INDEX dose_batch ON dose(product, hlc) WHERE batch IS NOT NULL AND NOT withdrawn AND outside IS NULL;
CREATE INDEX dose_day ON dose(day);
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
    worker INTEGER,
    -- lost, blocked, retired
    stopped INTEGER,
    -- the last order: lock, unlock, wipe; who gave it, and when the toy said that it is done
    ordered INTEGER,
    order_no INTEGER,
    ordered_by INTEGER,
    ordered_ms INTEGER,
    obeyed_ms INTEGER
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
-- where toys may be: whose and shape as in the event
CREATE TABLE fence(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    whose BLOB NOT NULL,
    shape BLOB NOT NULL
) STRICT;
CREATE TABLE card(
    no INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    written INTEGER NOT NULL,
    child INTEGER,
    stopped INTEGER,
    -- of the last time it was written here
    counter INTEGER NOT NULL
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
    place TEXT NOT NULL,
    done INTEGER,
    reason TEXT,
    closed_hlc INTEGER
) STRICT;
CREATE INDEX task_worker ON task(worker, due);
CREATE INDEX task_open ON task(due, worker) WHERE done IS NULL;
CREATE INDEX task_child ON task(child);
CREATE TABLE certificate(
    origin BLOB NOT NULL,
    number INTEGER NOT NULL,
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    by_user INTEGER,
    PRIMARY KEY(origin, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX certificate_child ON certificate(child);
CREATE INDEX certificate_number ON certificate(number, origin);
CREATE TABLE conflict(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    hlc INTEGER NOT NULL,
    child INTEGER,
    by_user INTEGER,
    -- of a dose that was not believed
    product TEXT,
    day INTEGER,
    batch TEXT,
    toy BLOB,
    -- 1: true after all; 0: set aside
    accepted INTEGER,
    reason TEXT,
    settled_by INTEGER,
    settled_hlc INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX conflict_open ON conflict(hlc) WHERE accepted IS NULL;
CREATE INDEX conflict_child ON conflict(child) WHERE child IS NOT NULL;
CREATE TABLE decline(
    child INTEGER NOT NULL,
    series TEXT NOT NULL,
    why INTEGER NOT NULL,
    day INTEGER NOT NULL,
    until INTEGER,
    reason TEXT NOT NULL,
    by_user INTEGER,
    -- lifted of this other record alone, as long as the two are one child
    hidden_by INTEGER,
    PRIMARY KEY(child, series, why)
) STRICT, WITHOUT ROWID;
CREATE TABLE aefi(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    child INTEGER NOT NULL,
    -- when it was noticed
    day INTEGER NOT NULL,
    class INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    session INTEGER,
    by_user INTEGER,
    -- the form as it stands, in CBOR
    form BLOB NOT NULL,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX aefi_day ON aefi(day);
CREATE INDEX aefi_child ON aefi(child);
CREATE TABLE growth(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    weight_g INTEGER,
    length_mm INTEGER,
    standing INTEGER NOT NULL,
    muac_mm INTEGER,
    head_mm INTEGER,
    oedema INTEGER NOT NULL,
    breastfed INTEGER,
    by_user INTEGER,
    -- why it is not true
    withdrawn TEXT,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX growth_child ON growth(child, day);
CREATE TABLE call(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    child INTEGER NOT NULL,
    day INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    will_come_on INTEGER,
    note TEXT NOT NULL,
    by_user INTEGER,
    hlc INTEGER NOT NULL,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_child ON call(child, day);
CREATE TABLE batch(
    product TEXT NOT NULL,
    batch TEXT NOT NULL COLLATE NOCASE,
    manufacturer TEXT NOT NULL,
    expires INTEGER NOT NULL,
    doses_per_vial INTEGER NOT NULL,
    -- unopened, on the shelf
    vials INTEGER NOT NULL,
    received INTEGER NOT NULL,
    PRIMARY KEY(product, batch)
) STRICT, WITHOUT ROWID;
-- every change of the number of vials
CREATE TABLE stock(
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    product TEXT NOT NULL,
    batch TEXT NOT NULL COLLATE NOCASE,
    day INTEGER NOT NULL,
    vials INTEGER NOT NULL,
    -- none: received; -1: opened
    why INTEGER,
    note TEXT NOT NULL,
    by_user INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_batch ON stock(product, batch);
CREATE INDEX stock_day ON stock(day);
CREATE TABLE vial(
    -- its opening
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    product TEXT NOT NULL,
    batch TEXT NOT NULL COLLATE NOCASE,
    opened_ms INTEGER NOT NULL,
    closed_ms INTEGER,
    wasted_doses INTEGER,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX vial_open ON vial(product) WHERE closed_ms IS NULL;
CREATE TABLE session(
    id INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    site TEXT NOT NULL,
    -- one a line
    villages TEXT NOT NULL,
    worker INTEGER,
    planned INTEGER NOT NULL,
    -- none: it lies ahead
    held INTEGER,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX session_day ON session(day);
-- how reminders are sent: the settings in CBOR, and by what references are made
CREATE TABLE reminders(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    key BLOB NOT NULL,
    settings BLOB NOT NULL
) STRICT;
-- the days whose run is made; the day on which a log was opened in the place of another counts as one
CREATE TABLE reminder_day(
    day INTEGER PRIMARY KEY
) STRICT;
CREATE TABLE message(
    reference BLOB PRIMARY KEY,
    run_day INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    language INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    -- the one that it names
    day INTEGER NOT NULL,
    -- see `MessageState`: one that is being sent still waits here
    state INTEGER NOT NULL,
    -- see `NotSent`
    why INTEGER,
    parts INTEGER,
    paise INTEGER,
    -- when it became what it is
    hlc INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX message_state ON message(state, run_day);
CREATE INDEX message_run ON message(run_day);
-- what was told of whom: no family is told it again
CREATE TABLE message_child(
    reference BLOB NOT NULL,
    child INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY(reference, child, stage, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_child_day ON message_child(day);
-- phones to which nothing is sent
CREATE TABLE opt_out(
    phone TEXT PRIMARY KEY,
    hlc INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- which events speak of what, beside doses: see `Subject`
CREATE TABLE history(
    subject INTEGER NOT NULL,
    id ANY NOT NULL,
    hlc INTEGER NOT NULL,
    origin BLOB NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY(subject, id, hlc, origin, seq)
) STRICT, WITHOUT ROWID;
";

/// In the order in which `verify` compares them; each is read ordered by its key.
pub const DERIVED_TABLES: [(&str, &str); 39] = [
    ("clinic", "one"),
    ("district", "one"),
    ("line", "one"),
    ("toy_settings", "one"),
    ("directive", "origin"),
    ("station", "key"),
    ("card_key", "id"),
    ("stopped_card", "no"),
    ("asked", "origin, seq"),
    ("carried", "origin, seq"),
    ("user", "id"),
    ("child", "id"),
    ("child_key", "key, dob_estimated, dob, child"),
    ("child_alike", "a, b"),
    ("child_apart", "a, b"),
    ("dose", "child, day, product"),
    ("dose_witness", "origin, seq"),
    ("toy_record", "toy, epoch, seq"),
    ("toy", "id"),
    ("toy_held", "origin, seq"),
    ("fence", "id"),
    ("card", "no"),
    ("task", "id"),
    ("certificate", "origin, number"),
    ("conflict", "origin, seq"),
    ("decline", "child, series, why"),
    ("aefi", "origin, seq"),
    ("growth", "origin, seq"),
    ("call", "origin, seq"),
    ("batch", "product, batch"),
    ("stock", "origin, seq"),
    ("vial", "origin, seq"),
    ("session", "id"),
    ("reminders", "one"),
    ("reminder_day", "day"),
    ("message", "reference"),
    ("message_child", "reference, child, stage, day"),
    ("opt_out", "phone"),
    ("history", "subject, id, hlc, origin, seq"),
];

pub const LOCAL: &str = "
CREATE TABLE node(
    one INTEGER PRIMARY KEY CHECK(one = 1),
    seed BLOB NOT NULL,
    origin BLOB NOT NULL,
    -- the wall clock at the last event of ours
    last_ms INTEGER NOT NULL
) STRICT;
-- the keys of the computers that this one took over, the oldest first: their logs are ours
CREATE TABLE former(
    no INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE
) STRICT;
-- under heads of logs that another key than ours signs: to give them back
CREATE TABLE signed(
    origin INTEGER NOT NULL REFERENCES origin(no),
    seq INTEGER NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY(origin, seq)
) STRICT, WITHOUT ROWID;
-- how far the district has proven to hold a log
CREATE TABLE proven(
    origin BLOB PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- what a person has typed and not saved; see `Draft`
CREATE TABLE draft(
    user INTEGER NOT NULL,
    form INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY(user, form)
) STRICT, WITHOUT ROWID;
-- who saw, or did, what stands in no log
CREATE TABLE audit(
    at_ms INTEGER NOT NULL,
    user INTEGER,
    -- see `Seen`
    what INTEGER NOT NULL,
    child INTEGER
) STRICT;
CREATE INDEX audit_seen ON audit(user, what, child, at_ms);
CREATE INDEX audit_at ON audit(at_ms);
CREATE INDEX audit_child ON audit(child, at_ms) WHERE child IS NOT NULL;
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
-- what a gateway, or the modem, listed when it was heard last of those who want no more: it was acted on
CREATE TABLE stop_listed(
    channel INTEGER NOT NULL,
    -- SHA-256 of it
    entry BLOB NOT NULL,
    -- so often, where it lists several alike
    times INTEGER NOT NULL,
    PRIMARY KEY(channel, entry)
) STRICT, WITHOUT ROWID;
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
    -- the day on which the family said no
    refused INTEGER,
    PRIMARY KEY(child, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX next_dose_due ON next_dose(due);
-- how a child stood when it was measured last; worse is greater
CREATE TABLE nourished(
    child INTEGER PRIMARY KEY,
    day INTEGER NOT NULL,
    -- see `Need`
    need INTEGER NOT NULL,
    wasting INTEGER,
    underweight INTEGER,
    stunting INTEGER
) STRICT;
CREATE INDEX nourished_need ON nourished(need, day);
-- one row for each child with something due, now or later: all that the lists of the clinic look through.
-- The columns of the child are copies, so that a filter reads nothing else.
CREATE TABLE waiting(
    first_due INTEGER NOT NULL,
    child INTEGER NOT NULL,
    worker INTEGER,
    village TEXT NOT NULL,
    -- and how it sounds
    place_key TEXT NOT NULL,
    dob INTEGER NOT NULL,
    -- the due day of each next dose, the first one first: 4 bytes each, big end first
    dues BLOB NOT NULL,
    PRIMARY KEY(first_due, child)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX waiting_child ON waiting(child);
";

pub const FORECAST_TABLES: [(&str, &str); 4] =
    [("forecast", "child"), ("next_dose", "child, item"), ("waiting", "first_due, child"), ("nourished", "child")];

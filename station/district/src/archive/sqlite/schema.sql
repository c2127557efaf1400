-- The district's archive, version 4.

CREATE TABLE district (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    identity_seed   BLOB NOT NULL CHECK (length(identity_seed) = 32),
    name            TEXT,
    listened_at     TEXT
) STRICT;

CREATE TABLE invite (
    secret          BLOB PRIMARY KEY,
    name            TEXT NOT NULL,
    expires_ms      INTEGER NOT NULL,
    used_by         BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE station (
    no              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL,
    key             BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    recovery        BLOB NOT NULL CHECK (length(recovery) = 32),
    -- NULL while it is active.
    quarantined_why TEXT,
    enrolled_ms     INTEGER NOT NULL,
    last_contact_ms INTEGER
) STRICT;

-- Logs that a station writes, and the district's own log for it.
CREATE TABLE log (
    no              INTEGER PRIMARY KEY,
    origin          BLOB NOT NULL UNIQUE CHECK (length(origin) = 16),
    station         INTEGER NOT NULL REFERENCES station (no),
    writer          BLOB NOT NULL CHECK (length(writer) = 32)
) STRICT;

CREATE INDEX log_of_station ON log (station);

CREATE TABLE event (
    log             INTEGER NOT NULL REFERENCES log (no),
    seq             INTEGER NOT NULL CHECK (seq > 0),
    hlc             INTEGER NOT NULL,
    actor           INTEGER,
    kind            INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    body            BLOB NOT NULL,
    hash            BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

-- Heads that a log's writer signed, the newest and one in some hundred events: what makes the log provable to a third
-- party, and where a run of events may end that is given back to a writer who lost them.
CREATE TABLE signed (
    log             INTEGER NOT NULL REFERENCES log (no),
    seq             INTEGER NOT NULL,
    signature       BLOB NOT NULL CHECK (length(signature) = 64),
    PRIMARY KEY (log, seq)
) STRICT, WITHOUT ROWID;

-- What is noted of identities: see `NoteKind`.
CREATE TABLE note (
    kind            INTEGER NOT NULL,
    key             BLOB NOT NULL,
    station         INTEGER NOT NULL REFERENCES station (no),
    at              INTEGER NOT NULL,
    PRIMARY KEY (kind, key, station)
) STRICT, WITHOUT ROWID;

CREATE INDEX note_of_station ON note (station);

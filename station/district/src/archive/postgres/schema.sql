-- The archive of many districts, version 1. Every table has the district in its key, so that a cluster can place rows
-- by it (Citus: distribute each table by "district"). What a person could recognise is sealed (bytea), each value for
-- its place; what stands open is numbers, public keys, times and kinds.

CREATE TABLE district (
    district        integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    -- By what the key file finds its district.
    mark            bytea NOT NULL UNIQUE CHECK (length(mark) = 16),
    identity_seed   bytea NOT NULL,
    name            bytea,
    listened_at     text
);

CREATE TABLE invite (
    district        integer NOT NULL REFERENCES district,
    no              bigint NOT NULL,
    secret          bytea NOT NULL,
    name            bytea NOT NULL,
    expires_ms      bigint NOT NULL,
    used_by         bytea,
    PRIMARY KEY (district, no)
);

CREATE TABLE station (
    district        integer NOT NULL REFERENCES district,
    no              bigint NOT NULL,
    name            bytea NOT NULL,
    key             bytea NOT NULL CHECK (length(key) = 32),
    recovery        bytea NOT NULL CHECK (length(recovery) = 32),
    -- NULL while it is active.
    quarantined_why bytea,
    enrolled_ms     bigint NOT NULL,
    last_contact_ms bigint,
    PRIMARY KEY (district, no),
    UNIQUE (district, key)
) WITH (fillfactor = 50);

-- Logs that a station writes, and the district's own log for it.
CREATE TABLE log (
    district        integer NOT NULL,
    no              bigint NOT NULL,
    origin          bytea NOT NULL CHECK (length(origin) = 16),
    station         bigint NOT NULL,
    writer          bytea NOT NULL CHECK (length(writer) = 32),
    PRIMARY KEY (district, no),
    UNIQUE (district, origin),
    FOREIGN KEY (district, station) REFERENCES station
);

CREATE INDEX log_of_station ON log (district, station);

-- No foreign key here: it would cost more than the row. Events are written by whoever holds the lock of their log's row.
CREATE TABLE event (
    log             bigint NOT NULL,
    seq             bigint NOT NULL CHECK (seq > 0),
    hlc             bigint NOT NULL,
    actor           bigint,
    district        integer NOT NULL,
    kind            integer NOT NULL,
    version         smallint NOT NULL,
    -- Hash and body: a hash in the open would confirm a guessed body.
    sealed          bytea NOT NULL,
    PRIMARY KEY (district, log, seq)
) PARTITION BY HASH (district);

-- Heads that a log's writer signed, the newest and one in some hundred events: what makes the log provable to a third
-- party, and where a run of events may end that is given back to a writer who lost them.
CREATE TABLE signed (
    district        integer NOT NULL,
    log             bigint NOT NULL,
    seq             bigint NOT NULL,
    signature       bytea NOT NULL,
    PRIMARY KEY (district, log, seq)
);

DO $$
BEGIN
    FOR n IN 0..31 LOOP
        EXECUTE format('CREATE TABLE event_%s PARTITION OF event FOR VALUES WITH (MODULUS 32, REMAINDER %s)',
            to_char(n, 'FM00'), n);
        -- What is sealed cannot be compressed.
        EXECUTE format('ALTER TABLE event_%s ALTER COLUMN sealed SET STORAGE EXTERNAL', to_char(n, 'FM00'));
    END LOOP;
END $$;

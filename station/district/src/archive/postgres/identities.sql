-- Version 2: what is noted of identities. The kinds are the program's; keys are public keys, logs, or digests of secrets.
CREATE TABLE note (
    district        integer NOT NULL,
    kind            integer NOT NULL,
    key             bytea NOT NULL,
    station         bigint NOT NULL,
    at              bigint NOT NULL,
    PRIMARY KEY (district, kind, key, station),
    FOREIGN KEY (district, station) REFERENCES station
);

CREATE INDEX note_of_station ON note (district, station);

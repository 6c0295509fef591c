-- Incidents, each as it was at last. state: 1 unverified, 2 ongoing, 3 resolved. ending: 1 recovered,
-- 2 permanent, 3 not confirmed. Shares are 0 to 1.
CREATE TABLE incident (
    id INTEGER PRIMARY KEY,
    from_time INTEGER NOT NULL,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL,
    state INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    confirmed INTEGER,
    until_time INTEGER,
    ending INTEGER,
    evidence TEXT NOT NULL,
    relays_share REAL NOT NULL,
    weight_share REAL NOT NULL,
    guard_share REAL NOT NULL,
    middle_share REAL NOT NULL,
    exit_share REAL NOT NULL,
    UNIQUE (from_time, kind, number)
);

CREATE INDEX incident_by_state ON incident (state);

-- The relays that it hit, at their last known values. role: 1 exit, 2 guard, 3 middle.
CREATE TABLE incident_relay (
    incident INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    role INTEGER NOT NULL,
    weight INTEGER,
    country TEXT,
    returned INTEGER,
    PRIMARY KEY (incident, fingerprint)
) WITHOUT ROWID;

CREATE INDEX incident_by_relay ON incident_relay (fingerprint);

-- What explains it, best first.
CREATE TABLE incident_cause (
    incident INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    hit_in_group INTEGER NOT NULL,
    hit INTEGER NOT NULL,
    group_relays INTEGER NOT NULL,
    chance REAL NOT NULL,            -- decimal logarithm
    is_containing INTEGER NOT NULL,
    PRIMARY KEY (incident, place)
) WITHOUT ROWID;

-- What was seen and done, oldest first.
CREATE TABLE incident_step (
    incident INTEGER NOT NULL,
    place INTEGER NOT NULL,
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (incident, place)
) WITHOUT ROWID;

-- What the detection knows, as it writes it: one row.
CREATE TABLE incident_watch (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    state BLOB NOT NULL
);

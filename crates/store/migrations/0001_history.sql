-- The history: see docs/decisions/010-history-store.md.

-- Relays that were ever seen, listed or running.
CREATE TABLE relay (
    id INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE,
    first_seen INTEGER NOT NULL,  -- first moment at which it ran or was listed
    last_seen INTEGER NOT NULL    -- last moment of a sealed day at which it ran
);

-- Groups that relays were ever in. kind: 1 AS, 2 country, 3 operator, 4 family, 5 version, 6 platform.
CREATE TABLE grp (
    id INTEGER PRIMARY KEY,
    kind INTEGER NOT NULL,
    key BLOB NOT NULL,
    UNIQUE (kind, key)
);

-- A row for each accepted document: what the network was. source: 1 consensus, 2 Onionoo, 3 presence.
CREATE TABLE hour (
    valid_after INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    digest BLOB NOT NULL,
    relays INTEGER NOT NULL,
    weight INTEGER NOT NULL,
    exit_weight INTEGER NOT NULL,
    guard_weight INTEGER NOT NULL,
    measured_relays INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    departed INTEGER NOT NULL,
    never_seen INTEGER NOT NULL,
    method INTEGER NOT NULL,
    authorities INTEGER NOT NULL,
    signatures INTEGER NOT NULL,
    flag_counts BLOB NOT NULL     -- four bytes a flag, lowest first, in the order of the bits of a flag set
);

-- Documents of open days, one row each.
CREATE TABLE segment (
    valid_after INTEGER PRIMARY KEY,
    rows BLOB NOT NULL
);

-- Days whose hours stand in blocks, and which hours of them are known (bit 0: 00:00).
CREATE TABLE day (
    day INTEGER PRIMARY KEY,      -- days since 1970-01-01
    known INTEGER NOT NULL,
    is_folded INTEGER NOT NULL    -- 1 when only daily values are left
);

CREATE TABLE relay_day (
    day INTEGER NOT NULL,
    relay INTEGER NOT NULL,
    hours BLOB NOT NULL,
    PRIMARY KEY (day, relay)
) WITHOUT ROWID;

CREATE TABLE group_day (
    day INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    hours BLOB NOT NULL,
    PRIMARY KEY (day, grp)
) WITHOUT ROWID;

-- Daily values of days whose hours are no longer kept. month: year * 12 + month - 1.
CREATE TABLE relay_month (
    month INTEGER NOT NULL,
    relay INTEGER NOT NULL,
    days BLOB NOT NULL,
    PRIMARY KEY (month, relay)
) WITHOUT ROWID;

CREATE TABLE group_month (
    month INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    days BLOB NOT NULL,
    PRIMARY KEY (month, grp)
) WITHOUT ROWID;

-- What may change about a relay: a value holds from its moment until the next row of the same kind.
-- kind: 1 nickname, 2 address, 3 AS, 4 country, 5 contact (hash), 6 version, 7 platform, 8 family, 9 operator.
CREATE TABLE attribute (
    relay INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    from_time INTEGER NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (relay, kind, from_time)
) WITHOUT ROWID;

-- Contact texts by the first half of their SHA-256; a text that is no longer kept is NULL.
CREATE TABLE contact (
    hash BLOB PRIMARY KEY,
    text TEXT
) WITHOUT ROWID;

-- Authorities by round. NULL: not known.
CREATE TABLE authority (
    identity BLOB NOT NULL,
    valid_after INTEGER NOT NULL,
    is_counted INTEGER,
    is_signed INTEGER,
    is_vote_seen INTEGER,
    relays INTEGER,
    running_relays INTEGER,
    measured_relays INTEGER,
    measured_sum INTEGER,
    bandwidth_file_age INTEGER,
    has_bandwidth_file INTEGER,
    agreement REAL,
    certificate_expires INTEGER,
    PRIMARY KEY (identity, valid_after)
) WITHOUT ROWID;

-- Documents that were looked at, by SHA-256 of their bytes or a digest of their own.
CREATE TABLE document (
    digest BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    valid_after INTEGER NOT NULL,
    name TEXT NOT NULL
) WITHOUT ROWID;

-- subject: empty for the network, A and 20 bytes of an authority, R and 20 bytes of a relay.
CREATE TABLE event (
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    from_time INTEGER NOT NULL,
    until_time INTEGER,
    severity INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (kind, subject, from_time)
) WITHOUT ROWID;

CREATE INDEX event_by_time ON event (from_time);

-- outcome: 1 answered, 2 timed out, 3 refused, 4 failed, 5 not measured.
CREATE TABLE probe (
    identity BLOB NOT NULL,
    at INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    connect_ms INTEGER,
    answer_ms INTEGER,
    consensus_valid_after INTEGER,
    vote_valid_after INTEGER,
    clock_skew_seconds INTEGER,
    problem TEXT,
    PRIMARY KEY (identity, at)
) WITHOUT ROWID;

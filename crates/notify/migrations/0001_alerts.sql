-- Who asked to be told, what is on its way to them, and what was done. Times are seconds since 1970 by
-- our clock unless a comment says otherwise. Ids of 64 bits are kept as signed numbers with the same bits.

-- Addresses. A row is there while the address has a subscription, pending ones included.
CREATE TABLE receiver (
    id INTEGER PRIMARY KEY,
    address TEXT NOT NULL,
    -- HMAC-SHA256 of the address with the key of the service.
    address_hash BLOB NOT NULL UNIQUE,
    -- What the token of unsubscribing is derived from, and its SHA-256.
    nonce BLOB NOT NULL,
    unsubscribe_hash BLOB NOT NULL UNIQUE,
    created INTEGER NOT NULL
) STRICT;

-- Subscriptions of addresses; those of channels come from the configuration.
CREATE TABLE subscription (
    id INTEGER PRIMARY KEY,
    receiver INTEGER NOT NULL REFERENCES receiver (id) ON DELETE CASCADE,
    -- What is asked for, as the query of a link has it.
    query TEXT NOT NULL,
    created INTEGER NOT NULL,
    -- While pending: what the token of confirming is derived from, and its SHA-256.
    nonce BLOB,
    token_hash BLOB UNIQUE,
    confirmed INTEGER
) STRICT;
CREATE INDEX subscription_receiver ON subscription (receiver);

-- Time of the newest data that a decision counted; one row.
CREATE TABLE counted (
    id INTEGER PRIMARY KEY CHECK (id = 0),
    data_time INTEGER NOT NULL
) STRICT;

-- How far the alerts of a subscription are, as JSON.
CREATE TABLE alert_state (
    subscription INTEGER PRIMARY KEY,
    state TEXT NOT NULL
) STRICT;

CREATE TABLE silence (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    -- Names of kinds with commas between; empty for all.
    kinds TEXT NOT NULL,
    receiver INTEGER,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    receiver INTEGER,
    author TEXT NOT NULL,
    note TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL
) STRICT;

-- What is to be delivered. A row is there until it was accepted or given up.
CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The delivery id, 16 bytes.
    id BLOB NOT NULL UNIQUE,
    -- The conversation, 16 bytes; of one the earlier goes first.
    thread BLOB NOT NULL,
    receiver INTEGER NOT NULL,
    -- Name of the channel; none for mail to an address.
    channel TEXT,
    parcel TEXT NOT NULL,
    -- Time of the data.
    published INTEGER,
    created INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_attempt INTEGER,
    wait_seconds INTEGER NOT NULL DEFAULT 0,
    problem TEXT
) STRICT;
CREATE INDEX outbox_thread ON outbox (thread, receiver);
CREATE INDEX outbox_channel ON outbox (channel, seq);

-- What became of deliveries; kept for 30 days.
CREATE TABLE delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    -- HMAC-SHA256 of the address, or of the name of the channel.
    receiver_hash BLOB NOT NULL,
    channel TEXT,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    published INTEGER,
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    problem TEXT
) STRICT;
CREATE INDEX delivery_receiver ON delivery (receiver_hash, created);
CREATE INDEX delivery_ended ON delivery (ended);

-- Messages that count against budgets.
CREATE TABLE sent (
    receiver INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX sent_at ON sent (at);

-- Every change, who made it, and when.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    author TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

-- The health of the network by moment. Components are 0 to 1; NULL: not known.
-- origin: 1 computed from a whole snapshot, 2 computed from the hours of history, which know less.
CREATE TABLE health (
    at INTEGER PRIMARY KEY,
    origin INTEGER NOT NULL,
    availability REAL,
    reliability REAL,
    diversity REAL,
    resilience REAL,
    capacity REAL,
    exit_capacity INTEGER,        -- bytes per second
    guard_capacity INTEGER,
    countries BLOB                -- a bit for each pair of letters, AA first
);

-- What was searched for, the newest last; bounded: see searches.rs.
CREATE TABLE searched (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

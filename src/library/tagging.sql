-- Version 3: names are looked for behind the import.

-- Who and what the text of a body names: apart, since it comes later. A body of before version 3
-- holds it itself.
CREATE TABLE tagged (
    body  INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
);
-- Outbox of the tagger: articles whose names are still to be looked for. Their ids carry the date,
-- so the newest come first.
CREATE TABLE untagged (
    article INTEGER PRIMARY KEY
);
-- Numbers of entities by a hash of their names, so that few names are held in memory: known.rs.
CREATE TABLE known (
    block INTEGER PRIMARY KEY,
    pairs BLOB NOT NULL
);
-- The reading of a file that was in already, in another state: its articles are not jumped over by
-- their number.
ALTER TABLE file ADD COLUMN again INTEGER NOT NULL DEFAULT 0;

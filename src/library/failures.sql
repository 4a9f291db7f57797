-- Version 6: what was wrong with inputs that could not be read, so that it outlives the program.
-- Bounded for each file; `file.failed` counts them all.
CREATE TABLE failure (
    id     INTEGER PRIMARY KEY,
    file   INTEGER NOT NULL,
    member TEXT NOT NULL,   -- where in an archive; empty: the file itself
    line   INTEGER,         -- of a record; null: the input as a whole
    said   TEXT NOT NULL    -- without name and line
);
CREATE INDEX failure_file ON failure (file);

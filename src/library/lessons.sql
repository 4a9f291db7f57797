-- Version 2, first part: what a library and its reader know about boilerplate. Marks in bodies are
-- the cleaner's; what is kept here is laid over them whenever an article is read.

-- Which lines come again in a source, being counted: see tally.rs. Bounded.
CREATE TABLE tally (
    source INTEGER PRIMARY KEY,
    lines  BLOB NOT NULL
);
-- Lines that are known to come again, and in how many articles.
CREATE TABLE repeated (
    source   INTEGER NOT NULL,
    shape    INTEGER NOT NULL,
    articles INTEGER NOT NULL,
    PRIMARY KEY (source, shape)
) WITHOUT ROWID;

-- What the reader said of a paragraph.
CREATE TABLE rule (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    source   INTEGER NOT NULL,
    article  INTEGER,                      -- null: holds in all of the source
    keep     INTEGER NOT NULL,             -- 0: hide
    text     TEXT NOT NULL,
    articles INTEGER NOT NULL DEFAULT 0    -- that have it, as far as counted: see relook
);
CREATE INDEX rule_source ON rule (source);

-- Sources to be looked through for a paragraph whose standing has changed, so that the index and
-- the counts follow.
CREATE TABLE relook (
    id     INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    line   INTEGER NOT NULL,  -- 1: a repeated line; 0: the paragraph of a rule
    shape  INTEGER NOT NULL,
    rule   INTEGER,           -- whose articles are counted
    after  INTEGER NOT NULL,  -- articles up to this one are done
    newest INTEGER NOT NULL   -- body: later ones count themselves as they come
);

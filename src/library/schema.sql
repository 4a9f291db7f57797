-- Version 1. Never edit: a change is a new step in store.rs.

-- Small facts about the library as a whole.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value
) WITHOUT ROWID;

CREATE TABLE source (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    location TEXT NOT NULL UNIQUE,
    name     TEXT NOT NULL,
    scanned  INTEGER,
    articles INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0,
    starred  INTEGER NOT NULL DEFAULT 0
);

-- Who brought an article, as the list shows it.
CREATE TABLE outlet (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- What was read, and what it looked like then: a second start reads only what changed.
CREATE TABLE file (
    id       INTEGER PRIMARY KEY,
    source   INTEGER NOT NULL,
    path     TEXT NOT NULL,
    size     INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    records  INTEGER NOT NULL DEFAULT 0,  -- taken in so far
    complete INTEGER NOT NULL DEFAULT 0,  -- read to its end
    failed   INTEGER NOT NULL DEFAULT 0,  -- the file, or a record of it, could not be read
    UNIQUE (source, path)
);
CREATE INDEX file_failed ON file (source) WHERE failed > 0;

-- The id carries the date: every newest-first list is a descending scan of it.
CREATE TABLE article (
    id              INTEGER PRIMARY KEY,
    source          INTEGER NOT NULL,
    file            INTEGER NOT NULL,
    record          INTEGER NOT NULL,  -- which article of its file: see ingest
    digest          INTEGER NOT NULL,  -- of the document as read, before cleaning
    outlet          INTEGER NOT NULL,
    url             TEXT,
    title           TEXT NOT NULL,
    published       INTEGER,
    lang            TEXT,
    body            INTEGER NOT NULL,
    read            INTEGER NOT NULL DEFAULT 0,
    starred         INTEGER NOT NULL DEFAULT 0,
    place_paragraph INTEGER,
    place_byte      INTEGER
);
CREATE UNIQUE INDEX article_record ON article (file, record);
CREATE INDEX article_source        ON article (source);
CREATE INDEX article_unread        ON article (id) WHERE read = 0;
CREATE INDEX article_source_unread ON article (source) WHERE read = 0;
CREATE INDEX article_read          ON article (id) WHERE read = 1;
CREATE INDEX article_starred       ON article (id) WHERE starred = 1;
CREATE INDEX article_source_starred ON article (source) WHERE starred = 1;

-- Paragraphs, mentions and the rest: compressed, apart, so that lists stay small, and numbered as
-- they come, so that pages fill.
CREATE TABLE body (
    id         INTEGER PRIMARY KEY,
    dictionary INTEGER NOT NULL,  -- 0: none
    bytes      BLOB NOT NULL
);
CREATE TABLE dictionary (
    id    INTEGER PRIMARY KEY,
    bytes BLOB NOT NULL
);

-- Who and what is named anywhere; only ever grows. Looked up in memory: see names.rs.
CREATE TABLE entity (
    id    INTEGER PRIMARY KEY,
    label INTEGER NOT NULL,
    name  TEXT NOT NULL
);
-- Whom an article names and how often, in a few bytes: see named.rs. Counts over the library are
-- taken by reading all of it, which takes less than keeping them.
CREATE TABLE named (
    article  INTEGER PRIMARY KEY,
    entities BLOB NOT NULL
);

CREATE TABLE tag (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);
CREATE TABLE article_tag (
    article INTEGER NOT NULL,
    tag     INTEGER NOT NULL,
    PRIMARY KEY (article, tag)
) WITHOUT ROWID;

-- Outbox for the search index: articles that came, changed or went. Append only, so that an
-- article that changes again while it is being indexed is not forgotten.
CREATE TABLE dirty (
    seq     INTEGER PRIMARY KEY,
    article INTEGER NOT NULL
);

-- Counts per source, so that showing them takes constant time.
CREATE TRIGGER article_added AFTER INSERT ON article BEGIN
    UPDATE source SET articles = articles + 1, unread = unread + (NEW.read = 0),
        starred = starred + NEW.starred WHERE id = NEW.source;
END;
CREATE TRIGGER article_removed AFTER DELETE ON article BEGIN
    UPDATE source SET articles = articles - 1, unread = unread - (OLD.read = 0),
        starred = starred - OLD.starred WHERE id = OLD.source;
END;
CREATE TRIGGER article_marked AFTER UPDATE OF read, starred ON article BEGIN
    UPDATE source SET unread = unread + (NEW.read = 0) - (OLD.read = 0),
        starred = starred + NEW.starred - OLD.starred WHERE id = NEW.source;
END;

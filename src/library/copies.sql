-- The articles of a tag: the key of the table is for the tags of an article.
CREATE INDEX article_tag_tag ON article_tag (tag, article);

-- Copies of articles: see copies.rs. Nothing is deleted for being one; lists show one for all.

CREATE TABLE copy (
    article INTEGER PRIMARY KEY,
    head    INTEGER NOT NULL,  -- the article that stands for it
    first   INTEGER NOT NULL,  -- the one that does among those of its own source; itself, if none
    how     INTEGER NOT NULL   -- 0 the same words, 1 the same address, 2 nearly the same words
);
CREATE INDEX copy_head ON copy (head);

-- Articles of which the reader said that they are no copies.
CREATE TABLE apart (article INTEGER PRIMARY KEY);

-- Keys by which copies are looked up, as they come, and those of before, sorted: see shelves.rs.
CREATE TABLE sketch (
    id      INTEGER PRIMARY KEY,
    article INTEGER NOT NULL,
    keys    BLOB NOT NULL
);
CREATE TABLE shelf (
    id      INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
);

-- By how much lists are shorter than the counts of articles: of a source, and (0) of all together.
CREATE TABLE copy_count (
    source   INTEGER PRIMARY KEY,
    articles INTEGER NOT NULL DEFAULT 0,
    unread   INTEGER NOT NULL DEFAULT 0,
    starred  INTEGER NOT NULL DEFAULT 0
);
INSERT INTO copy_count (source) VALUES (0);

-- Not OR IGNORE: within a trigger the statement that fires it decides what happens in a conflict.
CREATE TRIGGER copy_added AFTER INSERT ON copy BEGIN
    INSERT INTO copy_count (source) SELECT source FROM article
        WHERE id = NEW.article AND source NOT IN (SELECT source FROM copy_count);
    UPDATE copy_count SET articles = articles + 1,
        unread = unread + coalesce((SELECT read = 0 FROM article WHERE id = NEW.article), 0),
        starred = starred + coalesce((SELECT starred FROM article WHERE id = NEW.article), 0)
        WHERE source = 0 OR source =
            (SELECT source FROM article WHERE id = NEW.article AND NEW.first <> NEW.article);
END;
CREATE TRIGGER copy_removed AFTER DELETE ON copy BEGIN
    UPDATE copy_count SET articles = articles - 1,
        unread = unread - coalesce((SELECT read = 0 FROM article WHERE id = OLD.article), 0),
        starred = starred - coalesce((SELECT starred FROM article WHERE id = OLD.article), 0)
        WHERE source = 0 OR source =
            (SELECT source FROM article WHERE id = OLD.article AND OLD.first <> OLD.article);
END;
CREATE TRIGGER copy_marked AFTER UPDATE OF read, starred ON article
WHEN EXISTS (SELECT 1 FROM copy WHERE article = NEW.id) BEGIN
    UPDATE copy_count SET unread = unread + (NEW.read = 0) - (OLD.read = 0),
        starred = starred + NEW.starred - OLD.starred
        WHERE source = 0 OR source = (SELECT NEW.source FROM copy
            WHERE article = NEW.id AND first <> article);
END;
-- Whoever takes an article out has its copies stand for themselves first; this is for the case
-- that somebody forgets.
CREATE TRIGGER copy_gone BEFORE DELETE ON article BEGIN
    DELETE FROM copy WHERE article = OLD.id OR head = OLD.id;
    DELETE FROM apart WHERE article = OLD.id;
END;
CREATE TRIGGER copy_moved BEFORE UPDATE OF id ON article WHEN NEW.id <> OLD.id BEGIN
    DELETE FROM copy WHERE article = OLD.id OR head = OLD.id;
    UPDATE apart SET article = NEW.id WHERE article = OLD.id;
END;

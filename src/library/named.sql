-- Version 7: the newest article first. Names are found from the newest to the oldest, and rows that
-- each come before all others leave pages half empty.
CREATE TABLE named_again (
    minus    INTEGER PRIMARY KEY,  -- the article, with a minus before it
    entities BLOB NOT NULL
);
INSERT INTO named_again SELECT -article, entities FROM named ORDER BY article DESC;
DROP TABLE named;
ALTER TABLE named_again RENAME TO named;

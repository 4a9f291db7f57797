-- Version 8: the words of names, so that whoever asks for one does not read all names (name_words.rs),
-- names laid together (called.rs), and numbers of entities in less room (known.rs).
DELETE FROM known;
DELETE FROM meta WHERE key = 'known';
CREATE TABLE word (
    block   INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
);
CREATE TABLE roll (
    number INTEGER PRIMARY KEY,
    bytes  BLOB NOT NULL
);

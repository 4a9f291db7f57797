-- Version 8: the words of names, so that whoever asks for one does not read all names: name_words.rs.
CREATE TABLE word (
    block   INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
);

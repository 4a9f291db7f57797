//! JSON text as values, as many as a record may have: a list of a million zeros takes two megabytes
//! in a file and seventy in memory.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Limits, LoadCause};

/// The object that a record is.
///
/// # Errors
/// What is wrong with it, where in it, and what to do where we know it.
pub fn object(json: &str, limits: &Limits) -> Result<Map<String, Value>, LoadCause> {
    match value(json, limits.values) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(LoadCause::malformed("a record is an object: {\"title\": …, \"text\": …}")),
        Err(error) => Err(LoadCause::malformed(words(&error))),
    }
}

/// Any value that holds no more than `most` others.
pub(super) fn value(json: &str, most: usize) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(json);
    let left = Cell::new(most);
    let value = Counted { most, left: &left }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The parser's words without its line, which counts within the record.
fn words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let what = words.split(" at line ").next().unwrap_or(&words);
    format!("{what} at column {}", error.column())
}

/// Reads one value and counts it.
struct Counted<'a> {
    most: usize,
    left: &'a Cell<usize>,
}

impl Counted<'_> {
    fn count<E: Error>(&self) -> Result<(), E> {
        let left = self.left.get().checked_sub(1);
        let error = || E::custom(format!("more than {} values; split it into articles", self.most));
        self.left.set(left.ok_or_else(error)?);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        self.count()?;
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Counted<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(truth.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element_seed(Counted { ..self })? {
            all.push(item);
        }
        Ok(all.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(Counted { ..self })?;
            all.insert(key, value);
        }
        Ok(all.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_stand() {
        let json = r#"{"a": [1, -2, 2.5, null, true, "Łódka\n"], "b": {"c": {}}, "a2": 1e300}"#;
        assert_eq!(value(json, 20).unwrap(), serde_json::from_str::<Value>(json).unwrap());
        for broken in ["", "{", "[1,]", "{\"a\" 1}", "1 2", "\"\\ud800\""] {
            assert!(value(broken, 20).is_err(), "{broken}");
        }
    }

    #[test]
    fn too_many_values_are_named() {
        let zeros = format!("{{\"title\": \"Ferry\", \"zeros\": [{}0]}}", "0,".repeat(1_000));
        let limits = Limits { values: 1_000, ..Limits::default() };
        let error = object(&zeros, &limits).unwrap_err().to_string();
        assert!(error.contains("more than 1000 values"), "{error}");
        assert!(object(&zeros, &Limits::default()).is_ok());
    }

    #[test]
    fn deep_values_are_refused() {
        for open in ["[", "{\"a\":"] {
            let deep = format!("{{\"title\": \"Ferry\", \"x\": {}", open.repeat(100_000));
            let error = object(&deep, &Limits::default()).unwrap_err().to_string();
            assert!(error.contains("recursion limit"), "{error}");
        }
    }
}

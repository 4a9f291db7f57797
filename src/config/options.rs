//! Every option but keys and colours: its table, its key, how it is read and written.

use toml::Value;
use toml::de::DeValue;

use super::{Config, MarkRead, SourceOptions};
use crate::article::Label;
use crate::library::Order;

/// An option of a table that is there once.
pub struct Setting {
    pub table: &'static str,
    pub key: &'static str,
    /// Reads a value into the configuration; the error says what is wanted.
    pub set: fn(&mut Config, &DeValue) -> Result<(), String>,
    pub get: fn(&Config) -> Value,
}

/// An option of a source's own table; `None` when it is not set there.
pub struct SourceSetting {
    pub key: &'static str,
    pub set: fn(&mut SourceOptions, &DeValue) -> Result<(), String>,
    pub get: fn(&SourceOptions) -> Option<Value>,
}

type Set = fn(&mut Config, &DeValue) -> Result<(), String>;

const fn setting(
    table: &'static str,
    key: &'static str,
    set: Set,
    get: fn(&Config) -> Value,
) -> Setting {
    Setting { table, key, set, get }
}

/// In the order of the file.
pub const SETTINGS: [Setting; 24] = [
    setting(
        "reader",
        "measure",
        |c, v| put(&mut c.reader.measure, whole(v, 20, 400)),
        |c| i64::from(c.reader.measure).into(),
    ),
    setting(
        "reader",
        "boilerplate",
        |c, v| put(&mut c.reader.boilerplate, truth(v)),
        |c| c.reader.boilerplate.into(),
    ),
    setting(
        "reader",
        "labels",
        |c, v| put(&mut c.reader.labels, truth(v)),
        |c| c.reader.labels.into(),
    ),
    setting(
        "reader",
        "split",
        |c, v| put(&mut c.reader.split, whole(v, 10, 90)),
        |c| i64::from(c.reader.split).into(),
    ),
    setting(
        "reader",
        "mouse",
        |c, v| put(&mut c.reader.mouse, truth(v)),
        |c| c.reader.mouse.into(),
    ),
    setting(
        "reader",
        "browser",
        |c, v| put(&mut c.reader.browser, texts(v)),
        |c| c.reader.browser.clone().into(),
    ),
    setting(
        "reader",
        "mark_read",
        |c, v| put(&mut c.reader.mark_read, one_of(v, &MARK_READ)),
        |c| name_of(c.reader.mark_read, &MARK_READ),
    ),
    setting(
        "list",
        "order",
        |c, v| put(&mut c.list.order, one_of(v, &ORDERS)),
        |c| name_of(c.list.order, &ORDERS),
    ),
    setting(
        "list",
        "snippets",
        |c, v| put(&mut c.list.snippets, truth(v)),
        |c| c.list.snippets.into(),
    ),
    setting("list", "copies", |c, v| put(&mut c.list.copies, truth(v)), |c| c.list.copies.into()),
    setting(
        "clean",
        "threshold",
        |c, v| put(&mut c.clean.threshold, share(v)),
        |c| decimal(c.clean.threshold),
    ),
    setting(
        "clean",
        "captions",
        |c, v| put(&mut c.clean.keep_captions, truth(v)),
        |c| c.clean.keep_captions.into(),
    ),
    setting(
        "entities",
        "labels",
        |c, v| put(&mut c.entities.labels, labels(v)),
        |c| c.entities.labels.iter().map(|label| label.name()).collect::<Vec<_>>().into(),
    ),
    setting(
        "update",
        "on_start",
        |c, v| put(&mut c.update.on_start, truth(v)),
        |c| c.update.on_start.into(),
    ),
    setting(
        "update",
        "watch",
        |c, v| put(&mut c.update.watch, truth(v)),
        |c| c.update.watch.into(),
    ),
    setting(
        "limits",
        "file_mb",
        |c, v| put(&mut c.limits.file_bytes, mebibytes(v, 1 << 20)),
        |c| ((c.limits.file_bytes >> 20) as i64).into(),
    ),
    setting(
        "limits",
        "article_mb",
        |c, v| put(&mut c.limits.record_bytes, mebibytes(v, 1 << 10)),
        |c| ((c.limits.record_bytes >> 20) as i64).into(),
    ),
    setting(
        "limits",
        "layers",
        |c, v| put(&mut c.limits.layers, whole(v, 0, 16)),
        |c| (c.limits.layers as i64).into(),
    ),
    setting(
        "limits",
        "ratio",
        |c, v| put(&mut c.limits.ratio, whole(v, 2, 1_000_000)),
        |c| (c.limits.ratio as i64).into(),
    ),
    setting(
        "limits",
        "depth",
        |c, v| put(&mut c.limits.depth, whole(v, 8, 4_096)),
        |c| (c.limits.depth as i64).into(),
    ),
    setting(
        "limits",
        "lines",
        |c, v| put(&mut c.limits.lines, whole(v, 100, 100_000_000)),
        |c| (c.limits.lines as i64).into(),
    ),
    setting(
        "limits",
        "tags",
        |c, v| put(&mut c.limits.tags, whole(v, 100, 100_000_000)),
        |c| (c.limits.tags as i64).into(),
    ),
    setting(
        "limits",
        "values",
        |c, v| put(&mut c.limits.values, whole(v, 100, 100_000_000)),
        |c| (c.limits.values as i64).into(),
    ),
    setting(
        "limits",
        "members",
        |c, v| put(&mut c.limits.members, whole(v, 100, 100_000_000)),
        |c| (c.limits.members as i64).into(),
    ),
];

pub const SOURCE_SETTINGS: [SourceSetting; 2] = [
    SourceSetting {
        key: "threshold",
        set: |s, v| put(&mut s.threshold, share(v).map(Some)),
        get: |s| s.threshold.map(decimal),
    },
    SourceSetting {
        key: "captions",
        set: |s, v| put(&mut s.captions, truth(v).map(Some)),
        get: |s| s.captions.map(Value::from),
    },
];

const MARK_READ: [(&str, MarkRead); 2] = [("open", MarkRead::Open), ("manual", MarkRead::Manual)];
const ORDERS: [(&str, Order); 2] = [("newest", Order::Newest), ("oldest", Order::Oldest)];

fn put<T>(option: &mut T, value: Result<T, String>) -> Result<(), String> {
    *option = value?;
    Ok(())
}

fn truth(value: &DeValue) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "wants true or false".into())
}

fn whole<N: TryFrom<i64>>(value: &DeValue, from: i64, to: i64) -> Result<N, String> {
    let number = value.as_integer().and_then(|number| {
        let digits = number.as_str();
        i64::from_str_radix(digits, number.radix()).ok()
    });
    let number = number.filter(|number| (from..=to).contains(number));
    let number = number.and_then(|number| N::try_from(number).ok());
    number.ok_or_else(|| format!("wants a whole number from {from} to {to}"))
}

/// A number of MiB, as bytes.
fn mebibytes(value: &DeValue, most: i64) -> Result<u64, String> {
    whole(value, 1, most).map(|number: u64| number << 20)
}

fn share(value: &DeValue) -> Result<f32, String> {
    let digits = match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
        DeValue::Float(number) => Some(number.as_str()),
        _ => None,
    };
    let number = digits.and_then(|digits| digits.parse().ok());
    let number = number.filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "wants a number from 0.0 to 1.0".into())
}

/// The number as it was written: 0.7 and not the 0.699999988 that a wider float makes of it.
fn decimal(number: f32) -> Value {
    number.to_string().parse().unwrap_or(f64::from(number)).into()
}

fn texts(value: &DeValue) -> Result<Vec<String>, String> {
    let wanted = "wants a list of texts such as [\"firefox\", \"--new-tab\"]";
    let items = value.as_array().ok_or(wanted)?.iter();
    items.map(|item| Ok(item.get_ref().as_str().ok_or(wanted)?.to_owned())).collect()
}

fn labels(value: &DeValue) -> Result<Vec<Label>, String> {
    let names = Label::ALL.map(|label| (label.name(), label));
    let wanted = "wants a list of labels such as [\"person\", \"location\"]";
    let items = value.as_array().ok_or(wanted)?.iter();
    items.map(|item| one_of(item.get_ref(), &names)).collect()
}

fn one_of<T: Copy>(value: &DeValue, known: &[(&str, T)]) -> Result<T, String> {
    let names = known.iter().map(|(name, _)| format!("\"{name}\""));
    let listed = names.collect::<Vec<_>>().join(", ");
    let text = value.as_str().ok_or_else(|| format!("wants one of {listed}"))?;
    let found = known.iter().find(|(name, _)| *name == text);
    found
        .map(|(_, item)| *item)
        .ok_or_else(|| format!("does not know \"{text}\"; it is one of {listed}"))
}

fn name_of<T: PartialEq>(item: T, known: &[(&'static str, T)]) -> Value {
    let found = known.iter().find(|(_, other)| *other == item);
    found.map_or(known[0].0, |(name, _)| *name).into()
}

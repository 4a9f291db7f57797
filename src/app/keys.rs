//! Keys are data: how they are written, the presets, and sequences of them.

use std::collections::BTreeMap;
use std::fmt;

use super::action::Action;

/// One key press, as the config writes it: `j`, `ctrl-d`, `shift-tab`, `alt-enter`, `f5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub code: Code,
    pub ctrl: bool,
    pub alt: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// With shift already in it: `G`, `?`.
    Char(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    F(u8),
}

/// Names of keys that are no character; the first name of a code is the one printed.
const NAMED: &[(&str, Code)] = &[
    ("enter", Code::Enter),
    ("return", Code::Enter),
    ("esc", Code::Esc),
    ("escape", Code::Esc),
    ("tab", Code::Tab),
    ("shift-tab", Code::BackTab),
    ("backtab", Code::BackTab),
    ("backspace", Code::Backspace),
    ("delete", Code::Delete),
    ("insert", Code::Insert),
    ("up", Code::Up),
    ("down", Code::Down),
    ("left", Code::Left),
    ("right", Code::Right),
    ("home", Code::Home),
    ("end", Code::End),
    ("pgup", Code::PageUp),
    ("pageup", Code::PageUp),
    ("pgdn", Code::PageDown),
    ("pagedown", Code::PageDown),
    ("space", Code::Char(' ')),
    ("minus", Code::Char('-')),
];

impl Key {
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false }
    }

    pub const fn char(c: char) -> Self {
        Self::plain(Code::Char(c))
    }

    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, alt: false }
    }

    /// The key that follows Esc where both reach the terminal at once, which reads like alt.
    pub(super) fn after_esc(self) -> Option<Self> {
        let character = matches!(self.code, Code::Char(_));
        (self.alt && character).then_some(Self { alt: false, ..self })
    }

    /// Reads one key: `ctrl-d`. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut key = Self::plain(Code::Esc);
        let mut rest = text;
        loop {
            let lower = rest.to_lowercase();
            if let Some(code) = named(&lower) {
                key.code = code;
                return Ok(key);
            }
            let mut chars = rest.chars();
            if let (Some(c), None) = (chars.next(), chars.next()) {
                key.code = Code::Char(c);
                return Ok(key);
            }
            let Some((modifier, after)) = lower.split_once('-') else {
                return Err(format!("no key is called `{text}`"));
            };
            match modifier {
                "ctrl" | "control" | "c" => key.ctrl = true,
                "alt" | "meta" | "m" => key.alt = true,
                _ => return Err(format!("no key is called `{text}`")),
            }
            rest = &rest[rest.len() - after.len()..];
        }
    }
}

fn named(lower: &str) -> Option<Code> {
    if let Some((_, code)) = NAMED.iter().find(|(name, _)| *name == lower) {
        return Some(*code);
    }
    let number = lower.strip_prefix('f')?.parse().ok()?;
    (1..=24).contains(&number).then_some(Code::F(number))
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("ctrl-")?;
        }
        if self.alt {
            f.write_str("alt-")?;
        }
        match NAMED.iter().find(|(_, code)| *code == self.code) {
            Some((name, _)) if self.code != Code::Char('-') => f.write_str(name),
            _ => match self.code {
                Code::Char(c) => write!(f, "{c}"),
                Code::F(n) => write!(f, "f{n}"),
                _ => Ok(()),
            },
        }
    }
}

/// The keys of gazette as it comes, in the order in which the help and the config list them.
pub const DEFAULT: &[(&str, Action)] = &[
    ("j", Action::Down),
    ("down", Action::Down),
    ("k", Action::Up),
    ("up", Action::Up),
    ("g", Action::Top),
    ("home", Action::Top),
    ("G", Action::Bottom),
    ("end", Action::Bottom),
    ("ctrl-d", Action::HalfPageDown),
    ("ctrl-u", Action::HalfPageUp),
    ("pgdn", Action::PageDown),
    ("space", Action::PageDown),
    ("ctrl-f", Action::PageDown),
    ("pgup", Action::PageUp),
    ("ctrl-b", Action::PageUp),
    ("enter", Action::Open),
    ("l", Action::Open),
    ("right", Action::Open),
    ("h", Action::Back),
    ("left", Action::Back),
    ("esc", Action::Back),
    ("q", Action::Close),
    ("Q", Action::Quit),
    ("ctrl-c", Action::Quit),
    ("tab", Action::NextPane),
    ("shift-tab", Action::PreviousPane),
    ("J", Action::ScrollTextDown),
    ("K", Action::ScrollTextUp),
    ("]", Action::NextArticle),
    ("[", Action::PreviousArticle),
    ("}", Action::NextUnread),
    ("{", Action::PreviousUnread),
    ("/", Action::Search),
    ("n", Action::NextHit),
    ("N", Action::PreviousHit),
    ("1", Action::ShowAll),
    ("2", Action::ShowUnread),
    ("3", Action::ShowStarred),
    ("4", Action::Filters),
    (",", Action::Sort),
    ("S", Action::Sources),
    ("m", Action::ToggleRead),
    ("M", Action::MarkAllRead),
    ("s", Action::ToggleStar),
    ("t", Action::Tag),
    ("T", Action::Untag),
    ("u", Action::Undo),
    ("ctrl-r", Action::Redo),
    ("b", Action::ToggleBoilerplate),
    ("B", Action::Explain),
    ("-", Action::TurnHere),
    ("_", Action::TurnEverywhere),
    ("=", Action::Rules),
    ("D", Action::DropRule),
    ("delete", Action::DropRule),
    ("i", Action::Entities),
    (")", Action::NextMention),
    ("(", Action::PreviousMention),
    ("e", Action::ToggleLabels),
    ("*", Action::EntityPage),
    ("#", Action::EntityArticles),
    ("+", Action::SameEntity),
    ("~", Action::NotSameEntity),
    ("c", Action::Copies),
    ("o", Action::OpenLink),
    ("y", Action::CopyLink),
    ("Y", Action::CopyPassage),
    ("z", Action::Zoom),
    ("<", Action::Narrower),
    (">", Action::Wider),
    ("v", Action::ToggleMouse),
    ("r", Action::RefreshSource),
    ("R", Action::RefreshAll),
    ("E", Action::Errors),
    ("ctrl-l", Action::Redraw),
    ("ctrl-z", Action::Suspend),
    ("?", Action::Help),
    ("f1", Action::Help),
];

/// What differs from [`DEFAULT`] for hands that know newsboat.
const NEWSBOAT: &[(&str, Action)] = &[
    ("n", Action::NextUnread),
    ("p", Action::PreviousUnread),
    ("N", Action::ToggleRead),
    ("A", Action::MarkAllRead),
    ("ctrl-n", Action::NextHit),
    ("ctrl-p", Action::PreviousHit),
    ("l", Action::ShowUnread),
];

/// What differs from [`DEFAULT`] for hands that know less.
const LESS: &[(&str, Action)] = &[
    ("f", Action::PageDown),
    ("b", Action::PageUp),
    ("d", Action::HalfPageDown),
    ("u", Action::HalfPageUp),
    ("e", Action::Down),
    ("y", Action::Up),
    ("ctrl-n", Action::Down),
    ("ctrl-p", Action::Up),
    ("p", Action::Top),
    ("h", Action::Help),
    ("x", Action::ToggleBoilerplate),
    ("X", Action::Explain),
    ("U", Action::Undo),
    ("L", Action::ToggleLabels),
    ("c", Action::CopyLink),
    ("C", Action::CopyPassage),
    ("O", Action::Copies),
];

/// Names of the presets, for messages.
pub const PRESETS: &[&str] = &["default", "newsboat", "less"];

/// What a run of keys means so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    Action(Action),
    /// The start of a sequence: wait for more.
    Prefix,
    Nothing,
}

/// Sequences of keys and what they do.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyMap {
    bindings: BTreeMap<Vec<Key>, Action>,
    /// Sequences in the order in which they were bound, for the help.
    order: Vec<Vec<Key>>,
}

impl Default for KeyMap {
    fn default() -> Self {
        Self::of(DEFAULT)
    }
}

impl KeyMap {
    fn of(table: &[(&str, Action)]) -> Self {
        let mut map = Self { bindings: BTreeMap::new(), order: Vec::new() };
        map.add(table);
        map
    }

    fn add(&mut self, table: &[(&str, Action)]) {
        for (keys, action) in table {
            self.bind(keys, action.name()).expect("the tables above are well-formed, as tested");
        }
    }

    /// `default`, `newsboat` or `less`.
    pub fn preset(name: &str) -> Option<Self> {
        let mut map = Self::default();
        match name {
            "default" => {}
            "newsboat" => map.add(NEWSBOAT),
            "less" => map.add(LESS),
            _ => return None,
        }
        Some(map)
    }

    /// Binds keys, apart by spaces where they are a sequence (`g g`), to an action's name; `none`
    /// unbinds. A sequence takes the place of bindings that are its start or its continuation,
    /// which could no longer be reached.
    ///
    /// # Errors
    /// In words, when a key or the action is not known.
    pub fn bind(&mut self, keys: &str, action: &str) -> Result<(), String> {
        let keys = keys.split_whitespace().map(Key::parse).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() {
            return Err("a binding needs a key".to_owned());
        }
        let bound = match action {
            "none" => None,
            name => Some(Action::from_name(name).ok_or_else(|| unknown_action(name))?),
        };
        let in_the_way = |other: &[Key]| other.starts_with(&keys) || keys.starts_with(other);
        self.bindings.retain(|other, _| !in_the_way(other));
        self.order.retain(|other| !in_the_way(other));
        if let Some(action) = bound {
            self.bindings.insert(keys.clone(), action);
            self.order.push(keys);
        }
        Ok(())
    }

    /// What the keys pressed so far mean.
    pub fn lookup(&self, keys: &[Key]) -> Match {
        if let Some(action) = self.bindings.get(keys) {
            return Match::Action(*action);
        }
        let longer = self.bindings.keys().any(|bound| bound.starts_with(keys));
        if longer { Match::Prefix } else { Match::Nothing }
    }

    /// The keys of an action as the help prints them, in the order bound; empty when unbound.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let bound = self.order.iter().filter(|keys| self.bindings.get(*keys) == Some(&action));
        bound.map(|keys| write_keys(keys)).collect()
    }

    /// Every binding, as `(keys, action)`, in the order bound.
    pub fn bindings(&self) -> impl Iterator<Item = (String, Action)> + '_ {
        self.order.iter().map(|keys| (write_keys(keys), self.bindings[keys]))
    }
}

fn write_keys(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
}

fn unknown_action(name: &str) -> String {
    let names = Action::ALL.iter().map(|action| action.name());
    let nearest = names.max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
    match nearest {
        Some(nearest) => format!("no action is called `{name}`; the nearest is `{nearest}`"),
        None => format!("no action is called `{name}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(map: &KeyMap, keys: &str) -> Match {
        let keys: Vec<Key> = keys.split(' ').map(|key| Key::parse(key).unwrap()).collect();
        map.lookup(&keys)
    }

    #[test]
    fn keys_are_written_as_they_are_read() {
        for text in ["j", "G", "ctrl-d", "shift-tab", "pgdn", "space", "f5", "alt-x", "ctrl--", "é"]
        {
            assert_eq!(Key::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Key::parse("-").unwrap(), Key::char('-'));
        assert_eq!(Key::parse("C-r").unwrap(), Key::ctrl('r'));
        assert_eq!(Key::parse("Escape").unwrap().to_string(), "esc");
        assert!(Key::parse("hyper-x").is_err());
        assert!(Key::parse("").is_err());
    }

    #[test]
    fn presets_bind_what_they_say() {
        for name in PRESETS {
            assert!(KeyMap::preset(name).is_some(), "{name}");
        }
        let less = KeyMap::preset("less").unwrap();
        assert_eq!(press(&less, "f"), Match::Action(Action::PageDown));
        assert_eq!(press(&less, "j"), Match::Action(Action::Down));
        assert_eq!(KeyMap::preset("emacs"), None);
    }

    #[test]
    fn every_action_has_a_key_in_every_preset() {
        for name in PRESETS {
            let map = KeyMap::preset(name).unwrap();
            for action in Action::ALL {
                assert!(!map.keys_of(*action).is_empty(), "{name}: {}", action.name());
            }
        }
    }

    #[test]
    fn a_sequence_waits_and_replaces_its_start() {
        let mut map = KeyMap::default();
        map.bind("g g", "top").unwrap();
        assert_eq!(press(&map, "g"), Match::Prefix);
        assert_eq!(press(&map, "g g"), Match::Action(Action::Top));
        assert_eq!(press(&map, "g x"), Match::Nothing);
        map.bind("g", "none").unwrap();
        assert_eq!(press(&map, "g g"), Match::Nothing);
    }

    #[test]
    fn a_wrong_action_names_the_nearest() {
        let error = KeyMap::default().bind("x", "half-page-dwn").unwrap_err();
        assert!(error.contains("half-page-down"), "{error}");
    }
}

//! Colours are data: a style for each role, written in a small language, cut down to what the
//! terminal has.

use std::ops::Index;

use ratatui::style::{Modifier, Style};

use super::colour::{self, Depth};
use crate::article::{Kind, Label};
use crate::page::RowKind;

/// Declares [`Role`] with its name in the config and its style at the outset.
macro_rules! roles {
    ($($variant:ident $name:literal $spec:literal $about:literal)*) => {
        /// What a cell stands for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Role {
            $(#[doc = $about] $variant,)*
        }

        impl Role {
            pub const ALL: &[Role] = &[$(Role::$variant,)*];

            /// The name in the config.
            pub fn name(self) -> &'static str {
                match self { $(Role::$variant => $name,)* }
            }

            /// What it is for, in a line.
            pub fn about(self) -> &'static str {
                match self { $(Role::$variant => $about,)* }
            }
        }

        /// Names of the roles and their styles at the outset. They name only colours that read on
        /// dark and light, and no two labels differ by colour alone.
        pub const ROLES: &[(&str, &str)] = &[$(($name, $spec),)*];
    };
}

roles! {
    Text "text" "default" "the article's text, and all that has no other role"
    Dim "dim" "dim" "what matters less: sources, ages, hints"
    Title "title" "bold" "the article's title"
    Heading "heading" "bold" "headings within the article"
    Meta "meta" "dim" "byline, agency, date and source"
    Quote "quote" "italic" "quotations"
    Caption "caption" "dim italic" "captions of pictures"
    Code "code" "cyan" "program text and the like"
    Link "link" "underline" "links in the article"
    Unread "unread" "bold" "the title of an unread article in the list, and its mark"
    Selected "selected" "reverse" "the selected row of the pane that takes the keys"
    SelectedInactive "selected-inactive" "underline" "the selected row of the other pane"
    Starred "starred" "bold yellow" "the mark of a starred article"
    Border "border" "dim" "the line between the panes"
    BorderActive "border-active" "cyan" "the border of an overlay"
    Status "status" "reverse" "the status line"
    StatusError "status-error" "bold red reverse" "an error in the status line"
    Key "key" "bold" "keys in hints and in the help"
    Prompt "prompt" "bold" "the sign before the line being typed"
    QueryError "query-error" "red underline" "the part of a query that is not understood"
    Hit "hit" "black on-yellow" "words searched for"
    HitCurrent "hit-current" "bold underline black on-cyan" "the hit the reader went to"
    MentionCurrent "mention-current" "bold reverse" "the mention the reader went to"
    Person "person" "bold magenta" "people"
    Organization "organization" "underline cyan" "organisations"
    Location "location" "italic green" "countries, towns, rivers"
    Facility "facility" "italic underline green" "buildings, airports, bridges"
    Group "group" "bold italic blue" "nationalities, religions, parties"
    Product "product" "bold underline cyan" "things that are made, works, laws"
    Date "date" "dim underline" "dates and times"
    Money "money" "bold italic underline yellow" "sums of money"
    Misc "misc" "dim italic" "names of other kinds"
    Boilerplate "boilerplate" "dim" "hidden paragraphs being shown"
    Reason "reason" "italic magenta" "why a paragraph is hidden"
    Progress "progress" "bold" "the progress bar in the status line"
}

/// A style for every role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    styles: Vec<Style>,
    depth: Depth,
}

impl Default for Theme {
    /// The default styles with every colour as written.
    fn default() -> Self {
        Self::with_depth(Depth::True)
    }
}

impl Theme {
    /// No colour at all: attributes alone, with which labels still differ.
    pub fn plain() -> Self {
        Self::with_depth(Depth::None)
    }

    /// The default styles for a terminal of this depth.
    pub fn from_env(no_color: bool, colors: Depth) -> Self {
        Self::with_depth(if no_color { Depth::None } else { colors })
    }

    fn with_depth(depth: Depth) -> Self {
        let parse = |(_, spec): &(&str, &str)| {
            colour::parse(spec, depth).expect("the table above is well-formed, as tested")
        };
        Self { styles: ROLES.iter().map(parse).collect(), depth }
    }

    /// Gives a role another style: `bold cyan`, `underline`, `#ff8800`, `208 on-blue`, `default`.
    /// What the terminal lacks is brought down to what it has.
    ///
    /// # Errors
    /// In words, when there is no such role or the style is not understood.
    pub fn set(&mut self, role: &str, spec: &str) -> Result<(), String> {
        let at = ROLES.iter().position(|(name, _)| *name == role);
        let at = at.ok_or_else(|| {
            let nearest = colour::nearest(role, ROLES.iter().map(|(name, _)| *name));
            format!("no role is called `{role}`; the nearest is `{nearest}`")
        })?;
        self.styles[at] = colour::parse(spec, self.depth)?;
        Ok(())
    }

    /// A role's style to lay over others: what it points out is not dim, however dim the rest.
    pub fn over(&self, role: Role) -> Style {
        Style::new().remove_modifier(Modifier::DIM).patch(self[role])
    }

    /// The style of a label.
    pub fn label(&self, label: Label) -> Style {
        self[match label {
            Label::Person => Role::Person,
            Label::Organization => Role::Organization,
            Label::Location => Role::Location,
            Label::Facility => Role::Facility,
            Label::Group => Role::Group,
            Label::Product => Role::Product,
            Label::Date => Role::Date,
            Label::Money => Role::Money,
            Label::Misc => Role::Misc,
        }]
    }
}

impl Index<Role> for Theme {
    type Output = Style;

    fn index(&self, role: Role) -> &Style {
        &self.styles[role as usize]
    }
}

impl Role {
    /// The role of a row of an article, in the reading pane and in `cat` alike.
    pub fn of_row(kind: RowKind) -> Self {
        match kind {
            RowKind::Title => Role::Title,
            RowKind::Meta => Role::Meta,
            RowKind::Hidden => Role::Boilerplate,
            RowKind::Explain => Role::Reason,
            RowKind::Note => Role::Dim,
            RowKind::Text(Kind::Heading) => Role::Heading,
            RowKind::Text(Kind::Quote) => Role::Quote,
            RowKind::Text(Kind::Caption) => Role::Caption,
            RowKind::Text(Kind::Code) => Role::Code,
            RowKind::Blank | RowKind::Text(_) => Role::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use ratatui::style::Color;

    use super::*;

    #[test]
    fn every_default_reads_back() {
        for depth in [Depth::None, Depth::Sixteen, Depth::Palette, Depth::True] {
            assert_eq!(Theme::from_env(false, depth).styles.len(), Role::ALL.len());
        }
        let mut theme = Theme::default();
        for (role, spec) in ROLES {
            theme.set(role, spec).unwrap();
        }
        assert_eq!(theme, Theme::default());
    }

    #[test]
    fn labels_differ_without_colour() {
        let theme = Theme::plain();
        let styles: HashSet<Modifier> =
            Label::ALL.into_iter().map(|label| theme.label(label).add_modifier).collect();
        assert_eq!(styles.len(), Label::ALL.len());
        assert!(!styles.contains(&Modifier::empty()));
    }

    #[test]
    fn plain_has_no_colour_and_still_shows_hits() {
        let theme = Theme::from_env(true, Depth::True);
        assert_eq!(theme, Theme::plain());
        assert!(theme.styles.iter().all(|style| style.fg.is_none() && style.bg.is_none()));
        assert_eq!(theme[Role::Hit].add_modifier, Modifier::REVERSED);
    }

    #[test]
    fn defaults_read_on_dark_and_light() {
        let faint = [Color::Black, Color::White, Color::LightYellow, Color::Gray];
        for role in Role::ALL {
            let style = Theme::default()[*role];
            let own_ground = style.bg.is_some();
            assert!(own_ground || !style.fg.is_some_and(|fg| faint.contains(&fg)), "{role:?}");
        }
    }

    #[test]
    fn a_wrong_role_names_the_nearest() {
        let error = Theme::default().set("persn", "bold").unwrap_err();
        assert_eq!(error, "no role is called `persn`; the nearest is `person`");
    }
}

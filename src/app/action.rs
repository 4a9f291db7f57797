//! Everything a key can ask for.

/// Declares [`Action`] with its name in the config and its line in the help, in help order.
macro_rules! actions {
    ($($group:literal { $($variant:ident $name:literal $help:literal)* })*) => {
        /// What the reader asked for. The name in the config is the variant in kebab case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $help] $variant,)*)*
        }

        impl Action {
            /// Every action, in the order of the help.
            pub const ALL: &[Action] = &[$($(Action::$variant,)*)*];

            /// The name in the config: `half-page-down`.
            pub fn name(self) -> &'static str {
                match self { $($(Action::$variant => $name,)*)* }
            }

            /// What it does, for the help screen.
            pub fn help(self) -> &'static str {
                match self { $($(Action::$variant => $help,)*)* }
            }

            /// The heading it stands under in the help screen.
            pub fn group(self) -> &'static str {
                match self { $($(Action::$variant => $group,)*)* }
            }
        }
    };
}

actions! {
    "Move" {
        Down "down" "down a line"
        Up "up" "up a line"
        Top "top" "to the top"
        Bottom "bottom" "to the bottom"
        HalfPageDown "half-page-down" "half a page down"
        HalfPageUp "half-page-up" "half a page up"
        PageDown "page-down" "a page down"
        PageUp "page-up" "a page up"
        Open "open" "open, or go in"
        Back "back" "go back"
        Close "close" "go back; quit at the root"
        Quit "quit" "quit at once"
        NextPane "next-pane" "next pane"
        PreviousPane "previous-pane" "previous pane"
        ScrollTextDown "scroll-text-down" "scroll the text from the list"
        ScrollTextUp "scroll-text-up" "scroll the text back from the list"
        NextArticle "next-article" "next article"
        PreviousArticle "previous-article" "previous article"
        NextUnread "next-unread" "next unread article"
        PreviousUnread "previous-unread" "previous unread article"
    }
    "Find" {
        Search "search" "search the library; in the text, this article"
        NextHit "next-hit" "next hit"
        PreviousHit "previous-hit" "previous hit"
        ShowAll "show-all" "show all articles"
        ShowUnread "show-unread" "show unread articles"
        ShowStarred "show-starred" "show starred articles"
        Filters "filters" "saved filters: choose one to search"
        Sort "sort" "newest, oldest, or best first"
        Sources "sources" "sources: choose one to show"
    }
    "Keep" {
        ToggleRead "toggle-read" "mark read or unread"
        MarkAllRead "mark-all-read" "mark all in the list read"
        ToggleStar "toggle-star" "star or unstar"
        Tag "tag" "tag the article"
        Untag "untag" "take a tag off"
        Undo "undo" "undo the last change"
        Redo "redo" "redo it"
    }
    "Read" {
        ToggleBoilerplate "toggle-boilerplate" "show or hide boilerplate"
        Explain "explain" "explain what is boilerplate, and why"
        TurnHere "turn-here" "hide or keep this paragraph, explained"
        TurnEverywhere "turn-everywhere" "hide or keep it in all of its source"
        Rules "rules" "what you hid and kept"
        DropRule "drop-rule" "take back the rule selected"
        Entities "entities" "people, places and more in this article"
        NextMention "next-mention" "next mention"
        PreviousMention "previous-mention" "previous mention"
        ToggleLabels "toggle-labels" "entity colours on or off"
        EntityPage "entity-page" "this entity: since when, with whom, where"
        EntityArticles "entity-articles" "list the articles about this entity"
        SameEntity "same-entity" "say that this entity is the same as another"
        NotSameEntity "not-same-entity" "say that a name is not this entity's"
        Copies "copies" "other articles of this story: its copies"
        OpenLink "open-link" "open in the browser"
        CopyLink "copy-link" "copy the link"
        CopyPassage "copy-passage" "copy the passage"
    }
    "Screen" {
        Zoom "zoom" "reading pane alone"
        Narrower "narrower" "narrower list"
        Wider "wider" "wider list"
        ToggleMouse "toggle-mouse" "mouse to gazette, or to the terminal for selecting"
        RefreshSource "refresh-source" "read the source again"
        RefreshAll "refresh-all" "read all sources again"
        Errors "errors" "inputs that could not be read"
        Redraw "redraw" "draw the screen anew"
        Suspend "suspend" "back to the shell for a while"
        Help "help" "these keys"
    }
}

impl Action {
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }
}

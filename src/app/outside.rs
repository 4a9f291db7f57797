//! What the reader asks of other programs and of the terminal.

use super::{App, Effect};
use crate::article::Article;
use crate::library::{Result, harmless};

impl App {
    /// Reads again the sources shown, else the one of the selected article.
    pub(super) fn refresh_source(&mut self) -> Result<()> {
        let sources = match (self.view.sources.is_empty(), self.list.selected_id()) {
            (false, _) => self.view.sources.clone(),
            (true, Some(id)) => self.library.source_of(id)?.into_iter().collect(),
            (true, None) => Vec::new(),
        };
        self.read_again(sources);
        Ok(())
    }

    pub(super) fn open_link(&mut self) {
        let url = self.reading.article.as_ref().and_then(|article| article.url.clone());
        match url {
            Some(url) if may_open(&url) => {
                self.say(format!("opening {url}"));
                self.effects.push(Effect::Browse(url));
            }
            Some(url) => {
                self.trouble(format!("will not open {url}: not a web, mail or gemini link"))
            }
            None => self.say("this article has no link"),
        }
    }

    pub(super) fn copy_link(&mut self) {
        let article = self.reading.article.as_ref();
        // A line end in the name of a file would end a command that it is pasted into.
        let path = |article: &Article| article.path.as_deref().map(harmless);
        let link = article.and_then(|article| article.url.clone().or_else(|| path(article)));
        match link {
            Some(link) => {
                self.say(format!("copied {link}"));
                self.effects.push(Effect::Copy(link));
            }
            None => self.say("this article has no link"),
        }
    }

    pub(super) fn copy_passage(&mut self) {
        match self.reading.passage().map(str::to_owned) {
            Some(passage) => {
                self.say("copied the passage");
                self.effects.push(Effect::Copy(passage));
            }
            None => self.say("no text to copy"),
        }
    }

    pub(super) fn toggle_mouse(&mut self) {
        self.mouse = !self.mouse;
        self.effects.push(Effect::Mouse(self.mouse));
        self.say(match self.mouse {
            true => "mouse: gazette's",
            false => "mouse: the terminal's, for selecting text",
        });
    }
}

/// Only links of these kinds are handed to another program.
fn may_open(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = ["http", "https", "mailto", "gemini"];
    scheme.is_some_and(|scheme| known.contains(&scheme.as_str()))
}

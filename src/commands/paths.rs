//! What a word on the command line may stand for besides a file.

use std::path::Path;

use clap::CommandFactory;

use super::arguments::Arguments;
use super::output::Failure;
use crate::config::nearest;

/// True for `https://…` and the like, unless there is such a file.
pub fn is_url(path: &Path) -> bool {
    let text = path.to_string_lossy();
    let web = ["http://", "https://", "feed://", "feed:http"];
    web.iter().any(|scheme| text.starts_with(scheme)) && !path.exists()
}

/// The answer to a URL, wherever it is named.
pub fn no_network(url: &Path) -> Failure {
    let url = url.display();
    Failure::Usage(format!(
        "{url}: gazette does not fetch from the network yet; save it to a file first"
    ))
}

/// The answer to a path that is not there: perhaps it was meant for a command.
pub fn missing(path: &Path) -> Failure {
    let word = path.display().to_string();
    let gazette = Arguments::command();
    let near = nearest(&word, gazette.get_subcommands().map(|command| command.get_name()));
    let hint = near.map_or(String::new(), |near| format!("; did you mean `gazette {near}`?"));
    Failure::Usage(match word.contains(['/', '.', '\\']) {
        true => format!("{word}: no such file or folder"),
        false => format!("{word}: no such file or folder, and no such command{hint}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_in_a_command_is_told() {
        let message = |word: &str| missing(Path::new(word)).to_string();
        assert!(message("serach").ends_with("did you mean `gazette search`?"));
        assert!(message("qqq").ends_with("no such command"));
        assert_eq!(message("./cta"), "./cta: no such file or folder");
    }
}

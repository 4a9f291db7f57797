//! The `gazette` command: all it does is in the library's `commands`.

use std::process::ExitCode;

fn main() -> ExitCode {
    gazette::commands::main()
}

//! The `countersign` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    countersign::cli::start(std::env::args_os())
}

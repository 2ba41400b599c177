//! The `countersign` command.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    countersign::cli::run(std::env::args_os()).await
}

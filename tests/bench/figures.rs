//! Figures: the CPU time that this server takes for a request, beside what the answer must cost and what a peer takes.
//!
//! `cargo bench --bench figures` measures all of it and prints tables; nothing here passes or fails. The real program runs
//! as a process of its own; its CPU time is user and system time of all of its threads, as the kernel counts them, over a
//! round of requests. Rounds of everything alternate, and medians are compared, so that a busy machine slows all alike.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on ends")]

mod dialect;
mod floors;
mod load;
mod measure;
mod peer;
mod process;
mod report;
mod world;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use floors::{Answer, Floor};

/// Measures and prints every figure.
#[derive(Parser)]
struct Arguments {
    /// Requests in a round.
    #[arg(long, default_value_t = 2000)]
    requests: usize,
    /// Rounds; the median counts.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Connections that are kept busy.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// How many grants there are; can be repeated.
    #[arg(long, default_values_t = [1000, 1_000_000])]
    grants: Vec<u64>,
    /// Leave the peer out.
    #[arg(long)]
    no_peer: bool,
    /// Cargo says it.
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    floor: Option<Mode>,
}

#[derive(Subcommand)]
enum Mode {
    /// Serve a floor, as a process of its own.
    #[command(hide = true)]
    Floor {
        kind: Floor,
        bind: String,
        answer: PathBuf,
        database: String,
    },
}

fn main() {
    let arguments = Arguments::parse();
    match &arguments.floor {
        Some(Mode::Floor {
            kind,
            bind,
            answer,
            database,
        }) => floors::serve(*kind, bind, Answer::load(answer), database).unwrap(),
        None => measure::measure(&arguments),
    }
}

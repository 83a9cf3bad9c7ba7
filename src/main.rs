//! The `audit` binary: see `audit --help`.

use std::process::ExitCode;

/// Verdicts and their words are many small strings made on every core at once, which this allocator
/// does a seventh faster than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    audit::cli::main().into()
}

//! The `audit` binary: see `audit --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    audit::cli::main().into()
}

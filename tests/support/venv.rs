//! Python environments: each made once below `target/tmp`, again when its requirements change.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

const NEEDED: &str = "the tests against the AWS test server, and those with linters, need Python 3.10 or newer with its `venv` module: \
    install `python3` and `python3-venv` (Debian, Ubuntu), `python3` (Fedora) or `python` (Homebrew), \
    or name another interpreter in the environment variable PYTHON";

/// Succeeds where an environment can be made, and says which Python would be in it.
const PROBE: &str = "import ensurepip, sys, venv; assert sys.version_info >= (3, 10), sys.version; print(sys.version)";

/// The folder of `server.py`.
pub fn server_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server")
}

/// The interpreter of the server's environment.
pub fn python() -> PathBuf {
    environment("aws-server-venv", &server_folder().join("requirements.txt")).join("python")
}

/// The folder of the programs of an environment. Test processes that come at the same time wait for the first to make
/// it.
pub fn environment(name: &str, requirements: &Path) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join(name);
    let lock = File::create(target.join(format!("{name}.lock")))
        .expect("create the lock of the environment");
    lock.lock().expect("lock the environment");
    let wanted = stamp(requirements);
    let stamp_file = folder.join("audit-stamp");
    if fs::read_to_string(&stamp_file).ok().as_ref() != Some(&wanted) {
        make(&folder, requirements);
        fs::write(&stamp_file, wanted).expect("stamp the environment");
    }
    programs(&folder)
}

/// What an environment is made of: the pinned packages and the Python beneath.
fn stamp(requirements: &Path) -> String {
    let probe = Command::new(base_python()).args(["-c", PROBE]).output();
    let output = probe.unwrap_or_else(|error| panic!("{NEEDED} ({}: {error})", base_python()));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{NEEDED}\n{complaint}");
    let version = String::from_utf8_lossy(&output.stdout);
    let packages = fs::read_to_string(requirements).expect("read requirements.txt");
    format!("{version}{packages}")
}

fn make(folder: &Path, requirements: &Path) {
    if folder.exists() {
        fs::remove_dir_all(folder).expect("remove the outdated environment");
    }
    run(Command::new(base_python()).args(["-m", "venv"]).arg(folder));
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--requirement",
    ];
    run(Command::new(programs(folder).join("python")).args(pip).arg(requirements));
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{NEEDED} ({command:?}: {error})"));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} failed ({}):\n{complaint}", output.status);
}

fn base_python() -> String {
    std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

fn programs(folder: &Path) -> PathBuf {
    folder.join("bin")
}

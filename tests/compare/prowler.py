"""Compares `audit` with Prowler on the same accounts: `python3 tests/compare/prowler.py [--audit PROGRAM] [--live]`.

Starts the test server, seeds accounts, lets both look at them, and prints as Markdown on how many resources they agree.
Where they do not, `readings.REASONS` says why. Exits with 1 if a difference has no reason there, if a reason explains
no difference any more, or if a check of Prowler's found nothing to compare.

`--live` compares on the account and region that the environment names instead (AWS_PROFILE, AWS_REGION and so on), and
only reads there. A difference then gets the reasons of its like; without any, the exit code is 1, too.

Prowler knows neither `not_applicable` nor, but for MANUAL, `unknown`: it passes what has nothing to fail, or leaves it
out. So these agree: pass and PASS, fail and FAIL, not_applicable and anything but FAIL, unknown and MANUAL.

Needs `cargo test` once, for the program and for the server's packages. Prowler's own, some 250, are installed below
`target/` on the first run, which takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from readings import ABSENT, ACCOUNTS, EDGES, PAIRS, REASONS, REGION, SETTINGS, Found, Pair, Reason, Seen

ROOT = Path(__file__).resolve().parents[2]
SERVER = ROOT / "tests/server/server.py"
SERVER_PYTHON = ROOT / "target/tmp/aws-server-venv/bin/python"
REQUIREMENTS = Path(__file__).with_name("requirements.txt")
PROWLER = ROOT / "target/tmp/prowler-venv"
LIVE = "live"
SCENARIOS = ("healthy", "mvp", "empty")


@dataclass(frozen=True)
class Verdicts:
    """Both on one resource."""

    rule: str
    resource: str
    """`account:resource`."""
    ours: str
    theirs: str

    def agree(self) -> bool:
        if self.ours == "not_applicable":
            return self.theirs != "FAIL"
        return (self.ours, self.theirs) in (("pass", "PASS"), ("fail", "FAIL"), ("unknown", "MANUAL"))

    def explained_by(self, reason: Reason, pattern: str) -> bool:
        """On an account that nobody has seeded, whatever the resource."""
        same = (self.rule, self.ours, self.theirs) == (reason.rule, reason.ours, reason.theirs)
        return same and (self.resource.startswith(f"{LIVE}:") or fnmatchcase(self.resource, pattern))

    def why(self) -> str:
        """Empty without a reason."""
        known = [r.why for r in REASONS if any(self.explained_by(r, pattern) for pattern in r.resources)]
        return "; or ".join(known)


def compare(pair: Pair, seen: Seen) -> list[Verdicts]:
    """On every resource that one of the two has looked at."""
    theirs: dict[str, dict[str, str]] = {}
    for found in seen.theirs:
        if found.check in pair.checks:
            for resource in pair.place(found, seen):
                checks = theirs.setdefault(resource, {})
                checks[found.check] = worst(checks.get(found.check, "PASS"), found.status)
    ours = seen.ours.get(pair.rule, {})
    return [
        Verdicts(
            pair.rule,
            f"{seen.account}:{resource}",
            ours.get(resource, ABSENT),
            together(pair, list(theirs.get(resource, {}).values())),
        )
        for resource in sorted(ours.keys() | theirs.keys())
    ]


def worst(*statuses: str) -> str:
    return min(statuses, key=("FAIL", "MANUAL", "PASS").index)


def together(pair: Pair, statuses: list[str]) -> str:
    if not statuses:
        return ABSENT
    return "PASS" if pair.either and "PASS" in statuses else worst(*statuses)


def silent_checks(seen: list[Seen]) -> list[str]:
    """Checks of Prowler's that said nothing of any resource that we judge."""
    spoken = {
        (pair.rule, found.check)
        for one in seen
        for pair in PAIRS
        for found in one.theirs
        if any(resource in one.ours.get(pair.rule, {}) for resource in pair.place(found, one))
    }
    return [check for pair in PAIRS for check in pair.checks if (pair.rule, check) not in spoken]


def stale_reasons(differences: list[Verdicts]) -> list[str]:
    return [
        f"{reason.rule}: {pattern} no longer differs ({reason.ours}, {reason.theirs})"
        for reason in REASONS
        for pattern in reason.resources
        if not any(one.explained_by(reason, pattern) for one in differences)
    ]


def report(verdicts: list[Verdicts], rules: list[str]) -> Iterator[str]:
    """The tables, as Markdown."""
    yield "| rule | Prowler's checks | resources | same | of these fail | different |"
    yield "|---|---|---:|---:|---:|---:|"
    for pair in PAIRS:
        found = [one for one in verdicts if one.rule == pair.rule]
        same = [one for one in found if one.agree()]
        failing = sum(one.ours == "fail" for one in same)
        checks = (" or " if pair.either else ", ").join(f"`{check}`" for check in pair.checks)
        yield f"| `{pair.rule}` | {checks} | {len(found)} | {len(same)} | {failing} | {len(found) - len(same)} |"
    yield ""
    yield from differences_table([one for one in verdicts if not one.agree()])
    alone = [rule for rule in rules if rule not in {pair.rule for pair in PAIRS}]
    yield ""
    names = ", ".join(f"`{rule}`" for rule in alone)
    yield f"For the other {len(alone)} of {len(rules)} rules Prowler has no check of the same meaning: {names}."


def differences_table(differences: list[Verdicts]) -> Iterator[str]:
    """One row for each reason, and one for each difference without."""
    counts = Counter(
        (one.rule, one.ours, one.theirs, one.why() or f"**not explained: {one.resource}**") for one in differences
    )
    likely = any(one.resource.startswith(f"{LIVE}:") for one in differences)
    yield f"| rule | resources | audit | Prowler | {'likely ' if likely else ''}why |"
    yield "|---|---:|---|---|---|"
    for (rule, ours, theirs, because), count in counts.items():
        yield f"| `{rule}` | {count} | {words(ours)} | {words(theirs)} | {because} |"


def words(verdict: str) -> str:
    return "does not look" if verdict == ABSENT else verdict.lower()


def look(environment: dict[str, str], program: Path, prowler: Path, name: str) -> tuple[Seen, list[str]]:
    """Lets both look at the account of an environment; with the ids of all rules."""
    with tempfile.TemporaryDirectory() as folder:
        ours, snapshot = run_audit(program, Path(folder), environment)
        theirs, broken = run_prowler(prowler, Path(folder), environment)
    statuses: dict[str, dict[str, str]] = {}
    for finding in ours["findings"]:
        statuses.setdefault(finding["rule"], {})[finding["resource"]["id"]] = finding["status"]
    definitions: dict[str, list[str]] = {}
    for resource in snapshot["resources"]:
        if resource["type"] == "AWS::ECS::Service":
            definitions.setdefault(resource["properties"].get("TaskDefinition", ""), []).append(resource["id"])
    [number] = ours["snapshot"]["accounts"]
    return Seen(name, number, statuses, theirs, broken, definitions), [rule["id"] for rule in ours["rules"]]


def seeded(endpoint: str, name: str) -> dict[str, str]:
    """The environment of an account of the test server, once it is seeded."""
    seed(endpoint, name)
    return {
        "AWS_ACCESS_KEY_ID": ACCOUNTS[name],
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint,
        "NO_PROXY": "127.0.0.1",
        "PATH": os.environ["PATH"],
    }


def run_audit(program: Path, folder: Path, environment: dict[str, str]) -> tuple[Any, Any]:
    """The report and the snapshot."""
    snapshot = folder / "snapshot.json"
    command = [str(program), "run", "--format", "json", "--lang", "en", "--no-progress"]
    done = run([*command, "--save-snapshot", str(snapshot)], folder, environment, allowed=(0, 1, 3))
    return json.loads(done.stdout), json.loads(snapshot.read_text())


def run_prowler(prowler: Path, folder: Path, environment: dict[str, str]) -> tuple[list[Found], list[str]]:
    """Its findings, and what it says of checks that broke."""
    settings = folder / "settings.yaml"
    settings.write_text(SETTINGS)
    command = [str(prowler), "aws", "--region", environment["AWS_REGION"], "--no-banner", "--no-color"]
    command += ["--ignore-exit-code-3"]
    command += ["--config-file", str(settings), "--log-level", "ERROR", "--output-formats", "json-ocsf"]
    command += ["--output-directory", str(folder), "--output-filename", "prowler"]
    command += ["--checks", *(check for pair in PAIRS for check in pair.checks)]
    done = run(command, folder, environment)
    broken = [line for line in done.stdout.splitlines() if "Something went wrong" in line]
    found = [
        Found(
            finding["metadata"]["event_code"],
            finding["status_code"],
            resource["name"],
            resource["uid"],
            resource["region"],
        )
        for finding in json.loads((folder / "prowler.ocsf.json").read_text())
        for resource in finding["resources"]
    ]
    return found, broken


def run(
    command: list[str], folder: Path, environment: dict[str, str] | None = None, allowed: tuple[int, ...] = (0,)
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode not in allowed:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def seed(endpoint: str, name: str) -> None:
    """What is no scenario of the server's is a healthy account with something changed."""
    about = {"account": ACCOUNTS[name], "region": REGION}
    ask(endpoint, "seed", **about, scenario=name if name in SCENARIOS else "healthy")
    if name == "faulty":
        for rule in (pair.rule for pair in PAIRS if not pair.healthy):
            ask(endpoint, "fault", **about, fault=rule, action="plant")
    if name == "edges":
        for what, body in EDGES:
            ask(endpoint, what, **about, **body)


def ask(endpoint: str, what: str, **body: Any) -> None:
    with urlopen(Request(f"{endpoint}/_audit/{what}", json.dumps(body).encode(), method="POST")):
        pass


@contextmanager
def server(python: Path) -> Iterator[str]:
    """The test server's address; it ends with its stdin."""
    child = subprocess.Popen(
        [str(python), str(SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdin is not None and child.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}"
    finally:
        child.stdin.close()
        child.wait(10)


def install() -> Path:
    """Prowler's program, installed unless it is there with these very packages."""
    stamp, wanted = PROWLER / "audit-stamp", f"{sys.version}\n{REQUIREMENTS.read_text()}"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing Prowler ...", file=sys.stderr)
        run([sys.executable, "-m", "venv", "--clear", str(PROWLER)], ROOT)
        pip = [str(PROWLER / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--no-deps", "--requirement", str(REQUIREMENTS)], ROOT)
        stamp.write_text(wanted)
    return PROWLER / "bin/prowler"


def looked_at(program: Path, live: bool) -> list[tuple[Seen, list[str]]]:
    """The account of this environment, or all of the test server's, two at a time."""
    prowler = install()
    if live:
        here = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or REGION
        return [look({**os.environ, "AWS_REGION": here, "AWS_DEFAULT_REGION": here}, program, prowler, LIVE)]
    with server(SERVER_PYTHON) as endpoint, ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda name: look(seeded(endpoint, name), program, prowler, name), ACCOUNTS))


def complaints(verdicts: list[Verdicts], seen: list[Seen], live: bool) -> list[str]:
    differences = [one for one in verdicts if not one.agree()]
    found = [f"{one.account}: Prowler says: {line}" for one in seen for line in one.broken]
    found += [f"{one.rule}: {one.resource} differs ({one.ours}, {one.theirs})" for one in differences if not one.why()]
    if not live:
        found += stale_reasons(differences)
        found += [f"{check} found nothing to compare" for check in silent_checks(seen)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description="Compares audit with Prowler, on accounts of the test server.")
    parser.add_argument("--audit", type=Path, default=ROOT / "target/debug/audit", help="[default: %(default)s]")
    parser.add_argument("--live", action="store_true", help="on the account that the environment names instead")
    options = parser.parse_args()
    for needed in [options.audit, *([] if options.live else [SERVER_PYTHON])]:
        if not needed.exists():
            parser.error(f"{needed} is missing; `cargo test` makes it")
    looked = looked_at(options.audit.resolve(), options.live)
    seen, rules = [one for one, _ in looked], looked[0][1]
    verdicts = [one for pair in PAIRS for account in seen for one in compare(pair, account)]
    print("\n".join(report(verdicts, rules)))
    wrong = complaints(verdicts, seen, options.live)
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

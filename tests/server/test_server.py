"""Tests the server: `python test_server.py [PART_OF_A_NAME]`. Exits with 1 if anything fails."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from types import ModuleType

from selftest import (
    account_writes,
    alert_writes,
    baseline_reads,
    baseline_writes,
    breaking,
    event_writes,
    interrupting,
    lifecycle,
    operations,
    storage_writes,
)
from selftest.harness import Server

MODULES = (
    operations,
    baseline_reads,
    breaking,
    interrupting,
    lifecycle,
    storage_writes,
    alert_writes,
    account_writes,
    event_writes,
    baseline_writes,
)


def tests(module: ModuleType) -> list[tuple[str, Callable[[Server], None]]]:
    short = module.__name__.rsplit(".", 1)[-1]
    return [(f"{short}.{name[5:]}", item) for name, item in vars(module).items() if name.startswith("test_")]


def main() -> int:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    failed = 0
    with Server() as server:
        for module in MODULES:
            for name, test in tests(module):
                if wanted not in name:
                    continue
                started = time.monotonic()
                try:
                    test(server)
                    verdict = "ok"
                except Exception:
                    traceback.print_exc()
                    failed += 1
                    verdict = "FAILED"
                print(f"{verdict:6} {name} ({time.monotonic() - started:.2f} s)", flush=True)
    print(f"{failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: every measure, several times, on SQLite and on PostgreSQL; prints one table, keeps every run.

`python -m tests.bench --size 1000 --runs 3`, with `--only NAME` and `--database sqlite|postgresql` for a part of it.
Each run has a database of its own. The figures fail nothing: the exit code is 1 only where a run could not be made.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from results.bench.report import lines_of, markdown, table
from tests.chromium import chromium
from tests.cluster import binaries, temporary_cluster
from tests.stages import CannotRun, provide

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "var" / "bench"
NAMES = ("pages", "drafts", "marking", "rush", "people", "signins", "exports", "faults")
DATABASES = ("sqlite", "postgresql")


def postmaster_of(address: str) -> int:
    """Find the process all of a cluster's processes come from: the parent of the one that answers."""
    with psycopg.connect(address) as connection:
        [pid] = connection.execute("SELECT pg_backend_pid()").fetchone()
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def fresh_database(kind: str) -> Iterator[dict[str, str]]:
    """Give the environment of an empty database that is gone afterwards."""
    if kind == "postgresql":
        with temporary_cluster() as address:
            yield {"DATABASE_URL": address, "ASSAY_BENCH_POSTMASTER": str(postmaster_of(address))}
        return
    folder = KEPT / f"sqlite-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        yield {"DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}"}
    finally:
        shutil.rmtree(folder)


def run_once(name: str, kind: str, size: int, most: int) -> dict[str, Any] | None:
    """Measure one thing once. Says why and gives None where it could not be done."""
    command = [sys.executable, "manage.py", "bench", name, "--json", "--size", str(size), "--most", str(most)]
    seen_in = {"ASSAY_BENCH_CHROMIUM": found} if (found := chromium()) else {}
    with fresh_database(kind) as given:
        env = {**os.environ, "DEBUG": "1", "HTTPS": "0", "ASSAY_DATA": str(KEPT), **seen_in, **given}
        env.pop("ASSAY_DEMO", None)
        env.pop("DJANGO_SETTINGS_MODULE", None)
        if kind == "sqlite":
            env.pop("ASSAY_BENCH_POSTMASTER", None)
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        return None
    report: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return report


def run_all(names: list[str], kinds: list[str], size: int, runs: int, most: int) -> tuple[list[dict[str, Any]], int]:
    """Make every run; give what was found, and how many could not be made."""
    reports, failed = [], 0
    for kind in kinds:
        for name in names:
            for n in range(1, runs + 1):
                began = time.monotonic()
                report = run_once(name, kind, size, most)
                verdict = "done" if report else "FAILED"
                print(f"{time.monotonic() - began:7.1f} s  {name} on {kind}, {n} of {runs}: {verdict}", flush=True)
                if report:
                    reports.append({"name": name, "size": size, "run": n, **report})
                failed += report is None
    return reports, failed


def about(reports: list[dict[str, Any]]) -> str:
    """Say what it was measured on and what shared the cores."""
    machine = reports[0]["machine"]
    loads = sorted(report["machine"]["load_before"][0] for report in reports)
    syncs = sorted(report["machine"]["fdatasync_p50_ms"] for report in reports)
    versions = {f"{report['database']['vendor']} {report['database']['version']}" for report in reports}
    return (
        f"{machine['cores']} cores ({machine['processor']}), {machine['system']}, Python {machine['python']}, "
        f"Django {machine['django']}, {', '.join(sorted(versions))}. Server, database and clients shared the cores; "
        f"load before the runs {loads[0]:g} to {loads[-1]:g}. fdatasync p50 {syncs[0]:g} to {syncs[-1]:g} ms."
    )


def floors(reports: list[dict[str, Any]]) -> str:
    """Tell the floor of every run, from the least to the most."""
    rows = [["Floor", "Database", "CPU ms", "p50 ms", "A second, 8 at once"]]
    for kind in sorted({report["database"]["vendor"] for report in reports}):
        found = [report["floor"] for report in reports if report["database"]["vendor"] == kind]
        for name, words in (("page", "a bare page"), ("post", "a bare POST of 8 KB")):
            cpu, p50 = (sorted(one[name][field] for one in found) for field in ("cpu_ms", "p50_ms"))
            rate = sorted(one["posts_per_second"] for one in found)
            a_second = f"{rate[0]:g}–{rate[-1]:g}" if name == "post" else ""
            rows.append([words, kind, f"{cpu[0]:g}–{cpu[-1]:g}", f"{p50[0]:g}–{p50[-1]:g}", a_second])
    return markdown(rows)


def kept(reports: list[dict[str, Any]]) -> str:
    """Sum up what was acknowledged and looked for afterwards."""
    rows = [["Measure", "Database", "Runs", "Kills", "Cuts", "Acknowledged", "Broken", "Lost", "Duplicates"]]
    for name, kind in sorted(
        {(r["name"], r["database"]["vendor"]) for r in reports if r["name"] in ("rush", "people", "signins", "faults")}
    ):
        found = [r["faults"] for r in reports if (r["name"], r["database"]["vendor"]) == (name, kind)]
        sums = [sum(one[key] for one in found) for key in found[0]]
        rows.append([name, kind, str(len(found)), *(f"{value:,}" for value in sums)])
    return markdown(rows) if len(rows) > 1 else ""


def main() -> int:
    """Run, print, keep."""
    parser = argparse.ArgumentParser(description="Print the figures.")
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=NAMES, action="append", default=[])
    parser.add_argument("--database", choices=DATABASES, action="append", default=[])
    parser.add_argument("--most", type=int, default=1_000, help="how often anything is asked at most: to try it out")
    asked = parser.parse_args()
    kinds = list(asked.database or DATABASES)
    if "postgresql" in kinds and binaries() is None:
        try:
            provide("postgresql")
        except CannotRun as reason:
            print(f"PostgreSQL was NOT measured: {reason}")
            kinds.remove("postgresql")
            if not kinds:
                return 1
    if chromium() is None:
        print("The next paper in the browser was NOT measured: there is no Chromium.")
    KEPT.mkdir(parents=True, exist_ok=True)
    reports, failed = run_all(list(asked.only or NAMES), kinds, asked.size, asked.runs, asked.most)
    if not reports:
        return 1
    (KEPT / "results.json").write_text(json.dumps(reports, indent=1) + "\n")
    parts = [about(reports), table(lines_of(reports)), floors(reports), kept(reports)]
    print("\n" + "\n\n".join(part for part in parts if part))
    made = f"{failed} of {failed + len(reports)} runs failed."
    print(f"\nEvery run is in {(KEPT / 'results.json').relative_to(ROOT)}. {made}")
    return 1 if failed or len(kinds) < len(asked.database or DATABASES) else 0


if __name__ == "__main__":
    sys.exit(main())

"""`make test`: every check a change must pass, stage by stage, with the seconds each took.

`python -m tests.stages` runs all; with names it runs those. Chromium and PostgreSQL are installed where they are
missing and we have the rights. A stage that cannot run is said aloud and counted; under CI=true it fails the run.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from ctypes.util import find_library
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from tests.chromium import chromium
from tests.cluster import binaries, temporary_cluster

BIN = Path(sys.executable).parent
PACKAGES = ["config", "results", "marking", "essays", "rubrics", "courses"]
APT = {
    "chromium": [["chromium-headless-shell"], ["chromium"]],
    "postgresql": [["postgresql"]],
    "pango": [["libpango-1.0-0", "libpangoft2-1.0-0"]],
    "nginx": [["nginx-light"], ["nginx"]],
    "systemd": [["systemd"]],
    "gpg": [["gpg", "gpg-agent"]],
}
"""What to install for each thing a stage needs; where the first choice is not to be had, the next."""
PROGRAMS = {"nginx": "nginx", "systemd": "systemd-analyze", "gpg": "gpg"}
UNMARKED = "not browser and not faults and not operators and not pdf"
BROWSER, ON_SQLITE, ON_POSTGRESQL = Path("var/browser.xml"), Path("var/sqlite.xml"), Path("var/postgresql.xml")
MOST_TRIED_AGAIN = 3
PRODUCTION = {
    "DEBUG": "0",
    "HTTPS": "1",
    "SECRET_KEY": "check-deploy-wants-a-long-random-text-of-fifty-characters-or-more",
    "ALLOWED_HOSTS": "assay.example.org",
    "BEHIND_PROXY": "1",
    "CLIENT_ADDRESS_HEADER": "X-Forwarded-For",
    "EMAIL_URL": "smtp://mail.example.org:587/?tls=1",
    "MAIL_FROM": "assay@example.org",
}


class CannotRun(Exception):
    """Something the stage needs is not on this machine and could not be put there."""


@dataclass
class Stage:
    """A name, what it runs, and what it needs from the machine."""

    name: str
    commands: list[list[str]]
    env: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    in_memory: bool = False
    beside: str = ""
    """Stages in a row that say the same word run side by side: each is one process, or waits for those it starts."""
    report: Path | None = None
    """Where pytest notes what failed: up to three such tests are tried once more, alone, and named in the verdict."""


def tool(name: str) -> str:
    return str(BIN / name)


def pytest(*words: str, processes: int = 2) -> list[str]:
    split = ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"] if processes > 1 else []
    return [sys.executable, "-m", "pytest", "-q", "--durations=5", *split, *words]


def noted(report: Path) -> list[str]:
    return [f"--junit-xml={report}", "-o", "junit_family=xunit1"]


def files(*patterns: str) -> list[str]:
    """List the files git knows that fit, or all that fit where there is no git."""
    listed = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True, check=False)
    return listed.stdout.split() or [str(p) for pattern in patterns for p in Path().glob(f"**/{pattern}")]


def without_database() -> list[Path]:
    """List what touches no database, and what makes an SQLite of its own."""
    untouched = [*Path("tests").glob("*/pure"), Path("tests/courses/kernel"), Path("tests/house/test_code.py")]
    its_own = [Path("tests/results/bench/test_command.py"), Path("tests/results/actions/test_demo.py")]
    return [*sorted(untouched), *its_own]


def pages() -> list[Path]:
    """List views and what is read on pages: one database shows it, and the quicker one does.

    That every page's statements run on PostgreSQL too, tests/house/test_access.py asks of each address there.
    """
    read = [Path("tests/house") / f"test_{name}.py" for name in ("blind", "support", "unreleased", "weights")]
    return [*sorted(Path("tests").glob("*/views")), *read]


def bad_input() -> list[Path]:
    """Leave what no database may choke on to PostgreSQL, which is the stricter one, where it is there."""
    return [Path("tests/house/test_bad_input.py")] if installed("postgresql") else []


def without(*paths: Path) -> list[str]:
    return [f"--ignore={path}" for path in paths]


def with_pdfs() -> list[str]:
    """List the files that lay out PDFs, so that the others are not even read."""
    return [str(path) for path in sorted(Path("tests").glob("**/test_*.py")) if "mark.pdf" in path.read_text()]


def stages() -> list[Stage]:
    """List every stage in the order they run: the quick ones that fail most often first."""
    templates = files("templates/*.html")
    manage = [sys.executable, "manage.py"]
    return [
        Stage(
            "lint",
            [
                [tool("ruff"), "format", "--check", "--quiet", "."],
                [tool("ruff"), "check", "--quiet", "."],
                [tool("django-upgrade"), "--target-version", "5.2", *files("*.py")],
                [tool("djade"), "--target-version", "5.2", "--check", *templates],
                [tool("djlint"), "--lint", "--quiet", "templates"],
                [tool("lint-imports")],
            ],
            beside="reading",
        ),
        Stage("types", [[tool("mypy")]], beside="reading"),
        Stage(
            "migrations and deploy check",
            [
                [*manage, "makemigrations", "--check", "--dry-run"],
                [*manage, "check", "--deploy", "--fail-level", "WARNING"],
            ],
            env=PRODUCTION,
            beside="reading",
        ),
        Stage("PDFs", [pytest("-m", "pdf", *with_pdfs(), processes=1)], needs=("pango",), beside="reading"),
        Stage("tests on SQLite", [pytest("-m", UNMARKED, *without(*bad_input()), *noted(ON_SQLITE))]),
        Stage(
            "tests on PostgreSQL",
            [pytest("-m", UNMARKED, *without(*without_database(), *pages()), *noted(ON_POSTGRESQL))],
            needs=("postgresql",),
            in_memory=True,
        ),
        Stage(
            "the operators' page",
            [pytest("tests/running", processes=1)],
            needs=("nginx", "systemd", "gpg"),
            beside="faults",
        ),
        Stage("faults on SQLite", [pytest("tests/faults", "-s", processes=1)], beside="faults"),
        Stage(
            "faults on PostgreSQL", [pytest("tests/faults", "-s", processes=1)], needs=("postgresql",), beside="faults"
        ),
        Stage(
            "browser",
            [pytest("tests/browser", *noted(BROWSER))],
            needs=("chromium",),
            report=BROWSER,
        ),
    ]


def installed(thing: str) -> bool:
    if thing == "postgresql":
        return binaries() is not None
    if thing == "pango":
        return bool(find_library("pango-1.0") and find_library("pangoft2-1.0"))
    if thing in PROGRAMS:
        return shutil.which(PROGRAMS[thing], path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None
    return chromium() is not None


def provide(thing: str) -> None:
    """Install `thing` where it is missing and we may; otherwise say that it cannot be."""
    if installed(thing):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise CannotRun(f"{thing} is not installed, and installing it needs root and apt-get")
    print(f"   installing {thing} …", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], env=env, check=False, stdout=subprocess.DEVNULL)
    for packages in APT[thing]:
        command = ["apt-get", "-qq", "-y", "install", *packages]
        subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL)
        if installed(thing):
            return
    raise CannotRun(f"{thing} could not be installed")


@contextmanager
def database(stage: Stage) -> Iterator[dict[str, str]]:
    """Give the environment's database: a cluster of our own for PostgreSQL, nothing otherwise."""
    with temporary_cluster(in_memory=stage.in_memory) if "postgresql" in stage.needs else nullcontext("") as address:
        yield {"DATABASE_URL": address} if address else {}


def cases(report: Path) -> list[ElementTree.Element]:
    """List the tests a report of pytest tells of; none where it was not written."""
    return list(ElementTree.parse(report).iter("testcase")) if report.exists() else []  # noqa: S314 - pytest wrote it


def name_of(case: ElementTree.Element) -> str:
    return f"{case.get('file')}::{case.get('name')}"


def failed_in(report: Path) -> list[str]:
    """List the tests a report of pytest calls failed."""
    return [name_of(case) for case in cases(report) if {one.tag for one in case} & {"failure", "error"}]


def ran_in(report: Path) -> set[str]:
    """List the tests of a report that were not skipped."""
    return {name_of(case) for case in cases(report) if case.find("skipped") is None}


def ran_on_none() -> list[str]:
    """List the tests that were skipped wherever they were asked: none, where both databases had their stage."""
    asked = {name_of(case) for report in (ON_SQLITE, ON_POSTGRESQL) for case in cases(report)}
    return sorted(asked - ran_in(ON_SQLITE) - ran_in(ON_POSTGRESQL))


def on_one_only() -> str:
    """Say how many tests one database saw and the other did not; nothing unless both had their stage."""
    sqlite, postgresql = ran_in(ON_SQLITE), ran_in(ON_POSTGRESQL)
    if not (sqlite and postgresql):
        return ""
    return (
        f"{len(sqlite & postgresql)} tests ran on both databases; {len(sqlite - postgresql)} on SQLite only "
        f"(no database, pages, or about it), {len(postgresql - sqlite)} on PostgreSQL only (bad input, or about it)."
    )


def tried_again(failed: list[str], env: dict[str, str]) -> bool:
    """Try a few failed tests once more, alone on the machine; tell whether all of them pass then.

    Browsers and servers that share two processors can be too slow for a page that is right. A kill or a cut gets no
    second try: what is lost once is lost.
    """
    if not 0 < len(failed) <= MOST_TRIED_AGAIN or any("fault" in test for test in failed):
        return False
    print(f"── second try, alone: {', '.join(failed)}", flush=True)
    return subprocess.run(pytest(*failed, processes=1), env=env, check=False).returncode == 0


def run_stage(stage: Stage) -> str:
    """Run a stage's commands one after the other; stop at the first that fails. Give the verdict in words."""
    for thing in stage.needs:
        provide(thing)
    if stage.report:
        stage.report.unlink(missing_ok=True)
    with database(stage) as given:
        env = {**os.environ, "DEBUG": "1", **stage.env, **given}
        env.pop("ASSAY_DEMO", None)
        if all(subprocess.run(command, env=env, check=False).returncode == 0 for command in stage.commands):
            return "passed"
        failed = failed_in(stage.report) if stage.report else []
        return f"passed, but at the SECOND TRY: {', '.join(failed)}" if tried_again(failed, env) else "FAILED"


def timed(stage: Stage) -> tuple[Stage, float, str]:
    """Run a stage; give its seconds and its verdict in words."""
    began = time.monotonic()
    try:
        verdict = run_stage(stage)
    except CannotRun as reason:
        verdict = f"NOT RUN: {reason}"
    return stage, time.monotonic() - began, verdict


def run_all(chosen: Callable[[str], bool]) -> int:
    """Run the chosen stages, print the seconds, and give the exit code."""
    ran: list[tuple[Stage, float, str]] = []
    for report in (ON_SQLITE, ON_POSTGRESQL):
        report.unlink(missing_ok=True)
    for _, group in groupby((one for one in stages() if chosen(one.name)), key=lambda one: one.beside or one.name):
        together = list(group)
        print(f"── {', beside it '.join(stage.name for stage in together)}", flush=True)
        with ThreadPoolExecutor(len(together)) as pool:
            ran += pool.map(timed, together)
    failed = [stage.name for stage, _, verdict in ran if verdict == "FAILED"]
    not_run = [stage.name for stage, _, verdict in ran if verdict.startswith("NOT RUN")]
    lines = [f"{seconds:7.1f} s  {stage.name}: {verdict}" for stage, seconds, verdict in ran]
    print("\n".join(["", "Seconds of each stage:", *lines, *filter(None, [on_one_only()])]))
    strict = os.environ.get("CI") == "true"
    if skipped := ran_on_none():
        print(f"{len(skipped)} test(s) SKIPPED, and run on no database: {', '.join(skipped)}.")
    if not_run:
        print(f"{len(not_run)} stage(s) could not run: {', '.join(not_run)}.")
    print(f"{len(lines) - len(failed) - len(not_run)} passed, {len(failed)} failed, {len(not_run)} skipped")
    return 1 if failed or (strict and (not_run or skipped)) else 0


def main(names: list[str]) -> int:
    """Run the stages whose name holds one of `names`; all of them without names."""
    return run_all(lambda name: not names or any(word.lower() in name.lower() for word in names))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

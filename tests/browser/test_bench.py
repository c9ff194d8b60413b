"""The bench's own browser: papers come onto the screen at the measured desk, and how long that took is told."""

import json
import os
import subprocess
import sys
from pathlib import Path

from results.bench.report import READABLE
from tests.chromium import chromium

ROOT = Path(__file__).resolve().parents[2]


def test_it_times_the_next_paper_from_the_key_to_the_screen(tmp_path):
    given = {"DATABASE_URL": f"sqlite:///{tmp_path / 'bench.sqlite3'}", "ASSAY_DATA": str(tmp_path)}
    env = {**os.environ, "DEBUG": "1", "HTTPS": "0", "ASSAY_BENCH_CHROMIUM": str(chromium()), **given}
    for name in ("DJANGO_SETTINGS_MODULE", "ASSAY_DEMO", "ASSAY_BENCH_POSTMASTER"):
        env.pop(name, None)
    command = [sys.executable, "manage.py", "bench", "marking", "--json", "--size", "24", "--most", "6"]

    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    [found] = [one for one in json.loads(done.stdout)["operations"] if one["name"] == READABLE]
    assert 0 < found["p50_ms"] <= found["p95_ms"]

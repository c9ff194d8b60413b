"""What differs between machines: every variable is in `.env.example`, and a copy of it starts."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
ASKED = """
import json
from config import settings
print(json.dumps([settings.DATABASES["default"]["ENGINE"], settings.SITE_ADDRESS, settings.SECRET_KEY_FALLBACKS]))
"""


def test_every_variable_that_is_read_is_in_the_example_and_no_other():
    read = re.findall(r'\benv\.\w+\(\s*"(\w+)"', (ROOT / "config/settings.py").read_text())
    offered = re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE, re.MULTILINE)

    assert sorted(offered) == sorted(set(read))


def test_a_copy_of_the_example_with_a_key_starts_on_sqlite(tmp_path):
    filled = {"SECRET_KEY": "a long random text", "ASSAY_DATA": tmp_path, "STATIC_ROOT": tmp_path}
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "config/settings.py", tmp_path / "config")
    (tmp_path / ".env").write_text(re.sub(r"^(\w+)=.*$", lambda line: _filled(line, filled), EXAMPLE, flags=re.M))
    bare = {name: value for name, value in os.environ.items() if name not in re.findall(r"[A-Z_]{4,}", EXAMPLE)}

    told = subprocess.check_output([sys.executable, "-c", ASKED], cwd=tmp_path, env=bare)

    assert json.loads(told) == ["django.db.backends.sqlite3", "https://assay.example.org", []]


def _filled(line, values):
    return f"{line[1]}={values[line[1]]}" if line[1] in values else line[0]


def test_a_number_of_days_below_none_starts_nothing(tmp_path):
    """It would be a period that ends in the future, and take what was made today."""
    env = {**os.environ, "DEBUG": "1", "ASSAY_DATA": str(tmp_path), "ASSAY_KEEP_ESSAYS_DAYS": "-1"}

    done = subprocess.run([sys.executable, "-c", ASKED], cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert done.returncode
    assert "ASSAY_KEEP_ESSAYS_DAYS" in done.stderr

"""Behind nginx, as docs/server/nginx.conf says, and in the units: what stands in front of Assay and around it."""

import http.client
import os
import re
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.cluster import free_port
from tests.running.conftest import ROOT, needed

pytestmark = pytest.mark.operators

UNITS = sorted((ROOT / "docs/server").glob("assay-*"))
MOST_EXPOSED = 25
"""Of 100, by systemd-analyze security: 2.5 of 10, where a unit without any of this has 9.6."""


# ---------------------------------------------------------------- units
@pytest.fixture(scope="module")
def units(tmp_path_factory) -> Path:
    """Lay the units into a folder, with this machine's Python and user."""
    folder = tmp_path_factory.mktemp("units")
    for unit in UNITS:
        said = unit.read_text().replace("/srv/assay/.venv/bin/python", sys.executable).replace("/srv/assay", str(ROOT))
        (folder / unit.name).write_text(re.sub(r"^(User|Group)=assay$", r"\1=root", said, flags=re.MULTILINE))
    return folder


def test_systemd_takes_every_unit(units):
    analyze = needed("systemd-analyze")

    done = subprocess.run([analyze, "verify", *sorted(units.iterdir())], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["assay-web.service", "assay-worker.service", "assay-backup.service"])
def test_no_unit_may_do_more_than_it_needs(units, name):
    analyze = needed("systemd-analyze")

    command = [analyze, "security", "--no-pager", "--offline=true", f"--threshold={MOST_EXPOSED}", units / name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-200:]


def test_the_commands_in_the_units_are_assays(units):
    for unit in (ROOT / "docs/server").glob("*.service"):
        [command] = re.findall(
            r"^ExecStart=/srv/assay/.venv/bin/python manage\.py (.+)$", unit.read_text(), re.MULTILINE
        )
        name, *options = command.split()
        env = {**os.environ, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        told = subprocess.check_output([sys.executable, "manage.py", name, "--help"], cwd=ROOT, env=env, text=True)

        assert [option for option in options if option.startswith("--") and option not in told] == []


# ---------------------------------------------------------------- nginx
def certificate(folder: Path) -> None:
    """Make a certificate for assay.example.org that nobody vouches for."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "assay.example.org")]),
    )
    today = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), today, today + timedelta(1)
    )
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    packing = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *packing))


def answered(port: int, path: str, *, tls: bool = True, **sent) -> http.client.HTTPResponse:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    asking = (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
        if tls
        else http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    )
    headers = {"Host": "assay.example.org", "Referer": "https://assay.example.org/", **sent.pop("headers", {})}
    asking.request(sent.pop("method", "GET"), path, headers=headers, **sent)
    answer = asking.getresponse()
    answer.body = answer.read()
    asking.close()
    return answer


@contextmanager
def started(command: list[str], until_answers: tuple[int, str, bool], **how) -> Iterator[subprocess.Popen]:
    """Run a server until it answers; end it afterwards, whatever happens."""
    running = subprocess.Popen(command, **how)
    port, path, tls = until_answers
    try:
        until = time.monotonic() + 60
        while True:
            try:
                answered(port, path, tls=tls)
                break
            except OSError:
                assert running.poll() is None and time.monotonic() < until, "the server did not come up"  # noqa: PT018
                time.sleep(0.1)
        yield running
    finally:
        running.terminate()
        running.wait(30)


on_sqlite = pytest.mark.parametrize("school", ["sqlite"], indirect=True)
"""Who stands in front does not know which database is behind."""


@pytest.fixture(scope="module")
def fronted(school, tmp_path_factory) -> Iterator[tuple[int, int]]:
    """Serve by `manage.py serve` behind nginx with the page's configuration; give the ports of HTTP and HTTPS."""
    nginx, folder = needed("nginx"), tmp_path_factory.mktemp("nginx")
    web, plain, secure = free_port(), free_port(), free_port()
    certificate(folder)
    said = (ROOT / "docs/server/nginx.conf").read_text()
    said = re.sub(r"^ +listen \[::\].*\n", "", said, flags=re.MULTILINE)
    said = said.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443", f"listen 127.0.0.1:{secure}")
    said = said.replace("127.0.0.1:8000", f"127.0.0.1:{web}").replace(
        "/etc/letsencrypt/live/assay.example.org", str(folder)
    )
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    whole = f"{user} pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off; {paths}\n{said}\n}}\n"
    (folder / "nginx.conf").write_text(whole)
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    subprocess.run([*command, "-t", "-q"], check=True)
    serve = [sys.executable, "manage.py", "serve", "--no-worker", "--bind", f"127.0.0.1:{web}"]
    with (
        started(serve, (web, "/healthz", False), cwd=ROOT, env=school.env, stderr=subprocess.DEVNULL),
        started([*command, "-g", "daemon off;"], (secure, "/healthz", True)),
    ):
        yield plain, secure


@on_sqlite
def test_plain_http_leads_to_https(school, fronted):
    plain, _ = fronted

    answer = answered(plain, "/drafts/?x=1", tls=False)

    assert (answer.status, answer.headers["Location"]) == (301, "https://assay.example.org/drafts/?x=1")


@on_sqlite
def test_the_server_behind_it_is_ready_and_knows_that_it_is_secure(school, fronted):
    _, secure = fronted

    ready, page = answered(secure, "/readyz"), answered(secure, "/account/login/")

    assert (ready.status, ready.body) == (200, b'{"ready": true, "problems": []}')
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page.headers["Set-Cookie"].startswith("__Host-csrftoken=")


@on_sqlite
def test_the_admin_signs_in_through_it(school, fronted):
    _, secure = fronted
    page = answered(secure, "/account/login/")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1].decode()

    form = f"csrfmiddlewaretoken={token}&login=admin&password=a-password-of-the-tests"
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    answer = answered(secure, "/account/login/", method="POST", body=form, headers=headers)

    assert (answer.status, answer.headers["Location"]) == (302, "/")
    assert any(one.startswith("__Host-sessionid=") for one in answer.headers.get_all("Set-Cookie"))


@on_sqlite
def test_the_page_finds_its_files_under_names_that_never_change(school, fronted):
    _, secure = fronted
    page = answered(secure, "/account/login/").body.decode()

    [sheet] = re.findall(r'href="(/static/css/assay\.[0-9a-f]{12}\.css)"', page)

    assert "immutable" in answered(secure, sheet).headers["Cache-Control"]


@on_sqlite
def test_what_is_too_large_for_assay_is_refused_at_the_door(school, fronted):
    _, secure = fronted
    answer = answered(secure, "/account/login/", method="POST", headers={"Content-Length": str(13 * 1024 * 1024)})

    assert answer.status == 413


@on_sqlite
def test_while_it_is_served_nothing_is_restored_into_it(school, fronted):
    done = school.manage(f"restore {school.archives[-1]} --replace")

    assert done.returncode == 1
    assert "Assay is still running on this database." in done.stderr

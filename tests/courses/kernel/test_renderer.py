"""What the renderer promises: an answer for every text, and no text that holds up the next."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from courses.kernel import renderer
from courses.kernel.renderer import Rendered, close_renderer, render
from courses.kernel.text import renderer_version


@pytest.fixture(autouse=True)
def _fresh_renderer(monkeypatch):
    """Start without a child, and let a busy machine take its time where a test is not about time."""
    monkeypatch.setattr(renderer, "WALL_SECONDS", 60.0)
    close_renderer()
    yield
    close_renderer()


@pytest.fixture
def burning(monkeypatch):
    """Every text is one that never comes back, as long as the test says so."""
    ask = renderer._Child.ask
    stopped = []

    def noted(child, job, seconds):
        try:
            return ask(child, job, seconds)
        except (EOFError, OSError):
            stopped.append(child.process.wait(timeout=60))
            raise

    with monkeypatch.context() as patched:
        patched.setattr(renderer, "_MODULE", "tests.burning")
        patched.setattr(renderer._Child, "ask", noted)
        yield patched, stopped


def child_pid():
    return renderer._child.process.pid


def test_a_text_comes_back_rendered_with_its_version():
    rendered = render("a **b** [Source B, ¶2]", prefix="k7m-", cite_at="/brief/x/", top_heading=2)

    assert rendered.html.startswith("<p>a <strong>b</strong> ")
    assert 'href="/brief/x/#source-b-p2"' in rendered.html
    assert rendered == Rendered(rendered.html, plain=False, version=renderer_version())


def test_half_an_emoji_goes_through_the_pipe():
    assert render("cut \ud83d off").html == "<p>cut \ufffd off</p>"


def test_a_large_text_goes_through_the_pipe_both_ways():
    text = "\n".join(f"Paragraph {n}. " + "words 🛰️ " * 100 for n in range(200))

    assert render(text).html.count("<p>") == 200


def test_one_child_serves_all_texts():
    render("one")
    first = child_pid()
    render("two")

    assert child_pid() == first


def test_the_same_text_is_rendered_once(monkeypatch):
    first = render("same", prefix="a")
    monkeypatch.setattr(renderer, "_answer", lambda _: {"html": "asked again", "plain": False})

    assert render("same", prefix="a") is first
    assert render("same", prefix="b").html == "asked again"
    assert render("same", prefix="a", top_heading=2).html == "asked again"
    assert render("same", prefix="a", cite_at="/x/").html == "asked again"


def test_the_cache_forgets_the_oldest_by_number_and_by_size(monkeypatch):
    monkeypatch.setattr(renderer, "_answer", lambda job: {"html": job["text"], "plain": False})
    monkeypatch.setattr(renderer, "CACHED_TEXTS", 3)
    monkeypatch.setattr(renderer, "CACHED_CHARACTERS", 100)

    for text in ("a" * 60, "b", "c", "d", "e" * 99):
        render(text)

    assert [kept.html for kept in renderer._cache.values()] == ["d", "e" * 99]
    assert renderer._cached_characters == 100


def test_a_job_that_takes_too_long_is_stopped_and_the_next_one_works(burning):
    patched, stopped = burning
    patched.setattr(renderer, "WALL_SECONDS", 0.2)

    given_up = render("first *line*\nsecond <b>")
    patched.undo()
    after = render("first *line*\nsecond <b>")

    typed = "<p>first *line*</p>\n<p>second &lt;b&gt;</p>"
    assert given_up == Rendered(typed, plain=True, version=renderer_version(), given_up=True)
    assert set(stopped) == {-signal.SIGKILL}
    assert after == Rendered(
        "<p>first <em>line</em></p>\n<p>second &lt;b&gt;</p>", plain=False, version=renderer_version()
    )


def test_a_job_that_burns_the_processor_is_stopped_by_the_kernel(burning):
    _, stopped = burning

    assert render("a").given_up
    assert stopped == [-signal.SIGXCPU]


def test_each_job_has_processor_time_of_its_own():
    def limit(pid):
        with open(f"/proc/{pid}/limits") as limits:
            return int(next(line for line in limits if line.startswith("Max cpu time")).split()[3])

    text = ("The *Entente* held [Source B, ¶2]. " * 20 + "\n") * 90
    render("first")
    pid, first = child_pid(), limit(child_pid())

    for n in range(60):
        render(f"{n} {text}")
        if limit(pid) > first:
            break

    assert limit(pid) > first
    assert child_pid() == pid


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_that_died_between_two_texts_is_replaced_unseen(how):
    render("one")
    dead = renderer._child.process
    os.kill(dead.pid, how)
    dead.wait()

    rendered = render("two")

    assert rendered == Rendered("<p>two</p>", plain=False, version=renderer_version())
    assert child_pid() != dead.pid


def test_a_child_that_dies_over_every_text_leaves_the_text_as_typed(monkeypatch):
    monkeypatch.setattr(renderer, "_ROOT", "/")

    rendered = render("as *typed*")

    assert rendered.html == "<p>as *typed*</p>"
    assert rendered.given_up


def test_a_text_whose_turn_never_comes_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr(renderer, "WAIT_SECONDS", 0.01)

    with renderer._turn:
        rendered = render("as *typed*")

    assert rendered.given_up
    assert not render("as *typed*").plain


def test_many_threads_each_get_their_own_answer():
    answers = {}

    def ask(n):
        answers[n] = render(f"text **{n}**").html

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {n: f"<p>text <strong>{n}</strong></p>" for n in range(20)}


def test_a_forked_process_gets_a_child_of_its_own_and_leaves_the_other_alone():
    program = (
        "import os\n"
        "from courses.kernel import renderer\n"
        "renderer.render('one')\n"
        "mine = renderer._child.process.pid\n"
        "renderer._turn.acquire()\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    ok = renderer.render('two').html == '<p>two</p>' and renderer._child.process.pid != mine\n"
        "    renderer.close_renderer()\n"
        "    os._exit(0 if ok else 1)\n"
        "_, status = os.waitpid(pid, 0)\n"
        "renderer._turn.release()\n"
        "assert status == 0\n"
        "assert renderer.render('three').html == '<p>three</p>'\n"
        "assert renderer._child.process.pid == mine\n"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=renderer._ROOT, capture_output=True, timeout=120)

    assert done.returncode == 0, done.stderr.decode()


def test_the_child_knows_no_django_and_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not to be seen")
    render("one")

    with open(f"/proc/{child_pid()}/environ") as environ, open(f"/proc/{child_pid()}/maps") as maps:
        seen, mapped = environ.read(), maps.read()
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, courses.kernel.renderer; print(*sys.modules)"],
        cwd=renderer._ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    assert "not to be seen" not in seen
    assert "psycopg" not in mapped
    assert "markdown" in loaded
    assert not any(name == "django" or name.startswith("django.") for name in loaded)


def test_the_child_may_not_take_all_memory():
    render("one")

    with open(f"/proc/{child_pid()}/limits") as limits:
        line = next(line for line in limits if line.startswith("Max address space"))

    assert line.split()[3] == str(renderer.MEMORY)


def test_closing_ends_the_child():
    render("one")
    process = renderer._child.process

    close_renderer()

    assert process.returncode is not None
    assert renderer._child is None

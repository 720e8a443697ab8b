"""`crmspec preview`."""

import os
import stat
import sys
from types import SimpleNamespace

import pytest

from crmspec.api.preview import picture as pictures
from crmspec.diagnostics import catalog

pytestmark = pytest.mark.usefixtures("project")
PNG = b"\x89PNG\r\n"
BROWSER = f"""#!{sys.executable}
import pathlib, sys
for one in sys.argv:
    if one == "--dump-dom":
        print('<body data-height="700">')
    if one.startswith("--screenshot="):
        pathlib.Path(one.partition("=")[2]).write_bytes({PNG!r} + "|".join(sys.argv).encode())
"""


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """Put a program in the place of Chromium."""

    def install(script=BROWSER):
        folder = tmp_path / "bin"
        folder.mkdir()
        program = folder / "chromium"
        program.write_text(script)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", str(folder))

    return install


def test_a_page_is_written(crmspec, project):
    code, _, err = crmspec("preview", "hello", "-o", "page.html")
    assert code == 0
    assert "wrote page.html" in err
    assert "Shop" in (project / "page.html").read_text()


def test_all_messages_go_to_a_folder(crmspec, project):
    assert crmspec("preview", "-o", "pages", "--all-fixtures")[0] == 0
    page = (project / "pages" / "hello.html").read_text()
    assert "hostile" in page
    assert "rtl" in page


def test_languages_have_files_of_their_own(crmspec, project, edit):
    edit("subject: Hello, body: Hello}", "subject: Hello, body: Hello, locales: {ru: {body: Да}}}")
    assert crmspec("preview", "hello", "--locale", "ru", "-o", "pages")[0] == 0
    assert "Да" in (project / "pages" / "hello.ru.html").read_text()


def test_what_is_wrong_with_a_message(crmspec, project, edit):
    edit("body: Hello}", 'body: "{{ 1 + 1 }}"}')
    assert crmspec("preview", "hello", "-o", "page.html")[0] == 1
    assert "what is wrong with it" in (project / "page.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["helo"], "no message helo; did you mean hello?", id="no such message"),
        pytest.param(["hello", "--persona", "lnog"], "did you mean long?", id="no such persona"),
        pytest.param(["hello", "--locale", "de"], "no locale de", id="no such language"),
        pytest.param(["-o", "a.html"], "one file", id="all messages in one file"),
        pytest.param(["hello", "--send-to", "a@example.com"], "--smtp", id="no server"),
        pytest.param(
            ["helo", "--send-to", "a@example.com", "--smtp", "smtp://localhost:1"],
            "did you mean hello?",
            id="no such message to send",
        ),
    ],
)
def test_mistakes(crmspec, arguments, said):
    code, _, err = crmspec("preview", *arguments)
    assert code == 2
    assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["hello", "--locale", "de"], "нет языка de", id="a language"),
        pytest.param(["helo"], "нет сообщения helo; возможно, hello?", id="a message"),
        pytest.param(["hello", "hello", "-o", "a.html"], "один файл", id="options"),
    ],
)
def test_mistakes_in_the_language_of_the_reader(crmspec, monkeypatch, arguments, said):
    words = {
        "there is no locale {name}": "нет языка {name}",
        "there is no message {name}": "нет сообщения {name}",
        "{what}; did you mean {name}?": "{what}; возможно, {name}?",
        "-o names one file; name one MESSAGE, or a folder": "один файл",
    }
    made = SimpleNamespace(gettext=lambda template: words.get(template, template))
    monkeypatch.setattr(catalog, "_catalogue", {"ru": made}.get)
    code, _, err = crmspec("preview", *arguments, "--lang", "ru")
    assert (code, said in err) == (2, True)
    code, _, err = crmspec("preview", *arguments)
    assert (code, said in err) == (2, False)


def test_the_page_is_opened(crmspec, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert crmspec("preview", "hello", "-o", "page.html", "--open")[0] == 0
    assert opened[0].startswith("file://")


def test_pictures(crmspec, project, browser):
    browser()
    assert crmspec("preview", "hello", "-o", "page.html", "--png")[0] == 0
    made = (project / "page.png").read_bytes()
    assert made.startswith(PNG)
    assert b",701|" in made


@pytest.mark.parametrize(
    ("height", "said"),
    [
        pytest.param("15999", "", id="it fits"),
        pytest.param("20000", "page.png ends 4001 pixels before the page does", id="too high"),
    ],
)
def test_pages_that_are_higher_than_pictures(crmspec, browser, height, said):
    browser(BROWSER.replace("700", height))
    _, _, err = crmspec("preview", "hello", "-o", "page.html", "--png")
    assert (said or "wrote page.png") in err
    assert ("pixels" in err) == bool(said)


def test_a_page_that_says_no_height_and_a_mood(project, browser):
    browser(BROWSER.replace("--dump-dom", "--never"))
    pictures.picture(project / "page.html", project / "page.png", "dark")
    made = (project / "page.png").read_bytes()
    assert b",1600|" in made
    assert made.endswith(b"#dark")


def test_no_browser(crmspec, monkeypatch):
    monkeypatch.setenv("PATH", "")
    code, _, err = crmspec("preview", "hello", "-o", "page.html", "--png")
    assert code == 2
    assert "needs Chromium" in err


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param("#!/bin/sh\necho broken >&2\nexit 3\n", "broken", id="it says why"),
        pytest.param("#!/bin/sh\nexit 3\n", "chromium", id="it says nothing"),
        pytest.param("#!/bin/sh\nexit 0\n", "page.png", id="it does nothing"),
        pytest.param(f"#!{sys.executable}\nimport time; time.sleep(9)\n", "1 s", id="too slow"),
    ],
)
def test_a_browser_that_makes_no_picture(crmspec, browser, monkeypatch, script, said):
    browser(script)
    monkeypatch.setattr(pictures, "PATIENCE", 1)
    code, _, err = crmspec("preview", "hello", "-o", "page.html", "--png")
    assert code == 2
    assert said in err


@pytest.mark.parametrize("user", [0, 1000])
def test_only_root_does_without_the_sandbox(monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert bool(pictures._sandbox()) == (user == 0)


def test_the_live_page_until_ctrl_c(crmspec, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", interrupted)
    code, _, err = crmspec("preview", "--serve", "--port", "0", "--open")
    assert code == 130
    assert "all messages are at http://127.0.0.1:" in err
    assert opened[0].startswith("http://127.0.0.1:")


def test_the_live_page_ends(crmspec, monkeypatch):
    monkeypatch.setattr("http.server.ThreadingHTTPServer.serve_forever", lambda _: None)
    assert crmspec("preview", "--serve", "--port", "0")[0] == 130


def test_a_port_that_is_taken(crmspec):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = crmspec("preview", "--serve", "--port", str(taken.getsockname()[1]))
    assert code == 2
    assert "is taken" in err


def test_a_letter_is_sent(crmspec, monkeypatch, tmp_path):
    sent = []
    monkeypatch.setattr("crmspec.api.preview.post.post", lambda *args: sent.append(args))
    monkeypatch.setenv("CRMSPEC_SMTP_PASSWORD", "secret")
    arguments = ["preview", "hello", "--send-to", "a@example.com", "--smtp", "smtp://me@localhost"]
    code, _, err = crmspec(*arguments)
    assert code == 0
    assert "sent hello to a@example.com" in err
    (tmp_path / "word").write_text("other\n")
    assert crmspec(*arguments, "--smtp-password-file", str(tmp_path / "word"))[0] == 0
    assert [server.password for _, server in sent] == ["secret", "other"]


def test_a_letter_is_not_sent(crmspec):
    code, _, err = crmspec("preview", "hello", "--send-to", "nobody", "--smtp", "smtp://localhost")
    assert code == 2
    assert "`nobody` is no e-mail address" in err

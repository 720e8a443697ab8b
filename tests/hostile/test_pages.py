"""Names that somebody chose to break the preview: of messages, files and visitors."""

import http.client
import shutil
import threading
from html import unescape

import pytest

from crmspec.api.preview.live import Gallery, serve
from crmspec.api.preview.picture import _run
from crmspec.api.preview.publish import Order, publish
from crmspec.api.render import render
from crmspec.content.tag import tags
from crmspec.engine.file_name import file_name, inside
from tests.dialect.engine import absent

EVIL = "<img src=x onerror=document.title='owned'>"
PROJECT = f"""\
project: shop
title: "{EVIL}"
channels:
  email: {{title: "{EVIL}", type: email, from: {{name: "{EVIL}", email: a@shop.example}}}}
events: {{signup: {{title: "{EVIL}"}}}}
attributes: {{page: {{title: Page, type: string}}}}
messages:
  hello:
    channel: email
    title: "{EVIL}"
    subject: "{EVIL}"
    body: "<p>{{{{ profile.page }}}}</p><a href='{{{{ profile.page }}}}'>a</a>"
    locales: {{../../x: {{subject: "{EVIL}"}}}}
  "../../{EVIL}": {{channel: email, subject: a, body: b}}
personas:
  mallory: {{title: "{EVIL}", attributes: {{page: "javascript:document.title='owned'"}}}}
chains:
  ../../chain: {{trigger: signup, steps: [send: hello]}}
"""


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "a" / "b" / "project"
    folder.mkdir(parents=True)
    (folder / "crmspec.yaml").write_text(PROJECT, encoding="utf-8")
    return folder


def written(folder):
    """Return what stands around a project, and not in it."""
    return [
        one for one in folder.parents[2].rglob("*") if one.is_file() and folder not in one.parents
    ]


def test_no_name_leads_out_of_the_folder(folder):
    publish(folder, Order((), (), None, folder / "out" / "pages"), "en")
    publish(folder, Order(("hello",), (), "../../x", folder / "out" / "pages"), "en")
    render(folder, (), folder / "out" / "maps", "en")
    assert written(folder) == []
    assert len(list((folder / "out" / "pages").iterdir())) == 3


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("welcome_1.html", "welcome_1.html", id="an id"),
        pytest.param("привет.html", "привет.html", id="letters"),
        pytest.param("../../a.html", "..%2F..%2Fa.html", id="slashes"),
        pytest.param("..\\a\0.html", "..%5Ca%00.html", id="slashes of Windows"),
        pytest.param("C:a.html", "C%3Aa.html", id="a disk"),
        pytest.param("con", "%63on", id="a device of Windows"),
        pytest.param("Com1.html", "%43om1.html", id="a device with an ending"),
        pytest.param("console", "console", id="begins like a device"),
    ],
)
def test_names_of_files(name, file):
    assert file_name(name) == file


def test_paths():
    assert inside("flows/a.md") == "flows/a.md"
    assert inside("flows/../../a.md") == "flows/%2E%2E/%2E%2E/a.md"


def attributes(page):
    return {one.name for tag in tags(page) for one in tag.attributes()}


def test_names_are_texts_on_pages(folder):
    done = publish(folder, Order((), (), None, folder / "out", every=True), "en")
    for page in done.written:
        assert not any(name.startswith("on") for name in attributes(page.read_text("utf-8")))


def test_no_page_runs_what_it_shows(folder):
    if shutil.which("chromium") is None:
        absent("Chromium", "bash .ci/engines")
    order = Order(("hello",), ("mallory",), None, folder / "hello.html")
    page = publish(folder, order, "en").written[0]
    made = _run("--dump-dom", page.as_uri()).decode()
    assert 'data-height="' in made  # the page's own script ran
    assert "<title>owned" not in made
    assert 'sandbox="allow-same-origin"' in made


@pytest.fixture
def ask(folder):
    """Send a request as it stands; gives the status, the headers and the text."""
    running = serve(Gallery.at(folder, "en"), 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    port = running.server_address[1]

    def call(address, host="127.0.0.1:{port}", method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.putrequest(method, address, skip_host=True, skip_accept_encoding=True)
        for one in [host] if isinstance(host, str) else host:
            connection.putheader("Host", one.format(port=port))
        connection.endheaders()
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, body

    yield call
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("host", "status"),
    [
        pytest.param("127.0.0.1:{port}", 200, id="this machine"),
        pytest.param("localhost:{port}", 200, id="its name"),
        pytest.param("evil.example:{port}", 403, id="a name that leads here"),
        pytest.param("127.0.0.1.evil.example:{port}", 403, id="a name that begins so"),
        pytest.param("0.0.0.0:{port}", 403, id="every address"),
        pytest.param("[::1]:{port}", 403, id="an address it does not listen to"),
        pytest.param("127.0.0.1", 403, id="another port"),
        pytest.param("", 403, id="none"),
        pytest.param((), 403, id="no header"),
        pytest.param(("evil.example:{port}", "127.0.0.1:{port}"), 403, id="the first of two"),
    ],
)
def test_who_may_ask(ask, host, status):
    assert ask("/", host)[0] == status


@pytest.mark.parametrize(
    "address",
    [
        "/../../etc/passwd",
        "/message/../../../etc/passwd",
        "/message/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/message/hello/../../crmspec.yaml",
        "/crmspec.yaml",
        "//[",
        "/message/%00",
        "/message/%ff%fe",
        "/message/<script>",
        "/message/hello?persona=<script>",
        "/message/hello?locale=..%2F..%2Fetc",
    ],
)
def test_what_is_not_served(ask, address):
    status, headers, body = ask(address)
    assert status == 404
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert body == "there is no such page"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_can_be_told_to_the_server(ask, method):
    assert ask("/", method=method)[0] == 501


@pytest.mark.parametrize("address", ["/", "/message/hello", "/message/hello?persona=mallory"])
def test_pages_in_no_frame_of_others_and_with_one_script(ask, address):
    status, headers, body = ask(address)
    assert status == 200
    assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in unescape(body)
    assert body.count("<script") == 1
    assert not any(name.startswith("on") for name in attributes(body))

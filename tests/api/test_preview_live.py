"""The live page: what it answers, to whom, and that it follows the files."""

import http.client
import threading

import pytest

from crmspec.api.preview.live import Gallery, serve

PROJECT = """\
project: shop
locales: {default: en, supported: [en, ru]}
channels:
  sms: {title: SMS, type: sms}
messages:
  hello:
    title: Hello
    channel: sms
    text: Good day
    locales: {en: {text: Good day}, ru: {text: Добрый день}}
  other: {channel: sms, text: Other words}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "crmspec.yaml").write_text(PROJECT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def ask(folder):
    """Ask the server for an address; gives the status and the text."""
    running = serve(Gallery.at(folder, "en"), 0)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    port = running.server_address[1]

    def call(address, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", address, headers={"Host": host or f"127.0.0.1:{port}"})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body

    yield call
    running.shutdown()
    running.server_close()
    thread.join()


def test_all_messages_are_listed(ask):
    status, body = ask("/")
    assert status == 200
    assert 'href="/message/hello"' in body
    assert "Hello" in body


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        pytest.param("/message/hello", "Good day", id="a message"),
        pytest.param("/message/hello?locale=ru", "Добрый день", id="in a language"),
        pytest.param("/message/hello?persona=rtl", '" selected>rtl</option>', id="for somebody"),
        pytest.param("/message/other", "Other words", id="one language alone"),
    ],
)
def test_messages(ask, address, shown):
    status, body = ask(address)
    assert status == 200
    assert shown in body


@pytest.mark.parametrize(
    "address",
    ["/nothing", "/message/nobody", "/message/hello?persona=x", "/message/hello?locale=de"],
)
def test_what_is_not_there(ask, address):
    assert ask(address)[0] == 404


@pytest.mark.parametrize("host", ["shop.example", "127.0.0.1:1", "127.0.0.1"])
def test_other_names_of_this_machine_are_refused(ask, host):
    assert ask("/", host)[0] == 403


def test_a_change_is_followed(ask, folder):
    before = ask("/version")
    assert ask("/version") == before
    changed = PROJECT.replace("Other words", "New and longer words")
    (folder / "crmspec.yaml").write_text(changed, encoding="utf-8")
    assert ask("/version") != before
    assert "New and longer words" in ask("/message/other")[1]


def test_a_project_that_is_gone_for_a_moment(ask, folder):
    (folder / "crmspec.yaml").unlink()
    assert ask("/message/hello")[0] == 200

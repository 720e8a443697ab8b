"""The parts of the client: budgets, waiting, paths, JSON, login, certificates, proxies."""

from __future__ import annotations

import logging
import ssl
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmspec.engine.error import TargetBusyError, TargetRejectedError, TargetUnusableError
from crmspec.lower.capability import Budget
from crmspec.providers import http
from crmspec.providers.http.bucket import Buckets
from crmspec.providers.http.document import UnreadableError, parse
from crmspec.providers.http.later import exhausted, retry_after
from crmspec.providers.http.route import same_origin
from crmspec.secret.veil import Veil
from tests.engine.fake import FakeClock
from tests.providers.http.wire import SENT, Wire, answer, client, forms

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR_AHEAD = "Sun, 01 Mar 2026 13:00:00 GMT"


# Budgets


@settings(max_examples=60, deadline=None)
@given(
    calls=st.integers(1, 20),
    seconds=st.sampled_from([0.5, 1.0, 7.0, 60.0]),
    burst=st.integers(1, 10),
    pauses=st.lists(st.floats(0, 5), max_size=30),
)
def test_no_window_holds_more_calls_than_the_budget(calls, seconds, burst, pauses):
    clock, made = FakeClock(), []
    budget = Budget(endpoint="GET x", calls=calls, seconds=seconds, burst=burst)
    buckets = Buckets((budget,), clock)
    for pause in [*pauses, *[0.0] * 15]:
        clock.time += timedelta(seconds=pause)
        assert buckets.take("GET x") is None
        made.append(clock.time)
    for first in made:
        within = [one for one in made if first <= one < first + timedelta(seconds=seconds)]
        assert len(within) <= calls + burst


def test_threads_share_a_budget():
    class Steady(FakeClock):
        lock = Lock()

        def sleep(self, seconds):
            with self.lock:
                super().sleep(seconds)

    clock, made = Steady(), []
    buckets = Buckets((Budget(endpoint="*", calls=10, seconds=1.0),), clock)

    def work():
        for _ in range(10):
            buckets.take("GET x")
            made.append(clock.now())

    threads = [Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(made) == 40
    assert clock.now() - NOW >= timedelta(seconds=3.9)


def test_an_endpoint_and_the_account_both_count():
    clock = FakeClock()
    budgets = (
        Budget(endpoint="POST flows", calls=1, seconds=10.0),
        Budget(endpoint="*", calls=1, seconds=1.0),
    )
    with Wire(answer()) as wire, client(wire.url, clock=clock, budgets=budgets) as calls:
        for path in ("/flows", "/lists", "/flows/7"):
            calls.call("POST", path)
    assert clock.slept == [1.0, 9.0]


def test_a_quota_may_be_used_at_once_and_is_not_waited_for():
    clock = FakeClock()
    quota = Budget(endpoint="POST flows", calls=3, seconds=86_400.0)
    with Wire(answer()) as wire, client(wire.url, clock=clock, budgets=(quota,)) as calls:
        for _ in range(3):
            calls.call("POST", "/flows")
        with pytest.raises(TargetBusyError) as caught:
            calls.call("POST", "/flows")
        calls.call("POST", "/lists")
        assert len(wire.asked) == 4
    assert caught.value.retry_after > 120
    assert clock.slept == []


def test_what_one_call_is_told_all_calls_of_the_endpoint_keep():
    clock = FakeClock()
    used = answer(200, b"{}", "RateLimit-Remaining: 0", "RateLimit-Reset: 5")
    with Wire(used, answer()) as wire, client(wire.url, clock=clock) as calls:
        calls.call("GET", "/flows")
        calls.call("GET", "/lists")
        assert clock.slept == []
        calls.call("GET", "/flows")
    assert clock.slept == [5.0]


# Waiting


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"retry-after": "7"}, 7.0, id="seconds"),
        pytest.param({"retry-after": "0.5"}, 0.5, id="parts of a second"),
        pytest.param({"retry-after": HOUR_AHEAD}, 3600.0, id="a date"),
        pytest.param({"retry-after": HOUR_AHEAD, "date": HOUR_AHEAD}, 0.0, id="a clock ahead"),
        pytest.param(
            {"retry-after": HOUR_AHEAD, "date": "Sun, 01 Mar 2026 12:59:50 GMT"}, 10.0, id="skewed"
        ),
        pytest.param({"retry-after": HOUR_AHEAD, "date": "never"}, 3600.0, id="a broken clock"),
        pytest.param({"retry-after": "Sun, 01 Mar 2026 11:00:00 GMT"}, 0.0, id="the past"),
        pytest.param({"retry-after": "Sun, 01 Mar 2026 12:00:30 -0000"}, 30.0, id="no zone"),
        pytest.param({"retry-after": "-5"}, None, id="less than nothing"),
        pytest.param({"retry-after": "nan"}, None, id="no number"),
        pytest.param({"retry-after": "9" * 400}, None, id="for ever"),
        pytest.param({"retry-after": "Sun, 99 Mar 2026 11:00:00 GMT"}, None, id="no date"),
    ],
)
def test_when_to_come_back(headers, seconds):
    assert retry_after(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"ratelimit-remaining": "3", "ratelimit-reset": "9"}, None, id="some left"),
        pytest.param({"ratelimit-remaining": "0", "ratelimit-reset": "9"}, 9.0, id="none left"),
        pytest.param({"x-ratelimit-remaining": "0"}, None, id="until nobody knows when"),
        pytest.param(
            {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 20)},
            20.0,
            id="a moment",
        ),
        pytest.param(
            {
                "x-rate-limit-remaining": "0",
                "x-rate-limit-reset": f"{int(NOW.timestamp()) + 20}000",
            },
            20.0,
            id="in milliseconds",
        ),
        pytest.param({"ratelimit": '"burst";r=0;t=4'}, 4.0, id="the newest draft"),
        pytest.param({"ratelimit": "limit=9, remaining=0, reset=4"}, 4.0, id="an older draft"),
        pytest.param({"ratelimit": '"burst";r=10;t=4'}, None, id="some left of it"),
        pytest.param({"ratelimit-remaining": "0, 0;w=1", "ratelimit-reset": "2"}, 2.0, id="a list"),
        pytest.param({"ratelimit-remaining": "x", "ratelimit-reset": "2"}, None, id="no number"),
    ],
)
def test_when_calls_are_used_up(headers, seconds):
    assert exhausted(headers, NOW) == seconds


# Paths


def test_a_link_is_followed_on_the_same_server_only():
    with Wire(answer(200, b'{"a": 1}')) as wire, client(f"{wire.url}/api") as calls:
        assert calls.follow(f"{wire.url}/api/flows?cursor=a%26b&x=").data == {"a": 1}
        assert wire.calls == ["GET /api/flows?cursor=a%26b&x="]
        for link in ("http://127.0.0.1:1/api/flows", f"{wire.url}/other", "/api/flows", "http://["):
            with pytest.raises(TargetUnusableError, match="elsewhere"):
                calls.follow(link)
        assert len(wire.asked) == 1


def test_ids_are_quoted():
    assert http.route("/flows/{id}/x/{b}", id="a/../b?c#d%2f é", b=7) == (
        "/flows/a%2F..%2Fb%3Fc%23d%252f%20%C3%A9/x/7"
    )


@pytest.mark.parametrize("id_", ["", ".", "..", "a\nb", "\ud800"])
def test_what_is_no_id_is_refused(id_):
    with pytest.raises(TargetUnusableError):
        http.route("/flows/{id}", id=id_)


@pytest.mark.parametrize(
    "path", ["//x/y", "/a/../b", "/a/%2e%2E/b", "/a?b=c", "/a#b", "/a b", "/\\x"]
)
def test_a_path_leads_nowhere_else(path):
    with Wire(answer()) as wire, client(wire.url) as calls:
        with pytest.raises(TargetUnusableError, match="cannot be made"):
            calls.call("GET", path)
        assert wire.asked == []


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://a.example/x", True),
        ("https://a.example:443/x", True),
        ("https://A.example/x", True),
        ("http://a.example/x", False),
        ("https://a.example:8443/x", False),
        ("https://b.example/x", False),
        ("https://u@a.example/x", False),
        ("https://a.example.b.example/x", False),
        ("https://a.example:x/", False),
    ],
)
def test_what_is_the_same_server(url, same):
    assert same_origin(url, "https://a.example/api") is same


def test_a_safer_way_to_the_same_server_is_the_same():
    assert same_origin("https://127.0.0.1/x", "http://127.0.0.1/")
    assert not same_origin("https://127.0.0.1:1/x", "http://127.0.0.1:1/")


@pytest.mark.parametrize(
    "base",
    [
        "foo",
        "ftp://x",
        "http://",
        "https://u:p@x",
        "https://x?a=b",
        "https://x:0",
        "http://[",
        "http://a.example",
    ],
)
def test_an_address_that_is_none_or_not_safe_is_refused(base):
    with pytest.raises(TargetUnusableError) as caught:
        client(base)
    assert caught.value.help
    assert base not in str(caught.value)


# JSON


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"", None),
        (b" \n", None),
        (b"null", None),
        (b'\xef\xbb\xbf{"a": [1.5, "\\ud83d\\ude00"]}', {"a": [1.5, "😀"]}),
    ],
)
def test_json_is_read(data, value):
    assert parse(data) == value


def test_json_may_nest_a_little():
    assert parse(b"[" * 99 + b"]" * 99)


@given(st.binary(max_size=200))
def test_bytes_are_json_or_are_refused(data):
    with suppress(UnreadableError):
        parse(data)


# Login and words


def test_a_login_is_sent_and_not_shown():
    sent = []
    for login in (
        http.basic("me", SENT),
        http.header("Authorization", "Key {}", SENT),
        http.parameter("api_key", SENT),
        http.field("api_key", SENT),
    ):
        assert SENT not in repr(login)
        with Wire(answer()) as wire, client(wire.url, login=login) as calls:
            calls.call("POST", "/x", query={"api_key": "old", "b": 1}, form={"a": "1"})
            sent.append(wire.asked[0])
    assert sent[0].headers["authorization"].startswith("Basic ")
    assert sent[1].headers["authorization"] == f"Key {SENT}"
    assert sent[2].path == f"/x?b=1&api_key={SENT}"
    assert sent[3].body == f"a=1&api_key={SENT}".encode()


def test_a_key_in_the_query_is_in_no_log_and_no_error(caplog):
    caplog.set_level(logging.DEBUG)
    with Wire(answer(400, f"bad {SENT}".encode())) as wire:
        calls = client(wire.url, login=http.parameter("key", SENT))
        with calls, pytest.raises(TargetRejectedError) as caught:
            calls.call("GET", "/x")
    assert "key=***" in caplog.text
    assert SENT not in caplog.text + str(caught.value)


def test_files_and_headers_are_sent():
    with Wire(answer()) as wire, client(wire.url, headers={"revision": "2026"}) as calls:
        calls.call("POST", "/x", files={"f": ("a.txt", b"data", "text/plain")}, headers={"a": "b"})
        calls.call("POST", "/y", key="k")
        first, second = wire.asked
    assert b'filename="a.txt"' in first.body
    assert (first.headers["revision"], first.headers["a"]) == ("2026", "b")
    assert "idempotency-key" not in first.headers
    assert second.headers["idempotency-key"] == "k"


def test_content_is_sent_as_it_is():
    with Wire(answer()) as wire, client(wire.url) as calls:
        calls.call("POST", "/x", content="а;б\n".encode(), headers={"Content-Type": "text/csv"})
        (asked,) = wire.asked
    assert (asked.body.decode(), asked.headers["content-type"]) == ("а;б\n", "text/csv")


def test_cookies_are_not_kept():
    with Wire(answer(200, b"{}", "Set-Cookie: a=b")) as wire, client(wire.url) as calls:
        calls.call("GET", "/x")
        calls.call("GET", "/x")
        assert "cookie" not in wire.asked[1].headers


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"errors": [{"detail": "no name"}, {"title": "no id"}]}', "no name; no id"),
        (b'{"message": "no"}', "no"),
        (b'{"error": {"message": "deep"}}', "deep"),
        (b"plain\x1b[31m\n  words", "plain [31m words"),
        (b"<html>", ""),
        (b'{"other": 1}', '{"other": 1}'),
        (b"x" * 900, "x" * 499 + "…"),
        (b'{"message": {"message": {"message": {"message": "x"}}}}', '{"message":'),
    ],
)
def test_the_words_of_an_error(body, said):
    with Wire(answer(422, body)) as wire, pytest.raises(TargetRejectedError) as caught:
        client(wire.url).call("GET", "/x")
    assert str(caught.value).startswith(f"GET /x → 422 {said}")


def test_a_vendor_that_answers_200_to_all():
    def complaint(reply):
        error = reply.data.get("error")
        return http.Complaint(error, 401 if error == "invalid_api_key" else None) if error else None

    acts = (
        answer(200, b'{"error": "invalid_api_key"}'),
        answer(200, b'{"error": "x"}'),
        answer(200, b"[]"),
    )
    with Wire(*acts) as wire, client(wire.url, complaint=complaint) as calls:
        for status, fatal in ((401, True), (422, False)):
            with pytest.raises(TargetRejectedError) as caught:
                calls.call("POST", "/x")
            assert (caught.value.status, caught.value.fatal) == (status, fatal)
        assert calls.call("POST", "/x").data == []  # a list confuses it


def test_media_types_of_a_vendor_are_taken():
    with Wire(answer(200, b"[1]", type_="text/html")) as wire:
        calls = client(wire.url, json_types=frozenset({"text/html"}))
        assert calls.call("GET", "/x").data == [1]
    with Wire(answer(200, b"[1]", type_="application/vnd.api+json; charset=utf-8")) as wire:
        assert client(wire.url).call("GET", "/x").data == [1]
    with Wire(answer(204, b"", type_="")) as wire:
        reply = client(wire.url).call("DELETE", "/x")
    assert (reply.data, repr(reply)) == (None, "Reply(204)")


@given(st.text(min_size=4).filter(lambda one: one.strip("*\\")))
def test_a_veil_hides_a_secret_however_it_is_written(secret):
    veil = Veil([secret, ""])
    for form in forms(secret):
        assert form not in veil.hide(f"({form})")


def test_without_secrets_nothing_is_hidden():
    assert Veil([]).hide("as it is") == "as it is"


# Certificates and proxies


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem "
        "-subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)
    return folder


def serving_tls(folder):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    wire = Wire(answer())
    wire._listening = context.wrap_socket(wire._listening, server_side=True)
    wire.url = wire.url.replace("http://", "https://")
    return wire


def test_certificates_are_verified_with_those_of_the_environment(certificate, monkeypatch):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with serving_tls(certificate) as wire, client(wire.url) as calls:
        with pytest.raises(TargetUnusableError, match="no safe connection"):
            calls.call("POST", "/x")
        assert wire.asked == []
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate / "cert.pem"))
    with serving_tls(certificate) as wire, client(wire.url) as calls:
        assert calls.call("POST", "/x").status == 200


def test_the_proxy_of_the_environment_is_used(monkeypatch):
    refused = b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"
    with Wire(refused) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with client("https://esp.shop.example") as calls, pytest.raises(Exception) as caught:  # noqa: PT011
            calls.call("POST", "/x")
    assert proxy.calls == ["CONNECT esp.shop.example:443"]
    assert SENT not in str(proxy.asked)
    assert "no connection" in str(caught.value)


def test_importing_the_client_is_cheap():
    code = "import sys, crmspec.providers.http as _; print('requests' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

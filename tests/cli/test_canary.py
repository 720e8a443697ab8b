"""Secrets never show: not in plans, state, logs, errors or tracebacks, whatever goes wrong."""

import http.client
import json
import logging
import traceback
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crmspec.cli.main import run
from crmspec.engine.error import EngineError
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from crmspec.providers.sandbox.server import Faults, SandboxServer
from crmspec.secret.source import Place
from tests.cli.conftest import GOOD
from tests.engine.fake import FakeClock
from tests.providers.http.wire import Wire, answer, shown_in

TARGET = "targets: {{esp: {{platform: sandbox, url: '{url}', credentials: {{{where}}}}}}}\n"
ASCII = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
secrets = st.text(ASCII, min_size=4, max_size=40).map(lambda tail: f"cN7{tail}".strip() + "#")
strangers = st.text(min_size=1, max_size=20).map(lambda tail: f"cN7é{tail}#")
FAULTS = [
    Faults(),
    Faults(error_every=2),
    Faults(busy_every=2),
    Faults(drop_every=2),
    Faults(late_error_every=2),
    Faults(error_every=1),
]
SLOW = {
    "deadline": None,
    "derandomize": True,
    "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@pytest.fixture
def loud(monkeypatch, caplog):
    """Everything that libraries can be made to say, and no pauses."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    monkeypatch.setattr(SystemClock, "sleep", lambda *_: None)
    return caplog


@pytest.fixture
def say(project, loud, capfd):
    """Run commands; gives all that was said and all that was written."""

    def call(*commands):
        for command in commands:
            run([*command.split(), "--lang", "en"])
        said = capfd.readouterr()
        kept = [p for p in project.rglob("*") if p.is_file() and p.suffix not in {".db", ".yaml"}]
        logged = loud.text + "".join(str(r.args) for r in loud.records)
        loud.clear()
        return said.out, said.err, logged, *(p.read_text("utf-8", "replace") for p in kept)

    return call


EVERYTHING = (
    "plan -v -o out/plan.json",
    "plan --json",
    "plan --markdown",
    "apply --yes",
    "plan",
    "drift --json",
    "pull --diff",
    "state list",
    "state pull",
    "apply out/plan.json --yes",
)


@settings(max_examples=5, **SLOW)
@given(secret=secrets, faults=st.sampled_from(FAULTS))
@example(secret="a\"b\\c%20&<d>'e", faults=Faults(error_every=1))
def test_a_run_over_http_shows_no_secret(secret, faults, project, say, monkeypatch):
    monkeypatch.setenv("ESP_TOKEN", secret)
    with SandboxServer(project / "esp.db", token=secret, faults=faults) as server:
        (project / "campaigns" / "t.yaml").write_text(
            TARGET.format(url=server.url, where="env: ESP_TOKEN")
        )
        texts = say(*EVERYTHING)
        assert any("/v1/" in one["path"] for one in server.log)
    assert shown_in(secret, *texts) == []


@settings(max_examples=30, **SLOW)
@given(secret=st.one_of(strangers, secrets.map(lambda one: f"{one}\n2")))
def test_a_secret_that_cannot_be_used_is_not_repeated(secret):
    target = registry.Target(
        id="esp", platform="sandbox", url="http://127.0.0.1:9", credentials={"env": "A"}
    )
    with pytest.raises(EngineError) as caught:
        _read(target, secret)
    assert shown_in(secret, *_printed(caught.value)) == []


def _read(target, secret):
    made = registry.connection("shop", target, Path(), Place(Path(), {"A": secret}))
    with registry.connect(made, FakeClock()) as provider:
        provider.read({})


def _echoes(secret):
    """Return what a server may do with a secret that it was sent."""
    words = json.dumps(
        {"error": {"code": secret, "problems": [{"field": secret, "message": secret}]}}
    )
    coded = b64encode(secret.encode()).decode()
    plain = f"key={quote(secret)} {coded} {json.dumps(secret)} {secret}".encode()
    there = f"Location: http://127.0.0.1:9/?key={quote(secret, safe='')}"
    return {
        **{str(code): answer(code, words.encode()) for code in (400, 401, 403, 404, 409, 412, 422)},
        **{
            str(code): answer(code, plain, type_="text/plain") for code in (429, 500, 502, 503, 507)
        },
        "elsewhere": answer(302, b"", there),
        "in circles": answer(302, b"", "Location: /v1/account?key=" + quote(secret, safe="")),
        "no JSON": answer(200, plain),
        "twice": answer(200, b'{"error": 1, ' + words.encode()[1:]),
        "no page": answer(200, plain, type_=f"text/{coded}"),
        "half a head": lambda c: c.sendall(f"HTTP/1.1 200 OK\r\nX: y\r\n{secret}".encode()),
        "no HTTP": f"{secret}\r\n\r\n".encode(),
        "cut": lambda _: None,
        "half a body": lambda c: c.sendall(answer(200, plain)[:-3]),
    }


@pytest.mark.parametrize("fault", sorted(_echoes("x")))
@settings(max_examples=3, **SLOW)
@given(secret=secrets)
@example(secret='cN7 "q" \\ %41 + &amp; <é>'.replace("é", "e"))
def test_a_server_that_repeats_a_secret_is_not_repeated(fault, secret, loud, capfd):
    with Wire(_echoes(secret)[fault]) as wire:
        target = registry.Target(
            id="esp", platform="sandbox", url=wire.url, credentials={"env": "A"}
        )
        made = registry.connection("shop", target, Path(), Place(Path(), {"A": secret}))
        with registry.connect(made, FakeClock()) as provider:
            for call in (provider.whoami, lambda: provider.read({}), lambda: _create(provider)):
                with pytest.raises(EngineError) as caught:
                    call()
                assert shown_in(secret, *_printed(caught.value)) == []
        assert wire.asked[0].headers["authorization"] == f"Bearer {secret}"
    said = capfd.readouterr()
    assert shown_in(secret, said.out, said.err, loud.text) == []
    loud.clear()


def _create(provider):
    from crmspec.engine.change import Change, Kind
    from crmspec.engine.resource import Address
    from tests.engine.fake import resource

    wanted = resource("segment.vip", {"title": "VIP"})
    provider.apply(Change(kind=Kind.CREATE, address=Address("segment", "vip"), desired=wanted), {})


def _printed(error):
    """Return all that can be printed of an error, with the locals of all frames but ours."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    frames = [f for f in shown.stack if "/tests/" not in f.filename]
    assert frames
    yield from (str(error), repr(error), error.message.english(), repr(error.args))
    yield from (line.english() for line in error.help)
    yield "".join(traceback.format_exception(error))
    for frame in frames:
        yield from (frame.locals or {}).values()
    assert error.__context__ is None


def test_a_secret_is_sent_to_its_own_target_only(project, say, monkeypatch):
    monkeypatch.setenv("PROD_TOKEN", "prod-cN7-secret")
    monkeypatch.setenv("TEST_TOKEN", "test-cN7-secret")
    with Wire(answer(401)) as prod, Wire(answer(401)) as test:
        (project / "campaigns" / "t.yaml").write_text(
            f"targets:\n"
            f"  prod: {{platform: sandbox, url: '{prod.url}', credentials: {{env: PROD_TOKEN}}}}\n"
            f"  test: {{platform: sandbox, url: '{test.url}', credentials: {{env: TEST_TOKEN}}}}\n"
        )
        say("plan --target test")
        assert {one.headers["authorization"] for one in test.asked} == {"Bearer test-cN7-secret"}
        assert prod.asked == []
        monkeypatch.delenv("PROD_TOKEN")
        _, err, *_ = say("plan --target prod")
        assert prod.asked == []
        assert "PROD_TOKEN" in err


def test_a_file_that_all_can_read_is_remarked(project, say):
    (project / "campaigns" / "all.yaml").write_text(GOOD)
    (project / "key").write_text("file-cN7-secret\n")
    (project / "key").chmod(0o644)
    with SandboxServer(project / "esp.db", token="file-cN7-secret") as server:
        (project / "campaigns" / "t.yaml").write_text(
            TARGET.format(url=server.url, where="file: key")
        )
        out, err, *_ = say("plan")
    assert "everybody on this machine can read the secret" in err
    assert "file-cN7" not in out + err

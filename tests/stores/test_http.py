"""The HTTP store against a server that is strict, and one that fails."""

from __future__ import annotations

import json

import pytest

from crmspec.engine.error import (
    StateCorruptError,
    StateLockedError,
    StateMovedError,
    StoreDoubtfulError,
    StoreUnusableError,
)
from crmspec.engine.state import Entry, Recorded
from crmspec.stores import call
from crmspec.stores.call import Login
from crmspec.stores.http import HttpStore, Server
from crmspec.stores.locking import Terms
from tests.engine.fake import FakeClock
from tests.stores.state_server import StateServer

RECORD = Recorded("segment.a", Entry("id_1", "1", "sha256:0", {"title": "A"}, "now"))


@pytest.fixture
def server():
    with StateServer() as running:
        yield running


@pytest.fixture
def store(server):
    made = store_on(server.url)
    yield made
    made.close()


def store_on(url, login=None, **methods):
    terms = Terms("shop", "main", FakeClock())
    return HttpStore(Server(address=f"{url}/crm", **methods), login or Login(), terms)


def begin(store):
    state = store.load()
    return state if state.lineage else store.save(state)


def stored(server):
    return json.loads(server.states["/crm"])["state"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("status", ["drop", 500, 502, 503, 429])
@pytest.mark.parametrize("method", ["GET", "POST", "LOCK", "UNLOCK"])
def test_a_failure_that_passes_is_lived_through(server, store, method, status, when):
    with store.lock():
        begin(store)
    server.faults = [(method, status, when)]
    with store.lock():
        store.load()
        store.append(RECORD)
        store.save(store.load())
    assert server.faults == []
    assert server.locks == {}
    assert stored(server)["serial"] == 1


def test_each_record_is_one_write_and_a_save_of_the_same_is_none(server, store):
    with store.lock():
        begin(store)
        server.log.clear()
        store.append(RECORD)
        store.save(store.load())
    assert [method for method, *_ in server.log] == ["POST", "GET", "UNLOCK"]


def test_the_lock_is_named_in_every_write(server, store):
    with store.lock():
        begin(store)
        (lock,) = server.locks.values()
        assert [path for method, path, _ in server.log if method == "POST"] == [
            f"/crm?ID={lock['ID']}"
        ]
        assert lock["Operation"] == "crmspec"
        assert lock["Path"] == "/crm"


def test_nothing_is_written_without_the_lock(store):
    with pytest.raises(StateMovedError):
        begin(store)


def test_a_stolen_lock_ends_the_run_and_is_not_taken_away(server, store):
    with pytest.raises(StateMovedError, match="not locked by this run"), store.lock():  # noqa: PT012
        begin(store)
        server.locks["/crm"] = {"ID": "other"}
        store.append(RECORD)
    assert server.locks["/crm"] == {"ID": "other"}


def test_a_lock_freed_by_others_is_no_failure_of_a_run_that_is_done(server, store):
    with store.lock():
        begin(store)
        server.locks["/crm"] = {"ID": "other"}
    with pytest.raises(StateLockedError), store.lock():
        pass


@pytest.mark.parametrize(
    ("note", "said"),
    [
        pytest.param(
            {"ID": "7", "Who": "anna@laptop", "Created": "noon"}, "`anna@laptop` has", id="who"
        ),
        pytest.param({"ID": "7", "Who": "a@b", "Info": "process 12"}, "(process 12)", id="process"),
        pytest.param({}, "another run holds", id="nothing"),
        pytest.param(["7"], "another run holds", id="no lock note"),
    ],
)
def test_who_holds_the_lock_is_told_as_far_as_the_server_tells(server, store, note, said):
    server.locks["/crm"] = note
    with pytest.raises(StateLockedError) as caught, store.lock():
        pass
    assert said in str(caught.value)
    advice = " ".join(line.english() for line in caught.value.help)
    assert ("crmspec state unlock 7" in advice) == (isinstance(note, dict) and "ID" in note)


def test_a_server_that_stays_away_is_given_up(server, store):
    server.faults = [("GET", 503, "before")] * 9
    with pytest.raises(StoreDoubtfulError, match="503"):
        store.load()
    gone = store_on("http://127.0.0.1:9")
    with pytest.raises(StoreDoubtfulError, match="no answer"):
        gone.load()
    server.faults = [("POST", 503, "before")] * 9
    with pytest.raises(StoreDoubtfulError), store.lock():
        begin(store)
    assert server.locks == {}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        pytest.param(403, "refuses the login", id="forbidden"),
        pytest.param(401, "refuses the login", id="no login"),
        pytest.param(302, "sends us elsewhere", id="a redirect"),
        pytest.param(405, "answers 405", id="no locks"),
        pytest.param(400, "answers 400", id="another refusal"),
    ],
)
def test_a_refusal_is_final(server, store, status, said):
    server.faults = [("LOCK", status, "before")]
    with pytest.raises(StoreUnusableError, match=said), store.lock():
        pass
    assert len(server.log) == 1


def test_a_lock_that_is_gone_already_is_free(server, store):
    server.faults = [("UNLOCK", 404, "before")]
    with store.lock():
        pass


def test_a_document_that_did_not_arrive_whole_is_refused(store, monkeypatch):
    with store.lock():
        begin(store)
    monkeypatch.setattr("tests.stores.state_server._md5", lambda _: "AAAA")
    with pytest.raises(StateCorruptError, match="did not arrive whole"):
        store.load()


def test_a_damaged_document_is_refused_with_advice(server, store):
    with store.lock():
        begin(store)
    server.states["/crm"] = server.states["/crm"].replace(b'"shop"', b'"stop"')
    with pytest.raises(StateCorruptError) as caught:
        store.load()
    assert "state push" in caught.value.help[0].english()


def test_an_answer_without_end_is_cut_off(store, monkeypatch):
    with store.lock():
        begin(store)
    monkeypatch.setattr(call, "_LARGEST_ANSWER", 10)
    with pytest.raises(StoreUnusableError, match="more than any state"):
        store.load()


@pytest.mark.parametrize(
    ("login", "header"),
    [
        pytest.param(Login("crm", "s3cret"), "Basic Y3JtOnMzY3JldA==", id="a user"),
        pytest.param(Login(None, "s3cret"), "Bearer s3cret", id="a token"),
        pytest.param(Login("crm"), None, id="no secret"),
    ],
)
def test_the_secret_is_sent_as_the_login_says(server, login, header, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    store_on(server.url, login).load()
    assert server.log[0][2].get("Authorization") == header
    assert "s3cret" not in repr(login)


def test_other_methods_and_addresses(server):
    store = store_on(
        server.url,
        lock_address=f"{server.url}/crm/lock",
        lock_method="POST",
        unlock_method="DELETE",
        update_method="POST",
    )
    server.gitlab = True
    with store.lock():
        begin(store)
    assert [method for method, path, _ in server.log if path.endswith("/lock")] == [
        "POST",
        "DELETE",
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        pytest.param("https://127.0.0.1:{port}", "no safe connection", id="no TLS there"),
        pytest.param("http://", "no address to call", id="no host"),
    ],
)
def test_addresses_that_cannot_be_called(server, url, said):
    store = store_on(url.format(port=server.server.server_port))
    with pytest.raises(StoreUnusableError, match=said):
        store.load()


def test_what_may_be_secret_in_an_address_is_not_repeated():
    assert call.bare("https://u:p@shop.example/a?token=x#y") == "https://shop.example/a"

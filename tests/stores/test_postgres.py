"""What is special about the PostgreSQL store; the rest is in the contract."""

from __future__ import annotations

import builtins
import os
import signal

import msgspec
import psycopg
import pytest

from crmspec.engine.error import (
    StateCorruptError,
    StateLockedError,
    StateMovedError,
    StoreUnusableError,
)
from crmspec.engine.state import Entry, Recorded
from crmspec.stores import postgres
from crmspec.stores.postgres import Database
from tests.stores.kept import PROCESSES

RECORD = Recorded("segment.a", Entry("id_1", "1", "sha256:0", {"title": "A"}, "now"))


@pytest.fixture
def kept(place_on):
    return place_on("postgres")


@pytest.fixture
def sql(kept):
    with psycopg.connect(kept.storage.url, autocommit=True) as session:

        def run(query):
            return session.execute(query.replace("{schema}", f'"{kept.storage.schema}"'))

        yield run


def begin(store):
    state = store.load()
    return state if state.lineage else store.save(state)


def begun(kept):
    with kept.store() as store, store.lock():
        begin(store)
        store.append(RECORD)


def test_looking_makes_no_tables(kept, sql):
    with kept.store() as store:
        store.load()
        assert store.holder() is None
    assert sql("SELECT to_regclass('{schema}.state')").fetchone() == (None,)


def test_a_save_empties_the_journal_and_keeps_the_row_before(kept, sql):
    begun(kept)
    assert sql("SELECT serial FROM {schema}.journal").fetchall() == [(1,)]
    before = sql("SELECT document FROM {schema}.state").fetchone()
    with kept.store() as store, store.lock():
        store.save(store.load())
    assert sql("SELECT serial FROM {schema}.journal").fetchall() == []
    assert sql("SELECT previous FROM {schema}.state").fetchone() == before


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param("UPDATE {schema}.state SET serial = 7", id="the state was replaced"),
        pytest.param("UPDATE {schema}.state SET lineage = 'x'", id="it began anew"),
        pytest.param(
            "INSERT INTO {schema}.journal VALUES ('shop', 'main', 2, 'x')", id="a record was added"
        ),
    ],
)
def test_what_another_run_wrote_is_not_overwritten(kept, sql, harm):
    begun(kept)
    with kept.store() as store, store.lock():
        state = store.load()
        sql(harm)
        with pytest.raises(StateMovedError):
            store.append(RECORD)
        with pytest.raises(StateMovedError):
            store.save(state)


def test_a_row_that_another_run_made_first_is_not_overwritten(kept):
    with kept.store() as store, store.lock():
        state = store.load()
        with kept.store() as other:
            other.save(other.load())
        with pytest.raises(StateMovedError):
            store.save(state)


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        pytest.param("UPDATE {schema}.state SET format = 2", StoreUnusableError, id="newer tables"),
        pytest.param("UPDATE {schema}.state SET document = 'x'", StateCorruptError, id="damaged"),
        pytest.param("UPDATE {schema}.journal SET line = 'x'", StateCorruptError, id="the journal"),
    ],
)
def test_what_cannot_be_read_is_refused(kept, sql, harm, error):
    begun(kept)
    sql(harm)
    with kept.store() as store, pytest.raises(error):
        store.load()


def test_who_lost_the_session_lost_the_lock_and_cannot_write(kept, sql):
    begun(kept)
    with kept.store() as store, pytest.raises(StoreUnusableError), store.lock():  # noqa: PT012
        store.load()
        sql("SELECT pg_terminate_backend(backend) FROM {schema}.holder")
        with kept.store(wait=10.0) as other, other.lock():
            other.load()
            other.append(RECORD)
        store.append(RECORD)
    with kept.store() as store:
        assert store.load().serial == 2


def hold(kept, held):
    with kept.store() as store, store.lock():
        held.set()
        signal.pause()


def test_the_lock_of_a_machine_that_vanished_is_freed_by_its_id(kept):
    held = PROCESSES.Event()
    process = PROCESSES.Process(target=hold, args=(kept, held))
    process.start()
    assert held.wait(60)
    os.kill(process.pid, signal.SIGSTOP)  # it neither works nor ends
    try:
        with kept.store(wait=10.0) as store:
            with pytest.raises(StateLockedError):
                store.unlock("7")
            store.unlock(store.holder().id)
            with store.lock():
                pass
    finally:
        process.kill()
        process.join()


def test_a_lock_that_nobody_holds_is_not_freed(kept):
    begun(kept)
    with kept.store() as store, pytest.raises(StateLockedError, match="nobody"):
        store.unlock("7")


def test_a_database_that_is_not_there(kept):
    elsewhere = msgspec.structs.replace(kept.storage, url="postgresql:///postgres?host=/nowhere")
    there = msgspec.structs.replace(kept, storage=elsewhere)
    with there.store() as store, pytest.raises(StoreUnusableError, match="database of the state"):
        store.load()


def test_a_wrong_password_is_not_repeated(kept):
    place = msgspec.structs.replace(
        kept.storage, url="postgresql://127.0.0.1:9/x", credentials={"env": "STATE_SECRET"}
    )
    there = msgspec.structs.replace(kept, storage=place)
    with there.store() as store, pytest.raises(StoreUnusableError) as caught:
        store.load()
    assert "canary" not in f"{caught.value} {caught.value.help}"
    assert "canary" not in repr(Database(secret="canary"))


def test_a_schema_of_its_own_is_all_that_a_user_needs(kept, sql):
    role = f"limited_{os.getpid()}"
    sql(f"CREATE ROLE {role} LOGIN")
    sql(f"CREATE SCHEMA {{schema}} AUTHORIZATION {role}")
    place = msgspec.structs.replace(kept.storage, url=kept.storage.url.replace("=crm", f"={role}"))
    begun(msgspec.structs.replace(kept, storage=place))
    elsewhere = msgspec.structs.replace(place, schema="another")
    with pytest.raises(StoreUnusableError, match="permission denied"):
        begun(msgspec.structs.replace(kept, storage=elsewhere))


def test_a_missing_package_is_named(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "psycopg":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(StoreUnusableError) as caught:
        postgres._connect(Database())
    assert "crmspec[postgres]" in caught.value.help[0].english()

"""What every store promises, over every store."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from crmspec.engine.error import StateCorruptError, StateLockedError
from crmspec.engine.ledger import dump_state
from crmspec.engine.state import Cancelled, Entry, Forgotten, Intended, Intent, Recorded, State
from tests.engine.fake import FakeClock
from tests.stores.kept import CANARY, FREES_ITSELF

ENTRY = Entry("id_1", "1", "sha256:0", {"title": "Корзина"}, "2026-03-01T12:00:00+00:00")
RECORDS = [
    Intended("segment.a", Intent("create", "k", "now")),
    Recorded("segment.a", ENTRY),
    Intended("segment.b", Intent("create", "l", "now")),
    Cancelled("segment.b"),
    Recorded("segment.c", ENTRY),
    Forgotten("segment.c"),
    Intended("segment.d", Intent("create", "m", "now")),
]


def begin(store):
    state = store.load()
    return state if state.lineage else store.save(state)


def loaded(kept):
    with kept.store() as store:
        return store.load()


def test_where_nothing_was_saved_the_state_is_empty(kept):
    assert loaded(kept) == State(project="shop", target="main")


def test_a_first_save_begins_a_lineage_that_stays(kept):
    with kept.store() as store, store.lock():
        first = begin(store)
        assert first.lineage
    assert loaded(kept) == first
    with kept.store() as store, store.lock():
        store.load()
        store.append(RECORDS[0])
        assert store.save(store.load()).lineage == first.lineage


def test_what_was_appended_survives_without_a_save(kept):
    with kept.store() as store, store.lock():
        begin(store)
        for record in RECORDS:
            store.append(record)
            assert loaded(kept) == store.load()
    state = loaded(kept)
    assert state.serial == len(RECORDS)
    assert state.entries == {"segment.a": ENTRY}
    assert list(state.pending) == ["segment.d"]


def test_another_run_goes_on_where_one_ended(kept):
    for record in RECORDS:
        with kept.store() as store, store.lock():
            begin(store)
            store.append(record)
    with kept.store() as store, store.lock():
        state = store.load()
        assert store.save(state) == state
    assert loaded(kept) == state
    assert state.serial == len(RECORDS)


def test_records_of_many_threads_are_all_there(kept):
    with kept.store() as store, store.lock():
        begin(store)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: store.append(Recorded(f"segment.s{n}", ENTRY)), range(40)))
    state = loaded(kept)
    assert state.serial == 40
    assert len(state.entries) == 40


def test_nothing_is_appended_before_loading(kept):
    with kept.store() as store, pytest.raises(RuntimeError):
        store.append(RECORDS[0])


def test_a_large_state_comes_back(kept):
    many = {f"segment.s{n}": ENTRY for n in range(5000)}
    with kept.store() as store, store.lock():
        state = begin(store)
        state = store.save(msgspec.structs.replace(state, serial=5000, entries=many))
    assert loaded(kept) == state


def test_targets_do_not_meet(kept):
    with kept.store() as store, store.lock():
        begin(store)
        with kept.store(target="stage") as other, other.lock():
            assert other.load().lineage == ""
            begin(other)
            other.append(RECORDS[1])
    assert loaded(kept).entries == {}


def test_the_state_of_another_project_is_refused(kept):
    if kept.name == "postgres":
        pytest.skip("projects have rows of their own")
    with kept.store() as store, store.lock():
        begin(store)
    with kept.store(project="other") as store, pytest.raises(StateCorruptError, match="`shop`"):
        store.load()


def test_a_lock_may_be_taken_again_by_its_store_and_by_nobody_else(kept):
    with kept.store() as store, kept.store() as other:
        assert store.holder() is None
        with store.lock(), store.lock():
            with pytest.raises(StateLockedError) as caught, other.lock():
                pass
            holder = other.holder()
        assert holder.who in str(caught.value)
        assert holder.since in str(caught.value)
        assert holder.process
        assert store.holder() is None
        with other.lock():
            assert store.holder().who == holder.who


def test_a_glimpse_tells_who_holds_the_lock_as_far_as_it_takes_none(kept):
    tells = kept.name not in {"http", "gitlab"}
    with kept.store() as store, kept.store() as other:
        assert store.glimpse() is None
        with other.lock():
            found = store.glimpse()
            assert (found is not None) is tells
            assert not tells or found == store.holder()
        assert store.glimpse() is None


def test_who_waits_is_told_once_and_gives_up_in_time(kept):
    said, clock = [], FakeClock()
    with (
        kept.store() as store,
        store.lock(),
        kept.store(wait=10.0, clock=clock, waiting=said.append) as other,
        pytest.raises(StateLockedError),
        other.lock(),
    ):
        pass
    assert sum(clock.slept) == pytest.approx(10.0)
    assert len(said) == 1


def test_who_waits_gets_the_lock_when_it_is_free(kept):
    waiting, entered = threading.Event(), threading.Event()

    def wait():
        with kept.store(wait=30.0, waiting=lambda _: waiting.set()) as other, other.lock():
            entered.set()

    with kept.store() as store:
        with store.lock():
            thread = threading.Thread(target=wait)
            thread.start()
            assert waiting.wait(10)
            assert not entered.is_set()
        thread.join(30)
    assert entered.is_set()


def test_a_lock_is_let_go_when_the_run_fails(kept):
    with kept.store() as store:
        with pytest.raises(ZeroDivisionError), store.lock():
            1 / 0  # noqa: B018
        assert store.holder() is None


def test_another_lock_is_not_freed(kept):
    with kept.store() as store, kept.store() as other, store.lock():
        with pytest.raises(StateLockedError):
            other.unlock("0" * 32)
        assert other.holder() is not None


def test_a_lock_whose_holder_is_gone_is_freed_by_its_id(kept):
    if kept.name in FREES_ITSELF:
        pytest.skip("such a lock ends with its process: see test_crash.py")
    with kept.store() as store, store.lock(), kept.store() as other:
        found = other.holder()
        other.unlock(found.id)
        assert other.holder() is None
        with other.lock():
            begin(other)


def test_secrets_are_nowhere_to_be_seen(kept):
    with kept.store() as store, store.lock():
        state = begin(store)
        store.append(RECORDS[1])
        assert CANARY not in repr(vars(store))
        with kept.store() as other, pytest.raises(StateLockedError) as caught, other.lock():
            pass
    assert CANARY not in f"{caught.value} {caught.value.help} {state} {loaded(kept)}"


def test_a_damaged_state_can_be_written_over(kept, monkeypatch):
    with kept.store() as store, store.lock():
        good = begin(store)
        with monkeypatch.context() as spoilt:
            spoilt.setattr(
                "crmspec.engine.ledger.dump_state",
                lambda *given, **how: dump_state(*given, **how).replace(b'"main"', b'"mine"'),
            )
            store.save(msgspec.structs.replace(good, serial=3))
    for _ in range(2):
        with kept.store() as store, store.lock(), pytest.raises(StateCorruptError):
            store.load()
    with kept.store() as store, store.lock():
        with pytest.raises(StateCorruptError):
            store.load()
        store.save(msgspec.structs.replace(good, serial=7))
        store.append(RECORDS[0])
    state = loaded(kept)
    assert (state.lineage, state.serial) == (good.lineage, 8)

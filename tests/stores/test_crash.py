"""Two runs at once, and runs that die: a part of what `make soak` does in full."""

from __future__ import annotations

import os
import signal

import pytest

from crmspec.engine.error import StateLockedError
from tests.stores.crash import CHANGE, kill, kill_at_request
from tests.stores.kept import FREES_ITSELF, PROCESSES
from tests.stores.rounds import play


def test_two_applies_at_once_lose_nothing(kept):
    tally = play(kept, 4)
    assert tally.applied >= 6


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        pytest.param("after", 1, id="holding the lock"),
        pytest.param("before", 2, id="before a write"),
        pytest.param("after", 2, id="between the note and the call"),
        pytest.param("before", 3, id="between the call and its record"),
        pytest.param("before", CHANGE, id="before the lock is free"),
    ],
)
def test_killed_at_a_step_of_the_store(kept, moment, number):
    assert kill(kept, moment, number, changed=True)


@pytest.mark.parametrize("number", [2, 4, 6, 8, 10, 12])
@pytest.mark.parametrize("name", ["gitlab", "s3"])
def test_killed_while_the_server_is_at_work(place_on, running, name, number):
    assert kill_at_request(place_on(name), running(name), number)


def hold(kept, held, going_on):
    with kept.store() as store, store.lock():
        held.set()
        going_on.wait(60)


def test_a_dead_process_holds_its_lock_only_where_the_store_cannot_know(kept):
    held, going_on = PROCESSES.Event(), PROCESSES.Event()
    process = PROCESSES.Process(target=hold, args=(kept, held, going_on))
    process.start()
    assert held.wait(60)
    with kept.store() as store:
        with pytest.raises(StateLockedError) as caught, store.lock():
            pass
        assert f"process {process.pid}" in str(caught.value)
        advice = " ".join(line.english() for line in caught.value.help)
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if kept.name in FREES_ITSELF:
            assert "frees itself" in advice
        else:
            holder = store.holder()
            assert f"crmspec state unlock {holder.id}" in advice
            store.unlock(holder.id)
    with kept.store(wait=10.0) as store, store.lock():
        pass

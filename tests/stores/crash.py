"""Kill an apply while it holds the lock, apply again, and see that it ends in the same place.

`python -m tests.stores.crash [STORE …]` goes through every step of a first apply and of a change,
every request of a change where the server can be watched, and some random moments.
"""

from __future__ import annotations

import random
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.contract.killing import Killer
from tests.contract.world import SandboxStandIn
from tests.stores.child import apply, main, planned, provider_of, shop
from tests.stores.kept import FREES_ITSELF, NAMES, PROCESSES, place, servers
from tests.stores.rounds import agrees

FIRST, CHANGE = 15, 5
"""The steps of a first apply (lock, state, eleven records, state, lock), and of a change of one."""


def kill(kept, moment, number, *, changed=False):
    """Kill at a step of the store; return whether there was such a step."""
    with SandboxStandIn(Path(kept.root)) as stand_in:
        return _kill(kept, stand_in, moment, number, changed)


def kill_at_request(kept, server, number):
    """Kill when the n-th thing happens on the server: a request came, or its work is done."""
    with SandboxStandIn(Path(kept.root)) as stand_in:
        apply(kept, stand_in.url, "VIP before")
        killer = server.observer = Killer(10**9)
        killer.process = _started(kept, stand_in, None, 0)
        killer.left = number
        try:
            return _ended(kept, stand_in, killer.process)
        finally:
            server.observer = None


def kill_after(kept, seconds):
    """Kill after some time, wherever it is."""
    with SandboxStandIn(Path(kept.root)) as stand_in:
        process = _started(kept, stand_in, None, 0)
        process.join(seconds)
        process.kill()
        return _ended(kept, stand_in, process)


def _kill(kept, stand_in, moment, number, changed):
    if changed:
        apply(kept, stand_in.url, "VIP before")
    return _ended(kept, stand_in, _started(kept, stand_in, moment, number))


def _started(kept, stand_in, moment, number):
    process = PROCESSES.Process(target=main, args=(kept, stand_in.url, "VIP", moment, number))
    process.start()
    return process


def _ended(kept, stand_in, process):
    process.join(120)
    died = process.exitcode == -signal.SIGKILL
    assert died or process.exitcode == 0
    converges(kept, stand_in)
    return died


def converges(kept, stand_in):
    with kept.store() as store:
        holder = store.holder()
        if holder is not None:
            assert kept.name not in FREES_ITSELF
            store.unlock(holder.id)
    apply(kept, stand_in.url, "VIP", wait=5.0)
    with kept.store() as store, provider_of(stand_in.url, kept.root) as provider:
        assert planned(store, provider, shop()).empty
        serial = store.load().serial
    agrees(kept, stand_in, serial)


def every_step():
    for moment in ("before", "after"):
        yield from ((moment, number, False) for number in range(1, FIRST + 2))
        yield from ((moment, number, True) for number in range(1, CHANGE + 1))


def every_kill(running):
    """Yield what kills, given a place: at each step, each request, and after random times."""
    for moment, number, changed in every_step():
        yield partial(kill, moment=moment, number=number, changed=changed)
    if hasattr(running, "observer"):
        yield from (partial(kill_at_request, server=running, number=n) for n in range(1, 31))
    chance = random.Random(7)
    yield from (partial(kill_after, seconds=chance.uniform(0.05, 0.6)) for _ in range(20))


def run_all(names):
    for name in names:
        died = total = 0
        with servers(name) as running:
            for killing in every_kill(running):
                with tempfile.TemporaryDirectory() as folder:
                    died += killing(place(name, Path(folder), running))
                total += 1
        sys.stdout.write(f"{name}: {total} runs, {died} killed, all converged\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run_all(sys.argv[1:] or NAMES)

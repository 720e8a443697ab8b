"""Kill an apply while it holds the lock, apply again, and see that it ends in the same place.

`python -m tests.stores.crash [STORE …]` goes through every step of a first apply and of a change.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests.contract.world import SandboxStandIn
from tests.stores.child import apply, main, planned, provider_of, shop
from tests.stores.kept import FREES_ITSELF, NAMES, PROCESSES, place, servers
from tests.stores.rounds import agrees

FIRST, CHANGE = 24, 5
"""The steps of a first apply (lock, state, ten objects, state, lock), and of a change of one."""


def kill(kept, moment, number, *, changed=False):
    """Kill at a step of the store; return whether there was such a step."""
    with SandboxStandIn(Path(kept.root)) as stand_in:
        return _kill(kept, stand_in, moment, number, changed)


def _kill(kept, stand_in, moment, number, changed):
    if changed:
        apply(kept, stand_in.url, "VIP before")
    process = PROCESSES.Process(target=main, args=(kept, stand_in.url, "VIP", moment, number))
    process.start()
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


def run_all(names):
    for name in names:
        died = total = 0
        with servers(name) as running:
            for moment, number, changed in every_step():
                with tempfile.TemporaryDirectory() as folder:
                    kept = place(name, Path(folder), running)
                    died += kill(kept, moment, number, changed=changed)
                total += 1
        sys.stdout.write(f"{name}: {total} runs, {died} killed, all converged\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run_all(sys.argv[1:] or NAMES)

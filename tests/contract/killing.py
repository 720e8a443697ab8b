"""Kill an apply at one moment, run it again, and look whether it ends in the same place.

As a script, `python tests/contract/killing.py` goes through every moment of a first apply and of
a change, and a number of random ones: hundreds in all.
"""

from __future__ import annotations

import multiprocessing
import random
import signal
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.contract import child
from tests.contract.child import CHANGED
from tests.contract.project import SHOP, program
from tests.contract.world import CANARY, SandboxStandIn, World

# Forked from a server that has all imports done: a process of its own, within milliseconds.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.contract.child", "crmspec.providers.sandbox.session", "requests", "filelock"]
)


def start(stand_in, folder, changed, moment="never", number=0):
    process = PROCESSES.Process(
        target=child.main, args=(stand_in.url, CANARY, str(folder), changed, moment, number)
    )
    process.start()
    return process


class Killer:
    """Kills a process at the n-th thing that the server is told of: before or after its work."""

    def __init__(self, number):
        self.left, self.process = number, None

    def __call__(self, *_):
        self.left -= 1
        if self.left == 0 and self.process is not None:
            self.process.kill()


def kill_at_request(folder, number, *, changed=False):
    """Return whether the process died."""
    with SandboxStandIn(folder) as stand_in:
        prepare(stand_in, folder, changed)
        killer = stand_in.server.observer = Killer(10**9)
        killer.process = start(stand_in, folder, changed)
        killer.left = number
        return ended(stand_in, folder, changed, killer.process)


def kill_at_write(folder, moment, number, *, changed=False):
    with SandboxStandIn(folder) as stand_in:
        prepare(stand_in, folder, changed)
        return ended(stand_in, folder, changed, start(stand_in, folder, changed, moment, number))


def kill_after(folder, seconds, *, changed=False):
    with SandboxStandIn(folder) as stand_in:
        prepare(stand_in, folder, changed)
        process = start(stand_in, folder, changed)
        process.join(seconds)
        process.kill()
        return ended(stand_in, folder, changed, process)


def prepare(stand_in, folder, changed):
    if changed:
        _, outcome = World(stand_in, folder).apply(program())
        assert outcome.complete


def ended(stand_in, folder, changed, process):
    process.join(60)
    died = process.exitcode == -signal.SIGKILL
    assert died or process.exitcode == 0
    stand_in.server.observer = None
    converges(stand_in, folder, program(CHANGED if changed else SHOP))
    return died


def converges(stand_in, folder, wanted):
    world = World(stand_in, folder)
    _, outcome = world.apply(wanted)
    assert outcome.complete, [str(f.error) for f in outcome.failed]
    keys = [key for key, _ in stand_in.objects()]
    with world.provider() as provider:
        expected = [
            f"crmspec:shop/{r.address.kind}/{r.address.id}"
            for r in provider.compile(wanted).resources
        ]
    assert sorted(keys) == sorted(expected)
    assert world.planned(wanted).empty
    state = World(stand_in, folder).store.load()
    assert state.pending == {}
    assert len(state.entries) == len(expected)


def every_moment():
    for changed in (False, True):
        yield from ((kill_at_request, (n,), changed) for n in range(1, 40))
        for moment in ("before", "after", "torn"):
            yield from ((kill_at_write, (moment, n), changed) for n in range(1, 15))
    chance = random.Random(7)
    yield from ((kill_after, (chance.uniform(0, 0.3),), bool(n % 2)) for n in range(100))


def main():
    died = total = 0
    for kill, arguments, changed in every_moment():
        with tempfile.TemporaryDirectory() as folder:
            died += kill(Path(folder), *arguments, changed=changed)
        total += 1
    sys.stdout.write(f"{total} runs, {died} killed, all converged\n")


if __name__ == "__main__":
    main()

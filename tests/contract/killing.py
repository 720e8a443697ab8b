"""Kill an apply at one moment, run it again, and look whether it ends in the same place.

As a script, `python tests/contract/killing.py` goes through every moment of a first apply and of
a change, and a number of random ones: hundreds in all.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.contract.child import CHANGED
from tests.contract.project import SHOP, program
from tests.contract.world import CANARY, SandboxStandIn, World

CHILD = Path(__file__).with_name("child.py")


def start(stand_in, folder, changed, moment="never", number=0):
    words = [stand_in.url, CANARY, str(folder), str(int(changed)), moment, str(number)]
    return subprocess.Popen([sys.executable, str(CHILD), *words], stderr=subprocess.PIPE)


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
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        return ended(stand_in, folder, changed, process)


def prepare(stand_in, folder, changed):
    if changed:
        _, outcome = World(stand_in, folder).apply(program())
        assert outcome.complete


def ended(stand_in, folder, changed, process):
    _, errors = process.communicate(timeout=60)
    died = process.returncode == -signal.SIGKILL
    assert died or process.returncode == 0, errors.decode()
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
            yield from ((kill_at_write, (moment, n), changed) for n in range(1, 24))
    chance = random.Random(7)
    yield from ((kill_after, (chance.uniform(0.1, 0.8),), bool(n % 2)) for n in range(100))


def main():
    died = total = 0
    for kill, arguments, changed in every_moment():
        with tempfile.TemporaryDirectory() as folder:
            died += kill(Path(folder), *arguments, changed=changed)
        total += 1
    sys.stdout.write(f"{total} runs, {died} killed, all converged\n")


if __name__ == "__main__":
    main()

"""Kill an apply of the example project at each moment, apply again, and see what there is then.

`python -m tests.contract.crash [STEP]` goes through every request of a first apply and of a change
of every object (when it arrives, when its work is done), and every write of the state (before it,
after half of it, after it); with STEP, through each so manieth moment. An answer that has come, but
is not noted, is what the kill before a write shows.
"""

from __future__ import annotations

import multiprocessing
import shutil
import signal
import sys
import tempfile
from collections import Counter
from functools import cached_property
from pathlib import Path

from crmspec.providers.sandbox.server import SandboxServer
from tests.contract.example import deployed
from tests.contract.mortal import apply, wanted
from tests.contract.rest import CANARY

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.contract.mortal", "crmspec.providers.sandbox.session", "requests", "filelock"]
)


class Killer:
    """Kills a process at the n-th thing that the server is told of; counts them."""

    def __init__(self, number=0):
        self.number, self.seen, self.process = number, 0, None

    def __call__(self, *_):
        self.seen += 1
        if self.seen == self.number:
            self.process.kill()


class Scene:
    """A folder with an account and a state as they are before the apply that is killed."""

    def __init__(self, folder: Path, *, changed: bool):
        self.folder, self.changed = folder, changed
        self.folder.mkdir()
        with self.server(self.folder) as server:
            if changed:
                apply(wanted(server.url, changed=False), folder)
            with deployed(self.wanted(server), folder) as deployment:
                self.addresses = sorted(str(one.address) for one in deployment.wanted.resources)

    def wanted(self, server):
        return wanted(server.url, changed=self.changed)

    @staticmethod
    def server(folder):
        return SandboxServer(folder / "account.db", token=CANARY)

    @cached_property
    def moments(self):
        """Return how often the server is told of something, and how often the state is written."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name, "whole")
            shutil.copytree(self.folder, folder)
            with self.server(folder) as server:
                counter = server.observer = Killer()
                written = apply(self.wanted(server), folder)
            return counter.seen, written

    def kill(self, moment, number):
        """Kill at a moment and apply again; return whether the process died."""
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name, "run")
            shutil.copytree(self.folder, folder)
            with self.server(folder) as server:
                killer = server.observer = Killer(number if moment == "request" else 0)
                at = () if moment == "request" else (moment, number)
                program = self.wanted(server)
                killer.process = PROCESSES.Process(target=apply, args=(program, folder, *at))
                killer.process.start()
                killer.process.join(120)
                server.observer = None
                assert killer.process.exitcode in {0, -signal.SIGKILL}
                self.converges(program, folder)
                return killer.process.exitcode == -signal.SIGKILL

    def converges(self, program, folder):
        """Apply again, and make sure that nothing is lost, double, or still to be done."""
        apply(program, folder)
        with deployed(program, folder) as deployment:
            plan, state = deployment.plan(), deployment.store.load()
            seen = list(deployment.provider.survey())
        assert plan.empty, [str(one.address) for one in plan.changes]
        assert not [one for one in plan.remarks if one.effect == "unknown"]
        assert Counter(f"{one.kind}.{one.mark}" for one in seen) == Counter(self.addresses)
        assert sorted(state.entries) == self.addresses
        assert {one.id for one in state.entries.values()} == {one.id for one in seen}
        assert state.pending == {}


def every_moment(scene):
    """Yield all moments: at requests, and around writes."""
    requests, writes = scene.moments
    yield from (("request", number) for number in range(1, requests + 1))
    for moment in ("before", "torn", "after"):
        yield from ((moment, number) for number in range(1, writes + 1))


def main(step):
    with tempfile.TemporaryDirectory() as root:
        for changed in (False, True):
            scene = Scene(Path(root, f"scene-{changed}"), changed=changed)
            found = [scene.kill(*one) for one in list(every_moment(scene))[::step]]
            name = "a change of every object" if changed else "a first apply"
            requests, writes = scene.moments
            sys.stdout.write(
                f"{name}: {len(scene.addresses)} objects, {requests // 2} requests, "
                f"{writes} writes; {len(found)} runs, {sum(found)} killed, all converged\n"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)

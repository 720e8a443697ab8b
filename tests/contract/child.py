"""A process that plans and applies the shop, made to die at a given write of its state.

The moment is before, after, torn or never; the number counts writes from one.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from crmspec.engine import ledger
from crmspec.engine.apply import run
from crmspec.engine.plan import known, make
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from crmspec.providers.thread import ThreadExecutor
from crmspec.stores import FileStore
from tests.contract.project import SHOP, program
from tests.engine.fake import Recorder

CHANGED = SHOP.replace("24h", "6h").replace("spring", "summer").replace("gte: 80", "gte: 90")

WANTED = {False: program(), True: program(CHANGED)}


def die():
    os.kill(os.getpid(), signal.SIGKILL)


class DyingStore(FileStore):
    moment, left = "never", 0

    def _writes(self, write, torn):
        self.left -= 1
        if self.left == 0 and self.moment == "before":
            die()
        if self.left == 0 and self.moment == "torn":
            torn()
            die()
        result = write()
        if self.left == 0 and self.moment == "after":
            die()
        return result

    def append(self, *records):
        def torn():
            last, lines = self._last, b""
            for record in records:
                last = ledger.line(record, last)
                lines += last
            with self._beside("journal").open("ab") as file:
                file.write(lines[: len(lines) // 2])

        return self._writes(lambda: super(DyingStore, self).append(*records), torn)

    def save(self, state):
        def torn():
            data = ledger.dump_state(state)
            self._path.with_name(f"{self._path.name}.tmp").write_bytes(data[: len(data) // 2])

        return self._writes(lambda: super(DyingStore, self).save(state), torn)


def main(url, token, folder, changed, moment, number):  # noqa: PLR0917 - the command line
    clock = SystemClock()
    store = DyingStore(
        Path(folder, "state", "main.json"), project="shop", target="main", clock=clock
    )
    store.moment, store.left = moment, number
    target = Target(id="main", platform="sandbox", url=url)
    connection = registry.Connection(project="shop", target=target, folder=folder, token=token)
    with registry.connect(connection, clock) as provider:
        state = store.load()
        wanted = provider.compile(WANTED[changed])
        plan = make(wanted, state, provider.read(known(state)), normalise=provider.normalise)
        # Kills at a write need as many writes each time; those at a request need not.
        width = provider.width if moment == "never" else 1
        with ThreadExecutor(width) as executor:
            outcome = run(plan, provider, store, clock, Recorder(), executor)
    sys.exit(0 if outcome.complete else 4)

"""What processes do with a store: apply the shop, and maybe die at one of its steps."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from pathlib import Path

from crmspec.engine.apply import run
from crmspec.engine.error import StateLockedError
from crmspec.engine.plan import known, make
from crmspec.ir.target import Target
from crmspec.providers import registry
from crmspec.providers.clock import SystemClock
from tests.contract.project import SHOP, program
from tests.contract.world import CANARY
from tests.engine.fake import Recorder

STEPS = ("_acquire", "append", "save", "_release")
"""What is done to a store; in this order, over and over."""


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def shop(title="VIP"):
    return program(SHOP.replace('"VIP"', f'"{title}"'))


@contextmanager
def provider_of(url, folder):
    target = Target(id="main", platform="sandbox", url=url)
    connection = registry.Connection(project="shop", target=target, folder=folder, token=CANARY)
    with registry.connect(connection, SystemClock()) as provider:
        yield provider


def planned(store, provider, wanted):
    state = store.load()
    read = provider.read(known(state))
    return make(provider.compile(wanted), state, read, normalise=provider.normalise)


def apply(kept, url, title, wait=60.0):
    """Plan and apply under the lock, as `crmspec apply` does; return how many records it wrote.

    None when the lock was refused.
    """
    with kept.store(wait=wait) as store, provider_of(url, kept.root) as provider:
        written, append = [], store.append
        store.append = lambda *records: (append(*records), written.extend(records))
        try:
            with store.lock():
                plan = planned(store, provider, shop(title))
                outcome = run(plan, provider, store, SystemClock(), Recorder())
        except StateLockedError:
            return None
        assert outcome.complete, [str(failure.error) for failure in outcome.failed]
        return len(written)


def dying(kept, url, title, moment, number):
    """Apply, and die before or after the n-th step that the store is asked for."""
    left = number

    def mortal(step):
        def taken(*arguments):
            nonlocal left
            left -= 1
            last = left == 0
            if last and moment == "before":
                die()
            result = step(*arguments)
            if last and moment == "after":
                die()
            return result

        return taken

    with kept.store() as store, provider_of(url, kept.root) as provider:
        for name in STEPS:
            setattr(store, name, mortal(getattr(store, name)))
        with store.lock():
            plan = planned(store, provider, shop(title))
            run(plan, provider, store, SystemClock(), Recorder())


def main(kept, url, title, moment, number):
    os.chdir(Path(kept.root))
    if moment is None:
        apply(kept, url, title)
    else:
        dying(kept, url, title, moment, number)


def worker(kept, url, name, rounds, barrier, answers):  # noqa: PLR0917 - a process
    """Apply once a round, at the same time as the other worker; wait and refuse in turns."""
    for number in range(rounds):
        barrier.wait(300)
        answers.put(apply(kept, url, f"VIP {name}{number}", wait=0.0 if number % 2 else 120.0))

"""A process that applies the example project to a sandbox, made to die at a write of its state."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec

from tests.contract import example
from tests.contract.child import DyingStore
from tests.engine.fake import Recorder

GONE = {"broadcasts": "thursday_digest", "chains": "support_nps"}
"""What the change takes away; it renames all the rest."""


def wanted(url, *, changed):
    """Return the example for the sandbox at an address, all that may be live in it live."""
    sandbox = SimpleNamespace(platform="sandbox", url=url)
    if not changed:
        return example.program(sandbox, activate="live")
    made = example.program(sandbox, activate="live", naming="{title}")
    kept = {
        kind: {name: one for name, one in getattr(made, kind).items() if name != gone}
        for kind, gone in GONE.items()
    }
    return msgspec.structs.replace(made, **kept)


def apply(program, folder, moment="never", number=0):
    """Plan and apply under the lock, as `crmspec apply` does; die at a write of the state.

    Returns how many writes there were, if none was to be the last.
    """
    with example.deployed(program, folder) as deployment:
        store = deployment.store
        store.__class__ = DyingStore
        store.moment, store.left = moment, number
        with store.lock():
            outcome = deployment.apply(deployment.plan(), Recorder())
            assert outcome.complete, [str(one.error) for one in outcome.failed]
        return -store.left

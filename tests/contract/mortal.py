"""A process that applies the example project to a sandbox, made to die at a write of its state."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import msgspec

from crmspec.api.check import CheckResult, check_path
from crmspec.api.deploy import opened
from crmspec.api.workspace import Workspace
from crmspec.diagnostics.report import Report
from tests.contract.child import DyingStore
from tests.contract.example import ROOT, SECRET
from tests.contract.rest import CANARY
from tests.engine.fake import Recorder

TARGET = "sandbox"
GONE = {"broadcasts": "thursday_digest", "chains": "support_nps"}
"""What the change takes away; it renames all the rest."""


@cache
def example():
    """Return the example project, checked."""
    result = check_path(ROOT)
    assert not result.failed
    return result.program


def wanted(url, *, changed):
    """Return the example for the sandbox at an address, all that may be live in it live."""
    program = example()
    target = msgspec.structs.replace(
        program.targets[TARGET],
        url=url,
        credentials={"env": SECRET},
        activate="live",
        naming="{title}" if changed else "[{project}] {title}",
    )
    fields = {"targets": {TARGET: target}}
    for kind, id_ in GONE.items() if changed else ():
        fields[kind] = {name: one for name, one in getattr(program, kind).items() if name != id_}
    return msgspec.structs.replace(program, **fields)


def deployed(program, folder):
    """Open the target with the state in a folder."""
    os.environ[SECRET] = CANARY
    result = CheckResult(program, Report.of((), {}), (), Workspace(ROOT, {}))
    return opened(result, TARGET, Path(folder, "state"))


def apply(program, folder, moment="never", number=0):
    """Plan and apply under the lock, as `crmspec apply` does; die at a write of the state.

    Returns how many writes there were, if none was to be the last.
    """
    with deployed(program, folder) as deployment:
        store = deployment.store
        store.__class__ = DyingStore
        store.moment, store.left = moment, number
        with store.lock():
            outcome = deployment.apply(deployment.plan(), Recorder())
            assert outcome.complete, [str(one.error) for one in outcome.failed]
        return -store.left

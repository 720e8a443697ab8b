"""The repository's own example project, for one target: that of a stand-in."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import msgspec

from crmspec.api.check import CheckResult, check_path
from crmspec.api.deploy import opened
from crmspec.api.workspace import Workspace
from crmspec.diagnostics.report import Report
from crmspec.document.write import block
from crmspec.ir.target import Target
from tests.contract.rest import CANARY, StandIn

ROOT = Path(__file__).parents[2]
SECRET = "CRMSPEC_TEST_SECRET"
TARGET = "main"
NAMING = "[{project}] {title}"


def settings(stand_in, **more):
    """Return the settings of the target, as they are written."""
    made = {"platform": stand_in.platform, "naming": NAMING}
    if isinstance(stand_in, StandIn):
        made |= {"options": stand_in.case.options, "manages": stand_in.case.manages}
    if stand_in.url is not None:
        made |= {"url": stand_in.url, "credentials": {"env": SECRET}}
    return {key: one for key, one in made.items() if one} | more


@cache
def checked():
    """Return the example project as a program; its findings are for other tests."""
    result = check_path(ROOT)
    assert not result.failed
    return result


def program(stand_in, **more):
    """Return the example for a stand-in; what a target refuses is left to people."""
    found = checked().program
    if isinstance(stand_in, StandIn):
        stand_in.knows(found.events)
    return msgspec.structs.replace(
        found,
        project=msgspec.structs.replace(found.project, on_unsupported="manual"),
        targets={TARGET: Target(id=TARGET, **settings(stand_in, **more))},
    )


def deployed(wanted, folder: Path, state="state"):
    """Open the one target of a program, with its state in a folder below another."""
    os.environ[SECRET] = CANARY
    workspace = Workspace(folder, {})
    result = CheckResult(wanted, Report.of((), {}), (), workspace)
    return opened(result, None, Path(folder, state))


def bare(folder: Path, stand_in):
    """Write the example's settings with the target, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    head = (ROOT / "crmspec.yaml").read_text(encoding="utf-8")
    more = block({"on_unsupported": "manual", "targets": {TARGET: settings(stand_in)}}, 0)
    (folder / "crmspec.yaml").write_text(f"{head}{more}\n", encoding="utf-8")
    os.environ[SECRET] = CANARY
    return folder

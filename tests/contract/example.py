"""The repository's own example project, for one target: that of a stand-in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from crmspec.document.write import block
from tests.contract.rest import CANARY, StandIn

ROOT = Path(__file__).parents[2]
SECRET = "CRMSPEC_TEST_SECRET"
TARGET = "main"


def write(folder: Path, stand_in, **settings):
    """Copy the example project to a folder, with one target; what it refuses is left to people."""
    bare(folder, stand_in, **settings)
    skipped = shutil.ignore_patterns("targets.yaml", "init")
    shutil.copytree(ROOT / "campaigns", folder / "campaigns", ignore=skipped)
    shutil.copytree(ROOT / "templates", folder / "templates", ignore=skipped)
    return folder


def bare(folder: Path, stand_in, **settings):
    """Write the example's settings and the target, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    target = {"platform": stand_in.platform, "naming": "[{project}] {title}", **settings}
    if isinstance(stand_in, StandIn) and stand_in.case.options:
        target["options"] = stand_in.case.options
    if stand_in.url is not None:
        target |= {"url": stand_in.url, "credentials": {"env": SECRET}}
    head = (ROOT / "crmspec.yaml").read_text(encoding="utf-8")
    more = block({"on_unsupported": "manual", "targets": {TARGET: target}}, 0)
    (folder / "crmspec.yaml").write_text(f"{head}{more}\n", encoding="utf-8")
    os.environ[SECRET] = CANARY
    return folder

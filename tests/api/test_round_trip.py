"""Every timeline that a page of codes can show comes out again from the test that keeps it."""

from pathlib import Path

import pytest

from crmspec.api.check import check_workspace
from crmspec.api.examine import READ_ONLY, behaviour_of
from crmspec.api.simulate import written
from crmspec.api.workspace import Workspace
from crmspec.semantics.journey import judge, scenario
from crmspec.semantics.machine import run
from tests.test_pages import PROJECT_FILE, TEMPLATES, pages

CONFLICTS = "CRM3"


def examples():
    return [
        pytest.param(example, id=f"{name} line {example.line}")
        for name, page in pages().items()
        for example in page.examples()
        if name.startswith(CONFLICTS) and not example.exact
    ]


def workspace(example, more):
    files = {path: it for path, it in example.files.items() if not path.startswith(TEMPLATES)}
    return Workspace(Path(), dict([PROJECT_FILE]) | files | more, {})


@pytest.mark.parametrize("example", examples())
def test_a_saved_timeline_comes_out_again(example):
    examined = check_workspace(workspace(example, {})).examined
    told = [one.evidence for one in examined.findings if one.evidence and one.evidence.test]
    saved = {f"{one.replay}.test.yaml": written(one.replay, one.test).encode() for one in told}
    read = check_workspace(workspace(example, saved), wanted=READ_ONLY)
    assert not read.lost
    program = read.program
    assert len(program.tests) == len(saved)
    for test in program.tests.values():
        profile = None if test.profile is None else test.profile.id
        trace = run(program, scenario(program, test), behaviour_of(program, profile))
        assert not judge(test, trace), test.id

"""The repository's example project on every target: deployed, and nothing is left to do."""

from __future__ import annotations

import pytest

from crmspec.api.deploy import fit
from crmspec.api.sheet import confirm
from crmspec.engine.text import render
from tests.contract import example
from tests.contract.world import STAND_INS
from tests.engine.fake import Recorder


@pytest.fixture(params=sorted(STAND_INS))
def stand_in(request, tmp_path):
    with STAND_INS[request.param](tmp_path) as running:
        yield running


def settled(opened):
    """Apply what is planned; the next plan has nothing to do."""
    plan = opened.plan()
    outcome = opened.apply(plan, Recorder())
    assert outcome.complete, [str(failure.error) for failure in outcome.failed]
    again = opened.plan()
    assert again.empty, render(again)
    return plan


def test_it_is_deployed_and_the_second_plan_is_empty(stand_in, tmp_path):
    wanted = example.program(stand_in, activate="live")
    with example.deployed(wanted, tmp_path) as opened:
        fit(opened)
        plan = settled(opened)
        assert len(stand_in.objects()) == len(plan.wanted)
        before = stand_in.objects()
        assert settled(opened).empty
        assert stand_in.objects() == before
        by_hand = {task.address for task in opened.plan().tasks}
        told = {(one.kind, one.id) for one in plan.wanted.keys() | by_hand}
        if "chain" not in {one.kind for one in plan.undeployed}:
            assert {("chain", id_) for id_ in wanted.chains} <= told, "a chain is left out silently"
        assert not by_hand or set(confirm(opened, ["*"], "anna@example.com")) == by_hand
        assert opened.plan().idle
    with example.deployed(wanted, tmp_path, "elsewhere") as opened:  # the state is lost
        plan = settled(opened)
        assert plan.calls == 0, render(plan)
        assert len(stand_in.objects()) == len(before)

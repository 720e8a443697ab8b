"""The repository's example project on every target: deployed, and nothing is left to do."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from crmspec.api.deploy import fit
from crmspec.api.sheet import confirm
from crmspec.engine.text import render
from crmspec.ir.target import Links
from tests.contract import example
from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS
from tests.engine.fake import Recorder

pytestmark = pytest.mark.usefixtures("hasty")
SEGMENTS = 14
MESSAGES = 33
CHAINS = {"chain": 6}
MARKS = 7
"""What a journey of its own tells of the past, on OneSignal."""
ALL = {"broadcast": 1, **CHAINS, "event": 15, "attribute": 8, "segment": SEGMENTS}
FARES = {
    ("braze", "manual"): ({"message": 15}, {"message": 18}),
    ("files", "manual"): (
        {
            **ALL,
            **dict.fromkeys(("channel_group", "coupon", "exclusive", "feed", "list"), 1),
            "channel": 9,
            "consent": 10,
            "experiment": 3,
            "frequency": 11,
            "goal": 5,
            "message": MESSAGES,
        },
        {},
    ),
    ("klaviyo", "manual"): (
        {"chain": 1, "list": 1, "message": 3, "segment": 8},
        {"chain": 5, "broadcast": 1, "message": 28, "segment": 6},
    ),
    ("klaviyo", "degrade"): (
        {"chain": 4, "list": 1, "message": 13, "segment": 9},
        {"chain": 2, "broadcast": 1, "message": 18, "segment": 5},
    ),
    ("knock", "manual"): (
        {"block": 2, "segment": 1},
        {**CHAINS, "layout": 1, "segment": 13},
    ),
    ("mindbox", "manual"): (
        {},
        {**ALL, "message": MESSAGES, "frequency": 11, "list": 1, "coupon": 1},
    ),
    ("mindbox", "degrade"): (
        {"attribute": 1, "coupon": 1},
        {**ALL, "attribute": 7, "message": MESSAGES, "frequency": 11, "list": 1},
    ),
    ("node_red", "manual"): ({}, CHAINS),
    ("onesignal", "manual"): (
        {"message": 5, "segment": 1},
        {**CHAINS, "broadcast": 1, "message": 28, "segment": 13},
    ),
    ("onesignal", "degrade"): (
        {"chain": 3 + MARKS, "message": 18, "segment": 10},
        {"chain": 3, "broadcast": 1, "message": 15, "segment": 7},
    ),
    ("sandbox", "manual"): ({**ALL, "message": 32}, {"message": 1}),
    ("sendsay", "manual"): (
        {"attribute": 1, "message": 3},
        {**CHAINS, "attribute": 3, "broadcast": 1, "list": 1, "message": 30, "segment": 14},
    ),
    ("sendsay", "degrade"): (
        {"attribute": 4, "message": 13, "segment": 1},
        {**CHAINS, "broadcast": 1, "list": 1, "message": 20, "segment": 13},
    ),
    ("tryton", "manual"): ({}, CHAINS),
    ("tryton_rpc", "manual"): ({}, CHAINS),
    ("unione", "manual"): ({"message": 11}, {"message": 22}),
    ("unisender", "manual"): (
        {"attribute": 3, "message": 9},
        {**CHAINS, "attribute": 3, "broadcast": 1, "list": 1, "message": 24, "segment": SEGMENTS},
    ),
    ("unisender", "degrade"): (
        {"attribute": 6, "message": 9},
        {**CHAINS, "broadcast": 1, "list": 1, "message": 24, "segment": SEGMENTS},
    ),
}
"""What of the example is pushed, and what is left to people, by platform and `on_unsupported`.

Change it knowingly: of the 33 messages 16 are letters, and each that moves to the right is one
that somebody has to paste by hand. `degrade` stands where it makes a difference.
"""
PAGE = "https://shop.example/letters?id={{ profile.user_id }}"
ENCODED = {
    "braze": "https://shop.example/letters?id={{",
    "sendsay": "https://shop.example/letters?id=[%",
}


@pytest.fixture(params=FARES, ids=" ".join)
def fares(request, tmp_path):
    platform, wish = request.param
    with STAND_INS[platform](tmp_path) as running:
        yield running, wish, FARES[request.param]


def settled(opened):
    """Apply what is planned; the next plan has nothing to do."""
    plan = opened.plan()
    outcome = opened.apply(plan, Recorder())
    assert outcome.complete, [str(failure.error) for failure in outcome.failed]
    again = opened.plan()
    assert again.empty, render(again)
    return plan


def counted(addresses):
    return Counter(one.kind for one in addresses)


def test_no_target_is_forgotten():
    assert {platform for platform, wish in FARES if wish == "manual"} == STAND_INS.keys()


def test_it_is_deployed_and_the_second_plan_is_empty(fares, tmp_path):
    stand_in, wish, (pushed, manual) = fares
    wanted = example.program(stand_in, activate="live", on_unsupported=wish)
    with example.deployed(wanted, tmp_path) as opened:
        fit(opened)
        plan = settled(opened)
        assert len(stand_in.objects()) == len(plan.wanted)
        assert counted(plan.wanted) == pushed
        assert counted(task.address for task in plan.tasks) == manual
        before = stand_in.objects()
        assert settled(opened).empty
        assert stand_in.objects() == before
        by_hand = {task.address for task in opened.plan().tasks}
        told = {(one.kind, one.id) for one in plan.wanted.keys() | by_hand}
        if "chain" not in {one.kind for one in plan.undeployed}:
            assert {("chain", id_) for id_ in wanted.chains} <= told, "a chain is left out silently"
        assert not by_hand or set(confirm(opened, ["*"], "anna@example.com")) == by_hand
        assert opened.plan().idle
    if isinstance(stand_in, StandIn) and not stand_in.case.readable:
        return
    with example.deployed(wanted, tmp_path, "elsewhere") as opened:  # the state is lost
        plan = settled(opened)
        assert plan.calls == 0, render(plan)
        assert len(stand_in.objects()) == len(before)


@pytest.mark.parametrize("platform", ENCODED)
def test_letters_lead_to_a_page_of_ones_own(platform, tmp_path):
    links = msgspec.convert({"preferences": {"source": PAGE}}, Links)
    with STAND_INS[platform](tmp_path) as stand_in:
        wanted = example.program(stand_in, on_unsupported="degrade", links=links)
        with example.deployed(wanted, tmp_path) as opened:
            plan = settled(opened)
    letters = [str(one.body) for address, one in plan.wanted.items() if address.kind == "message"]
    assert (
        len(letters)
        == FARES[platform, "manual" if platform == "braze" else "degrade"][0]["message"]
    )
    assert all(ENCODED[platform] in one for one in letters)

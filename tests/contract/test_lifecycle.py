"""The life of a project's objects, over all vendors: made, changed, edited there, taken away."""

from __future__ import annotations

import pytest

from crmspec.engine.drift import drift
from crmspec.engine.error import MissingCredentialError, TargetRejectedError
from crmspec.engine.resource import Address
from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers.registry import PROVIDERS
from tests.contract.openapi import specification
from tests.contract.project import program
from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS, HastyClock, World

VENDORS = sorted(name for name, one in STAND_INS.items() if issubclass(one, StandIn))
CHANGES = [
    pytest.param(platform, source, address, id=f"{platform}: {title}")
    for platform in VENDORS
    for title, source, address in STAND_INS[platform].case.changes
]


def opened(stand_in, folder, *, project="shop", activate="draft"):
    target = Target(
        id="main",
        platform=stand_in.platform,
        url=stand_in.url,
        activate=activate,
        manages=stand_in.case.manages,
        naming=stand_in.case.naming,
        options=stand_in.case.options,
    )
    return World(stand_in, folder, target=target, project=project, clock=HastyClock())


@pytest.fixture(params=VENDORS)
def account(request, tmp_path):
    with STAND_INS[request.param](tmp_path) as stand_in:
        yield opened(stand_in, tmp_path)


def wanted(world, source=None, **more):
    case = world.stand_in.case
    text = case.source if source is None else source
    return program(text, files=case.files, settings=case.settings, project=world.project, **more)


def settle(world, source=None):
    plan, outcome = world.apply(wanted(world, source))
    assert outcome.complete, [str(f.error) for f in outcome.failed]
    again = world.planned(wanted(world, source))
    assert again.empty, render(again)
    return plan


def test_every_provider_has_a_stand_in():
    assert {one.platform for one in STAND_INS.values()} == PROVIDERS.keys()


@pytest.mark.parametrize("platform", VENDORS)
def test_what_is_said_is_checked_against_the_description(platform):
    name = STAND_INS[platform].spec
    if name and specification(name) is None:
        pytest.skip(f"there is no {name}: the stand-in is not checked against it")
    stand_in = STAND_INS[platform]()
    assert stand_in.api is not None or stand_in.schemas


def test_nothing_is_refused_of_the_project(account):
    with account.provider() as provider:
        found = [(str(d.message), d.level) for d in provider.audit(wanted(account))]
        remarks = provider.compile(wanted(account)).remarks
    assert not [one for one in found if one[1] == "error"], found
    assert not [one for one in remarks if one.effect == "manual"], remarks


def test_create_then_the_next_plan_is_empty(account):
    plan = settle(account)
    assert len(plan.changes) == account.stand_in.case.counts
    assert len(account.stand_in.objects()) == account.stand_in.case.counts


def test_a_second_apply_does_nothing(account):
    settle(account)
    before = account.stand_in.objects()
    _, outcome = account.apply(wanted(account))
    assert outcome.done == ()
    assert account.stand_in.objects() == before


@pytest.mark.parametrize(("platform", "source", "address"), CHANGES)
def test_change_then_the_next_plan_is_empty(platform, source, address, tmp_path):
    with STAND_INS[platform](tmp_path) as stand_in:
        assert source != stand_in.case.source
        world = opened(stand_in, tmp_path)
        settle(world)
        plan = settle(world, source)
        assert address in {str(change.address) for change in plan.changes}
        assert len(stand_in.objects()) == stand_in.case.counts


def test_an_edit_by_hand_is_drift_and_is_put_back(account):
    account.stand_in.case.needs("readable")
    settle(account)
    account.stand_in.hand_edit()
    case, plan = account.stand_in.case, account.planned(wanted(account))
    assert f"⟳ {case.edit}" in render(plan)
    assert case.edited in render(plan)
    assert {edit.address for edit in drift(plan).edits} == {case.edit}
    settle(account)


def test_delete_then_the_next_plan_is_empty(account):
    settle(account)
    settle(account, "{}")
    kinds = account.stand_in.case.kept - account.stand_in.case.unmarked
    left = account.planned(wanted(account, "{}"))
    assert {remark.address.kind for remark in left.remarks} == kinds
    settle(account)
    assert len(account.stand_in.objects()) == account.stand_in.case.counts


def test_other_projects_are_left_alone(account):
    other = opened(account.stand_in, account.folder / "other", project="shop_x")
    settle(other)
    settle(account)
    settle(account, "{}")
    assert other.planned(wanted(other)).empty


def test_what_has_the_marker_of_another_project_says_so(account):
    other = opened(account.stand_in, account.folder / "other", project="shop_x")
    settle(other)
    settle(account)
    with account.provider() as provider:
        provider.compile(wanted(account))
        seen = {Address(one.kind, f"n{at}"): one for at, one in enumerate(provider.survey())}
        found = provider.read({address: one.id for address, one in seen.items()})
    others = {at: one.project for at, one in seen.items() if one.project not in {None, "shop"}}
    assert {at: one.project for at, one in found.items() if one.project is not None} == others
    assert ("shop_x" in others.values()) == account.stand_in.case.marked


def test_a_lost_state_is_rebuilt(account):
    account.stand_in.case.needs("readable")
    settle(account)
    fresh = opened(account.stand_in, account.folder / "fresh")
    assert settle(fresh).calls == 0


def test_going_live_is_a_line_of_its_own(account):
    account.stand_in.case.needs("live")
    settle(account)
    live = opened(account.stand_in, account.folder, activate="live")
    plan = settle(live)
    assert {str(change.kind) for change in plan.changes} == {"activate"}
    manual = opened(account.stand_in, account.folder, activate="manual")
    assert manual.planned(wanted(manual)).empty


def test_what_is_live_can_be_taken_back(account):
    account.stand_in.case.needs("live")
    settle(account)
    settle(opened(account.stand_in, account.folder, activate="live"))
    plan = settle(account)
    assert {str(change.kind) for change in plan.changes} == {account.stand_in.case.taken_back}


FAULTS = pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"error_every": 3}, id="every third call fails"),
        pytest.param({"drop_every": 3}, id="every third answer is lost"),
        pytest.param({"late_error_every": 3}, id="every third call works but says 502"),
        pytest.param({"busy_every": 2}, id="every second call is put off"),
    ],
)


@FAULTS
def test_faults_neither_lose_nor_double_anything(account, faults):
    account.width = 1
    account.stand_in.faults(**faults)
    for source in (None, account.stand_in.case.changes[0][1], "{}", None):
        assert any(account.apply(wanted(account, source))[1].complete for _ in range(3))
        assert account.planned(wanted(account, source)).empty
    account.stand_in.faults()
    assert len(account.stand_in.objects()) == account.stand_in.case.counts


def test_a_missing_or_wrong_secret(account):
    with pytest.raises(MissingCredentialError), account.provider(token=None):
        pass
    with (
        account.provider(token="wrong-token-canary") as provider,
        pytest.raises(TargetRejectedError) as caught,
    ):
        provider.read({})
    assert caught.value.fatal
    assert "wrong-token-canary" not in f"{caught.value} {caught.value.help}"


def rehearsed(world, source):
    with world.provider() as provider:
        plan = world.plan(wanted(world, source), provider)
        return list(provider.rehearse(plan.changes, plan.ids))


def test_a_rehearsal_finds_at_its_place_what_would_be_refused_and_keeps_nothing(account):
    case = account.stand_in.case
    assert rehearsed(account, case.source) == []
    source = case.source.replace(*case.refused)
    found = rehearsed(account, source)
    assert len(found) == int(case.rehearses)
    for one in found:
        span = one.label.span
        assert one.code.id == "CRM803"
        assert source[span.start : span.end] == case.refused_at
    assert account.stand_in.objects() == []


def test_what_is_refused_fails_at_its_resource(account):
    case = account.stand_in.case
    _, outcome = account.apply(wanted(account, case.source.replace(*case.refused)))
    assert case.refused_at in {one.change.address.id for one in outcome.failed}


def test_a_list_takes_one_call_for_a_hundred_objects(account):
    account.stand_in.largest_page = 100
    settle(account)
    account.stand_in.log.clear()
    account.planned(wanted(account))
    case = account.stand_in.case
    calls = [one for one in account.stand_in.log if account.stand_in.lists(one)]
    assert 0 < len(calls) <= (case.reads or len(case.kept) + 1)

"""The fault matrix of plans and applies, over all targets that are called over HTTP."""

from __future__ import annotations

import os
from contextlib import suppress

import msgspec
import pytest

from crmspec.engine.error import TargetError
from crmspec.engine.text import render
from crmspec.ir.target import Target
from crmspec.providers import http
from crmspec.providers.http.transport import Transport
from crmspec.stores import FileStore
from tests.contract.project import SHOP, program
from tests.contract.proxy import FAULTS, SILENCE, Proxy
from tests.contract.rest import StandIn
from tests.contract.world import STAND_INS, HastyClock, World

CALLED = sorted(name for name, one in STAND_INS.items() if one.url is not None)
SHORT = http.Timeouts(connect=5.0, silence=SILENCE / 2, total=20.0)
"""For answers that do not come; a busy machine keeps others waiting so long, too."""
LARGEST = 1_000_000
COUNTS = {}
SOAKING = bool(os.environ.get("CRMSPEC_SOAK"))


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """How long clients wait: at most so many bytes, and `SHORT` where a test says so."""
    chosen = []

    def made(base, login, limit, timeouts):
        return Transport(base, login, min(limit, LARGEST), chosen[-1] if chosen else timeouts)

    monkeypatch.setattr("crmspec.providers.http.client.Transport", made)
    return chosen


class Scene:
    """An empty account behind a proxy, and what is wanted there."""

    def __init__(self, stand_in, proxy, folder):
        self.stand_in, self.proxy, self.folder = stand_in, proxy, folder
        stand_in.api = None  # what is said is checked in the lifecycle
        self.case = stand_in.case if isinstance(stand_in, StandIn) else None
        self.world = self.of("shop")

    def of(self, project):
        target = Target(id="main", platform=self.stand_in.platform, url=self.proxy.url)
        if self.case is not None:
            target = msgspec.structs.replace(
                target,
                options=self.case.options,
                manages=self.case.manages,
                naming=self.case.naming,
            )
        world = World(self.stand_in, self.folder / project, project, target, HastyClock())
        world.width = 1
        return world

    def program(self, source=None, project="shop"):
        if self.case is None:
            return program(source or SHOP, project=project)
        case = self.case
        return program(
            source or case.source, files=case.files, settings=case.settings, project=project
        )

    def settles(self):
        """Apply once; that is enough, and nothing is lost or double."""
        wanted = self.program()
        _, outcome = self.world.apply(wanted)
        assert outcome.complete, [str(one.error) for one in outcome.failed]
        plan = self.world.planned(wanted)
        assert plan.empty, render(plan)
        assert self.world.store.load().pending == {}
        assert len(self.stand_in.objects()) == len(plan.wanted)
        return outcome


def count(platform, folder):
    """Return how many requests a first apply takes."""
    if platform not in COUNTS:
        with STAND_INS[platform](folder) as stand_in, Proxy(stand_in.url) as proxy:
            scene = Scene(stand_in, proxy, folder)
            assert scene.world.apply(scene.program())[1].complete
            COUNTS[platform] = proxy.seen
    return COUNTS[platform]


@pytest.fixture(params=CALLED)
def scene(request, tmp_path):
    with STAND_INS[request.param](tmp_path) as stand_in, Proxy(stand_in.url) as proxy:
        yield Scene(stand_in, proxy, tmp_path)


def moments(platform, name, folder):
    """Return at which requests something goes wrong: another one for each fault and target.

    `CRMSPEC_SOAK=1` asks for all of them.
    """
    requests = count(platform, folder)
    if SOAKING:
        return range(1, requests + 1)
    return [1 + (7 * list(FAULTS).index(name) + CALLED.index(platform)) % requests]


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("platform", CALLED)
def test_after_a_fault_the_next_apply_ends_in_the_same_place(platform, name, tmp_path, patience):
    for number in moments(platform, name, tmp_path):
        folder = tmp_path / str(number)
        folder.mkdir()
        with STAND_INS[platform](folder) as stand_in, Proxy(stand_in.url) as proxy:
            scene = Scene(stand_in, proxy, folder)
            proxy.fail(FAULTS[name], number)
            patience[:] = [SHORT] if FAULTS[name].late else []
            with suppress(TargetError):
                _, outcome = scene.world.apply(scene.program())
                assert all(isinstance(one.error, TargetError) for one in outcome.failed)
            assert proxy.seen >= number
            proxy.calm()
            patience.clear()
            scene.settles()


@pytest.mark.parametrize("name", ["503", "cut when it was done", "a web page", "401"])
def test_a_target_that_fails_for_good_is_finished_when_it_is_back(scene, name, tmp_path):
    number = 3 * count(scene.stand_in.platform, tmp_path) // 4
    scene.proxy.fail(FAULTS[name], number, for_good=True)
    _, outcome = scene.world.apply(scene.program())
    assert not outcome.complete
    with pytest.raises(TargetError):
        scene.world.planned(scene.program())
    scene.proxy.calm()
    scene.settles()


def test_a_clock_that_is_wrong_costs_no_hours(scene, tmp_path):
    scene.proxy.fail(FAULTS["429, by another clock"], count(scene.stand_in.platform, tmp_path) - 1)
    began = scene.world.clock.passed
    assert scene.settles()
    assert (scene.world.clock.passed - began).total_seconds() < 60


@pytest.mark.parametrize("going", [False, True], ids=["come", "go"])
def test_objects_that_come_and_go_between_two_pages_change_no_plan(scene, going):
    others = [scene.of("aaa"), scene.of("zzz")]
    works = [scene.program(project=one.project) for one in others]
    if going:
        for other, work in zip(others, works, strict=True):
            assert other.apply(work)[1].complete
    scene.world.apply(scene.program())
    empty = [scene.program("{}", project=one.project) for one in others]

    def between(number):
        if number in {2, 4}:
            scene.proxy.between = lambda _: None
            other = others[number // 2 - 1]
            assert other.apply((empty if going else works)[number // 2 - 1])[1].complete
            scene.proxy.between = between

    wanted = scene.program()
    with scene.world.provider() as provider:
        scene.proxy.calm()
        scene.proxy.between = between
        plan = scene.world.plan(wanted, provider)
    assert scene.proxy.seen > 4
    assert plan.empty, render(plan)
    assert not [one for one in plan.remarks if one.effect == "unknown"]


class Dead(BaseException):
    """The process is gone."""


class Mortal(FileStore):
    """Dies at a writing of the state, before or after it; writes in all are counted."""

    left, after = 0, False

    def _counted(self, write):
        self.left -= 1
        if self.left == 0 and not self.after:
            raise Dead
        made = write()
        if self.left == 0:
            raise Dead
        return made

    def append(self, *records):
        self._counted(lambda: super(Mortal, self).append(*records))

    def save(self, state):
        return self._counted(lambda: super(Mortal, self).save(state))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("platform", sorted(STAND_INS))
def test_a_run_that_dies_at_a_write_of_the_state_is_finished_by_the_next(platform, after, tmp_path):
    number = died = tried = 0
    while died == tried:
        number, tried = number + (1 if SOAKING else 4), tried + 1
        folder = tmp_path / str(number)
        with STAND_INS[platform](folder / "shop") as stand_in:
            scene = Scene(stand_in, stand_in, folder)
            mortal = scene.of("shop")
            mortal.store = mortal.new_store(Mortal)
            mortal.store.left, mortal.store.after = number, after
            try:
                mortal.apply(scene.program())
            except Dead:
                died += 1
            scene.settles()
    assert died > 1

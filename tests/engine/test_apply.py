from __future__ import annotations

import pytest

from crmspec.diagnostics import text
from crmspec.engine.apply import run
from crmspec.engine.body import fingerprint
from crmspec.engine.error import (
    RevisionConflictError,
    StalePlanError,
    TargetBusyError,
    TargetRejectedError,
    TargetUncertainError,
    TargetUnreachableError,
)
from crmspec.engine.retry import ATTEMPTS, pause
from crmspec.engine.state import Cancelled, Intended, Recorded
from tests.engine.fake import (
    FakeClock,
    FakeProvider,
    MemoryStore,
    Recorder,
    desired,
    plan_of,
    resource,
)

VIP = resource("segment.vip", {"title": "VIP"})
HELLO = resource("chain.hello", {"title": "Hi", "audience": {"$ref": "segment.vip"}})
OTHER = resource("segment.other", {"title": "Other"})
ALL = desired(VIP, HELLO, OTHER)

BEFORE, AFTER = True, False


def busy(seconds=None):
    return TargetBusyError(text("busy"), status=429, retry_after=seconds)


def uncertain():
    return TargetUncertainError(text("dropped"))


def rejected(**extra):
    return TargetRejectedError(text("no"), status=422, **extra)


def apply(wanted, provider, store, clock=None, reporter=None, *, log=None):
    plan = plan_of(wanted, provider, store)
    return run(plan, provider, store, clock or FakeClock(), reporter or Recorder(), log=log)


def names(items):
    return [str(getattr(item, "change", item).address) for item in items]


def test_every_call_is_announced_before_and_recorded_after():
    provider, store = FakeProvider(), MemoryStore()
    outcome = apply(desired(VIP), provider, store)
    assert [type(r) for r in store.records] == [Intended, Recorded]
    assert store.records[0].intent.kind == "create"
    assert outcome.complete
    assert outcome.problem() is None
    assert outcome.state == store.state
    entry = store.state.entries["segment.vip"]
    assert (entry.id, entry.revision, entry.body) == ("id_1", "1", {"title": "VIP"})
    assert store.state.pending == {}


def test_each_call_has_a_key_of_its_own_and_a_repeated_one_keeps_its_key():
    provider, store = FakeProvider(), MemoryStore()
    provider.faults = [(BEFORE, rejected()), (BEFORE, rejected())]
    for _ in range(2):
        apply(desired(VIP), provider, store)
    provider.faults = [(BEFORE, uncertain())] * ATTEMPTS
    for _ in range(2):
        apply(desired(VIP), provider, store)
    keys = [r.intent.key for r in store.records if isinstance(r, Intended)]
    assert len(set(keys)) == 3
    assert keys[2] == keys[3]


def test_a_busy_target_is_asked_again_when_it_wishes():
    provider, clock, reporter = FakeProvider(), FakeClock(), Recorder()
    provider.faults = [(BEFORE, busy(7)), (BEFORE, busy(3))]
    assert apply(desired(VIP), provider, MemoryStore(), clock, reporter).complete
    first, second = clock.slept
    assert 7 < first < 7 * 1.25
    assert 3 < second < 3 * 1.25
    assert ("waiting", "segment.vip", first) in reporter.said


def test_calls_that_failed_at_once_are_not_tried_again_at_once():
    pauses = {pause(1, busy(8), f"call {number}") for number in range(100)}
    assert len(pauses) == 100
    assert pause(1, busy(8)) == 8


def test_pauses_grow_and_tries_are_bounded():
    provider, clock = FakeProvider(), FakeClock()
    provider.faults = [(BEFORE, busy())] * 20
    outcome = apply(desired(VIP), provider, MemoryStore(), clock)
    assert names(outcome.failed) == ["segment.vip"]
    assert len(provider.calls) == ATTEMPTS
    assert clock.slept == sorted(clock.slept)


def test_a_target_that_wants_hours_is_not_waited_for():
    provider, clock = FakeProvider(), FakeClock()
    provider.faults = [(BEFORE, busy(7200))]
    assert not apply(desired(VIP), provider, MemoryStore(), clock).complete
    assert clock.slept == []


@pytest.mark.parametrize(
    ("when", "calls"),
    [
        pytest.param(AFTER, 1, id="done and lost: found, not made twice"),
        pytest.param(BEFORE, 2, id="not done: made again"),
    ],
)
def test_a_create_with_a_lost_answer_is_looked_up_first(when, calls):
    provider, store = FakeProvider(), MemoryStore()
    provider.faults = [(when, uncertain())]
    assert apply(desired(VIP), provider, store).complete
    assert len(provider.calls) == calls
    assert len(provider.objects) == 1
    assert store.state.entries["segment.vip"].id == "id_1"


@pytest.mark.parametrize("when", [AFTER, BEFORE])
def test_an_update_and_a_delete_with_a_lost_answer_are_done_once(when):
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(VIP, OTHER), provider, store)
    provider.faults = [(when, uncertain()), (when, uncertain())]
    if when is BEFORE:
        provider.faults.insert(1, (BEFORE, None))
    wanted = desired(resource("segment.vip", {"title": "Very"}))
    assert apply(wanted, provider, store).complete
    assert [(row[2], row[3]) for row in provider.objects] == [(2, {"title": "Very"})]
    assert plan_of(wanted, provider, store).empty


class Meddler(Recorder):
    """Somebody else works on the target while a call is repeated."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def waiting(self, *_):
        self.act()


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda p: p.hand_edit("segment.vip", title="Mine"), id="edits"),
        pytest.param(lambda p: p.objects.clear(), id="deletes"),
    ],
)
def test_a_doubtful_update_never_overwrites_somebody_elses_work(act):
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(VIP), provider, store)
    provider.faults = [(BEFORE, uncertain())]
    outcome = apply(
        desired(resource("segment.vip", {"title": "Very"})),
        provider,
        store,
        reporter=Meddler(lambda: act(provider)),
    )
    assert isinstance(outcome.failed[0].error, RevisionConflictError)
    assert all(row[3] == {"title": "Mine"} for row in provider.objects)


def test_a_failure_skips_what_needs_it_and_nothing_else():
    provider, store, reporter = FakeProvider(), MemoryStore(), Recorder()
    provider.faults = [(BEFORE, None), (BEFORE, rejected())]  # other, then vip
    outcome = apply(ALL, provider, store, reporter=reporter)
    assert names(outcome.done) == ["segment.other"]
    assert names(outcome.failed) == ["segment.vip"]
    assert names(outcome.skipped) == ["chain.hello"]
    assert str(outcome.skipped[0].because) == "segment.vip"
    assert isinstance(store.records[-1], Cancelled)
    assert str(outcome.problem()) == "1 failed, 1 not tried, 1 done"
    assert ("skipped", "chain.hello", "segment.vip") in reporter.said
    assert apply(ALL, provider, store).complete


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(lambda: rejected(fatal=True), id="a refused token"),
        pytest.param(lambda: TargetUnreachableError(text("down")), id="no connection"),
    ],
)
def test_what_would_fail_every_call_ends_the_run(error):
    provider, store = FakeProvider(), MemoryStore()
    provider.faults = [(BEFORE, error())] * 20
    outcome = apply(ALL, provider, store)
    assert names(outcome.failed) == ["segment.other"]
    assert {s.because for s in outcome.skipped} == {None}
    assert provider.objects == []


def test_a_revision_conflict_stops_that_resource_only():
    provider, store = FakeProvider(), MemoryStore()
    apply(desired(VIP), provider, store)
    plan = plan_of(desired(resource("segment.vip", {"title": "Very"}), OTHER), provider, store)
    provider.hand_edit("segment.vip", title="Mine")
    outcome = run(plan, provider, store, FakeClock(), Recorder())
    assert names(outcome.done) == ["segment.other"]
    assert isinstance(outcome.failed[0].error, RevisionConflictError)


def test_a_plan_of_an_older_state_is_refused():
    provider, store = FakeProvider(), MemoryStore()
    plan = plan_of(desired(VIP), provider, store)
    apply(desired(VIP), provider, store)
    with pytest.raises(StalePlanError):
        run(plan, provider, store, FakeClock(), Recorder())
    assert len(provider.objects) == 1


@pytest.mark.parametrize("records", range(7))
def test_a_run_cut_off_at_any_record_converges(records):
    provider, store = FakeProvider(), MemoryStore()
    store.die_at = records
    if records < 6:
        with pytest.raises(KeyboardInterrupt):
            apply(ALL, provider, store)
    store.die_at = None
    assert apply(ALL, provider, store).complete
    assert sorted(str(row[0]) for row in provider.objects) == [
        "chain.hello",
        "segment.other",
        "segment.vip",
    ]
    assert plan_of(ALL, provider, store).empty
    assert store.state.pending == {}


class Log(list):
    def made(self, change, remote):
        self.append((str(change.address), remote and remote.fingerprint))

    def failed(self, change, error):
        self.append((str(change.address), error.code.id))


@pytest.mark.parametrize("records", range(7))
def test_what_was_done_is_written_down_wherever_the_run_is_cut_off(records):
    provider, store, log = FakeProvider(), MemoryStore(), Log()
    apply(ALL, provider, store)
    before = {str(row[0]): row[3] for row in provider.objects}
    changed = desired(resource("segment.vip", {"title": "Very important"}), OTHER)
    store.die_at = len(store.records) + records
    try:
        apply(changed, provider, store, log=log)
    except KeyboardInterrupt:
        store.die_at = None
        apply(changed, provider, store, log=log)
    (vip,) = (row[3] for row in provider.objects if str(row[0]) == "segment.vip")
    assert vip != before["segment.vip"]
    assert set(log) == {("segment.vip", fingerprint(vip)), ("chain.hello", None)}


def test_what_failed_is_written_down():
    provider, log = FakeProvider(), Log()
    provider.faults = [(BEFORE, rejected())]
    apply(desired(VIP), provider, MemoryStore(), log=log)
    assert log == [("segment.vip", "CRM803")]

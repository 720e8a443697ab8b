"""Several calls at once: each after what it needs, whatever ends first."""

from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmspec.diagnostics import text
from crmspec.engine.apply import run
from crmspec.engine.error import TargetRejectedError
from crmspec.providers.thread import ThreadExecutor
from tests.engine.fake import (
    FakeClock,
    FakeProvider,
    MemoryStore,
    Recorder,
    desired,
    plan_of,
    resource,
)


class Shuffled:
    """Takes a few calls and makes them in an order that is drawn."""

    def __init__(self, width, draw):
        self.width, self.draw, self.calls = width, draw, []

    @property
    def room(self):
        return self.width - len(self.calls)

    @property
    def busy(self):
        return bool(self.calls)

    def submit(self, number, call):
        self.calls.append((number, call))

    def ended(self):
        count = 1 + self.draw(len(self.calls))
        return [self.calls.pop(self.draw(len(self.calls))) for _ in range(count)]


class Watching(Recorder):
    """Knows what was under way when something began."""

    def __init__(self):
        super().__init__()
        self.ended, self.early = set(), []

    def started(self, change):
        self.early += [at for at in change.after if at in self.planned and at not in self.ended]

    def done(self, change):
        self.ended.add(change.address)

    def failed(self, change, error):  # noqa: ARG002 - a port
        self.ended.add(change.address)

    def skipped(self, change, because):  # noqa: ARG002 - a port
        self.ended.add(change.address)


EDGES = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15)


def graph(edges, title, gone=()):
    """Return ten segments, each of which refers only to earlier ones."""
    uses = {i: sorted({low for high, low in edges if high == i > low}) for i in range(10)}
    return desired(
        *(
            resource(
                f"segment.s{i}",
                {"title": title, "uses": [{"$ref": f"segment.s{j}"} for j in uses[i]]},
            )
            for i in range(10)
            if i not in gone
        )
    )


@given(edges=EDGES, width=st.integers(1, 4), data=st.data(), fails=st.integers(0, 12))
def test_calls_begin_after_what_they_need(edges, width, data, fails):
    def draw(size):
        return data.draw(st.integers(0, size - 1))

    provider, store = FakeProvider(), MemoryStore()
    for wanted in (graph(edges, "A"), graph(edges, "B"), desired()):
        plan = plan_of(wanted, provider, store)
        reporter = Watching()
        reporter.planned = {change.address for change in plan.changes}
        provider.faults = [(True, TargetRejectedError(text("no"), status=422))] * (fails == 3)
        outcome = run(plan, provider, store, FakeClock(), reporter, Shuffled(width, draw))
        assert reporter.early == []
        total = len(outcome.done) + len(outcome.failed) + len(outcome.skipped)
        assert total == len(plan.changes)
        if not outcome.complete:
            again = plan_of(wanted, provider, store)
            assert run(again, provider, store, FakeClock(), Recorder()).complete
        assert plan_of(wanted, provider, store).empty
    assert store.state.entries == {}
    assert store.state.pending == {}


class Together(FakeProvider):
    """Goes on only when as many calls as it is wide have come in."""

    def __init__(self, width):
        super().__init__()
        self.barrier = Barrier(width, timeout=20)

    def apply(self, change, ids):
        self.barrier.wait()
        return super().apply(change, ids)


def test_threads_make_calls_at_once_and_the_journal_stays_in_order():
    provider, store = Together(4), MemoryStore()
    wanted = desired(*[resource(f"segment.s{i}") for i in range(8)])
    with ThreadExecutor(4) as executor:
        outcome = run(
            plan_of(wanted, provider, store), provider, store, FakeClock(), Recorder(), executor
        )
    assert outcome.complete
    order = [(type(record).__name__, record.address) for record in store.records]
    for name in {address for _, address in order}:
        assert [kind for kind, address in order if address == name] == ["Intended", "Recorded"]
    assert len({record.intent.key for record in store.records if hasattr(record, "intent")}) == 8


def test_what_goes_live_waits_for_its_own_set_up():
    provider, store = FakeProvider(), MemoryStore()
    wanted = desired(resource("chain.a", {"title": "A", "status": "live"}), resource("chain.b"))
    plan = plan_of(wanted, provider, store)
    outcome = run(plan, provider, store, FakeClock(), Recorder(), Shuffled(9, lambda _: 0))
    assert [str(change.kind) for change in outcome.done] == ["create", "create", "activate"]


class AllAtOnce(Shuffled):
    """Ends all calls at once, the first one first."""

    def ended(self):
        calls, self.calls = self.calls, []
        return calls


def rejected(*, fatal=False):
    return TargetRejectedError(text("no"), status=401 if fatal else 422, fatal=fatal)


@pytest.mark.parametrize(("fatal", "tried"), [(True, 2), (False, 4)])
def test_a_run_that_is_over_stays_over_whatever_fails_beside_it(fatal, tried):
    provider, store = FakeProvider(), MemoryStore()
    wanted = desired(*(resource(f"segment.s{i}", {"title": "One"}) for i in range(4)))
    provider.faults = [(True, rejected(fatal=fatal)), *[(True, rejected())] * 3]
    plan = plan_of(wanted, provider, store)
    outcome = run(plan, provider, store, FakeClock(), Recorder(), AllAtOnce(2, None))
    assert len(outcome.failed) == tried
    assert len(outcome.skipped) == 4 - tried

"""Ports in memory: a clock that does not wait, a store, a reporter, a provider with faults."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import msgspec

from crmspec.diagnostics import text
from crmspec.engine.change import Kind, one_call
from crmspec.engine.error import RevisionConflictError, TargetRejectedError
from crmspec.engine.move import renamed
from crmspec.engine.plan import known, make
from crmspec.engine.resource import Address, Desired, Remote, Resource, references
from crmspec.engine.state import State, replay
from crmspec.engine.survey import Seen
from crmspec.source import Span

HERE = Span("c/a.yaml", 0, 1)


def resource(address, body=None, depends=()):
    at = Address.parse(address)
    body = body if body is not None else {"title": address}
    needs = {*map(Address.parse, depends), *references(body)}
    return Resource(at, body, tuple(sorted(needs)), HERE)


def desired(*resources, remarks=(), undeployed=()):
    return Desired(tuple(resources), tuple(remarks), tuple(undeployed))


class FakeClock:
    def __init__(self):
        self.time = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class MemoryStore:
    def __init__(self, state=None):
        self.state = state or State(project="shop", target="sandbox")
        self.records = []
        self.saves = 0
        self.die_at = None

    def load(self):
        return self.state

    def append(self, *records):
        for record in records:
            if self.die_at is not None and len(self.records) == self.die_at:
                raise KeyboardInterrupt
            self.records.append(record)
            self.state = replay(self.state, record)

    def save(self, state):
        self.saves += 1
        self.state = msgspec.structs.replace(state, lineage=state.lineage or "line")
        return self.state

    @contextmanager
    def lock(self):
        yield


class Recorder:
    def __init__(self):
        self.said = []

    def started(self, change):
        self.said.append(("started", str(change.address)))

    def waiting(self, change, seconds, error):  # noqa: ARG002 - a port
        self.said.append(("waiting", str(change.address), seconds))

    def done(self, change):
        self.said.append(("done", str(change.address)))

    def failed(self, change, error):  # noqa: ARG002 - a port
        self.said.append(("failed", str(change.address)))

    def skipped(self, change, because):
        self.said.append(("skipped", str(change.address), because and str(because)))


class FakeProvider:
    """Objects in a list; `faults` are consumed one per call: an error, before or after acting."""

    version = "fake 1"
    width = 1
    budgets = ()

    def __init__(self):
        self.objects = []  # [address, id, revision, body]
        self.faults = []
        self.calls = []
        self.count = 0
        self.unmarked = set()
        self.account = "fake"
        self.hidden, self.looked = {}, []

    def whoami(self):
        return self.account

    def audit(self, program):  # noqa: ARG002 - a port
        yield from ()

    def normalise(self, address, body):  # noqa: ARG002 - a port
        return body

    def decode(self, address, body):  # noqa: ARG002 - a port
        return body

    def parts(self, address, body):  # noqa: ARG002 - a port
        return {}

    def survey(self):
        for address, id_, _, body in self.objects:
            yield Seen(kind=address.kind, title=str(body["title"]), id=id_)

    def kind(self, change):
        return change.kind

    def cost(self, change):
        return one_call(change)

    def read(self, known):  # noqa: ARG002 - a port
        return {row[0]: self._remote(row) for row in self.objects}

    def closely(self, remotes):
        self.looked += sorted(remotes)
        return {at: self.hidden[at] for at in remotes if at in self.hidden}

    def find(self, address, id_):  # noqa: ARG002 - a port
        return next((self._remote(r) for r in self.objects if r[0] == address), None)

    def apply(self, change, ids):
        self.calls.append((str(change.kind), str(change.address)))
        before, error = self.faults.pop(0) if self.faults else (False, None)
        if error is not None and before:
            raise error
        made = self._act(change, ids)
        if error is not None:
            raise error
        return made

    def rename(self, old, new):
        """Let the object be found under its new address, as one with a known id would be."""
        self._row(old)[0] = new
        self.unmarked.add(new)
        for row in self.objects:
            row[3] = renamed(row[3], {str(old): str(new)})

    def hand_edit(self, address, **fields):
        row = self._row(Address.parse(address))
        row[2] += 1
        row[3] = row[3] | fields

    def _act(self, change, ids):
        if change.desired is not None:
            missing = references(change.desired.body) - ids.keys()
            if missing:
                raise TargetRejectedError(text("unknown reference"), status=422)
        if change.remote is None:
            self.count += 1
            self.objects.append([change.address, f"id_{self.count}", 1, change.desired.body])
            return self._remote(self.objects[-1])
        row = self._row(change.address)
        if str(row[2]) != change.remote.revision:
            raise RevisionConflictError(text("moved"))
        if change.kind is Kind.DELETE:
            self.objects.remove(row)
            return None
        row[2] += 1
        row[3] = change.desired.body
        self.unmarked.discard(change.address)
        return self._remote(row)

    def _row(self, address):
        return next(row for row in self.objects if row[0] == address)

    def _remote(self, row):
        address, id_, revision, body = row
        return Remote(
            id_,
            str(revision),
            body,
            tuple(sorted(references(body))),
            unmarked=address in self.unmarked,
        )


def plan_of(wanted, provider, store):
    state = store.load()
    return make(wanted, state, provider.read(known(state)), where=lambda s: f"{s.path}:1")

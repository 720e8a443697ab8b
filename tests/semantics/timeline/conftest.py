"""A way to run a snippet of YAML and to read what happened as short lines."""

from textwrap import dedent

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.ir.scalar import parse_duration
from crmspec.semantics import clock
from crmspec.semantics.behaviour import REFERENCE
from crmspec.semantics.machine import run
from crmspec.semantics.scenario import Customer, Happening, Reaction, Scenario

PROJECT = "project: shop\ntimezone: Europe/Moscow\n"
BASE = """
events:
  go: {additional_properties: true}
  stop: {additional_properties: true}
  other: {additional_properties: true}
channels:
  email: {type: email, consent: mail}
  sms: {type: sms, consent: texts}
  push: {type: mobile_push, consent: pushes}
consents:
  mail: {channel: email, default: subscribed}
  texts: {channel: sms, default: subscribed}
  pushes: {channel: push, default: subscribed}
messages:
  a: {channel: email, subject: A, body: A}
  b: {channel: email, subject: B, body: B}
  c: {channel: sms, text: C}
  p: {channel: push, heading: P}
"""
START = "2027-03-01T09:00"
"""A Monday morning."""
REACHABLE = frozenset({"email", "sms", "push"})


class Story:
    """What happened, as lines like `0d 10:00 send a`: days since the start, local time."""

    def __init__(self, trace, start):
        self.trace = trace
        self.zone = clock.named(trace.timezone)
        self.first = clock.local(start, self.zone).date()

    def when(self, moment):
        shown = clock.local(moment, self.zone)
        return f"{(shown.date() - self.first).days}d {shown:%H:%M}"

    def line(self, entry):
        about = entry.message or entry.chain or entry.broadcast or entry.subject or ""
        words = [self.when(entry.moment), entry.kind, about, entry.reason or ""]
        return " ".join(word for word in words if word)

    def of(self, *kinds):
        return [self.line(entry) for entry in self.trace.of(*kinds)]

    @property
    def sends(self):
        return [f"{self.when(e.moment)} {e.message}" for e in self.trace.sends()]

    def entries(self, *kinds):
        return list(self.trace.of(*kinds))


def program(*sources):
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate(sources)]
    assert not [one for result in results for one in result.diagnostics]
    return build(document for result in results for document in result.documents)


def merged(source):
    """Return the documents of a snippet over the base; messages and the like are united."""
    return program(source, BASE, *([] if "project:" in source else [PROJECT]))


@pytest.fixture
def make():
    """Return the program of a snippet and the base."""
    return merged


@pytest.fixture
def play():
    """Run a snippet: each happening is `(minutes or duration, subject, properties)`."""

    def act(
        source,
        *happenings,
        start=START,
        days=30,
        customer=None,
        reactions=(),
        behaviour=REFERENCE,
        **rest,
    ):
        made = merged(source)
        who = Customer(**{"reachable": REACHABLE, "timezone": "Europe/Moscow", **(customer or {})})
        zone = clock.named(who.timezone or "Europe/Moscow")
        begin = clock.moment(start, zone)
        scenario = Scenario(
            customer=who,
            start=begin,
            until=begin + days * 1440,
            happenings=tuple(_happening(begin, *one) for one in happenings),
            reactions=tuple(Reaction(message=m, reaction=r, after=n) for m, r, n in reactions),
            **rest,
        )
        return Story(run(made, scenario, behaviour), begin)

    return act


def _happening(begin, after, subject, data=None, kind="event"):
    return Happening(
        moment=begin + _minutes(after), kind=kind, subject=subject, data=dict(data or {})
    )


def _minutes(after):
    return parse_duration(after)[1] // 60 if isinstance(after, str) else after

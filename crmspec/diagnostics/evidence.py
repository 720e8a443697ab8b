"""The proof of a finding: a verdict, a customer, and their timeline. No text is rendered here."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from crmspec.diagnostics.sentence import Text  # read at run time, as in model
from crmspec.source import Span


class Verdict(StrEnum):
    """How sure a finding is.

    `proved` holds for every customer and timeline that the assumptions allow; `violated` has been
    replayed by the interpreter; `possible` could not be ruled out and has no replayed example;
    `undecided` stopped at its budget. Only `proved` says that something is safe.
    """

    PROVED = "proved"
    VIOLATED = "violated"
    POSSIBLE = "possible"
    UNDECIDED = "undecided"


LineKind: TypeAlias = Literal[
    "event", "reaction", "enter", "leave", "send", "hold", "lose", "change", "note"
]


class Line(msgspec.Struct, frozen=True):
    """One line of a timeline: a local moment `2027-03-01T09:00`, what happens, where it is said.

    `counted` marks the messages that the finding counts.
    """

    at: str
    kind: LineKind
    text: Text
    span: Span | None = None
    counted: bool = False


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict stands on.

    `who` are the few facts about the customer that matter, `assumptions` what the verdict takes for
    granted, `chains` the smallest set of chains that shows it, `profile` the behaviour it holds
    under, `replay` the name under which the timeline can be run again (`CRM302-7f3a`) and `test`
    the journey test, as plain YAML data, that repeats it. `harm` ranks findings: customers a day if
    the project says, else 0; then the excess over the limit; then the cost of the messages.
    """

    verdict: Verdict
    profile: str = "reference"
    timezone: str | None = None
    who: tuple[Text, ...] = ()
    timeline: tuple[Line, ...] = ()
    assumptions: tuple[Text, ...] = ()
    chains: tuple[str, ...] = ()
    replay: str | None = None
    test: dict[str, object] | None = None
    harm: tuple[float, float, float] = (0.0, 0.0, 0.0)

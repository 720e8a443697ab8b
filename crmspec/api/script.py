"""Read a script of events: a file that says what a customer does, as a journey test would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from msgspec import structs

from crmspec.diagnostics import text
from crmspec.diagnostics.report import Report
from crmspec.document import Entry, Mapping, Node, Scalar, Sequence, read
from crmspec.document.codes import NOT_A_MAPPING
from crmspec.ir import build
from crmspec.resolve import check as resolve
from crmspec.resolve.date import exists, looks_like_date
from crmspec.schema import validate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.diagnostics import Diagnostic
    from crmspec.ir import Program
    from crmspec.ir.trial import Test
    from crmspec.source import Source

NAME = "run"
"""The id of the test that a script becomes."""
START = "2027-03-01T09:00"
"""When a script starts that names no moment: a Monday morning."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?)?")


@dataclass(frozen=True)
class Script:
    """A script as a journey test that expects nothing, or what is wrong with it."""

    test: Test | None
    report: Report


@dataclass(frozen=True)
class Page:
    """A file of a script: its path, its bytes, and what a bare list or map in it is."""

    path: str
    data: bytes
    key: Literal["events", "customer"] = "events"


@dataclass(frozen=True)
class Cast:
    """What the caller says beside the file: a persona, chains, a profile and a start."""

    persona: str | None = None
    chains: tuple[str, ...] = ()
    profile: str | None = None
    start: str | None = None
    until: str | None = None


def parse(program: Program, files: Iterable[Page], cast: Cast) -> Script:
    """Read a script from one file or several: events in one, the customer in another."""
    entries: dict[str, Entry] = {}
    sources: dict[str, Source] = {}
    findings: list[Diagnostic] = []
    for page in files:
        found = read(page.path, page.data)
        sources[page.path] = found.source
        findings += [
            _about(page.key, one) if one.code == NOT_A_MAPPING else one
            for one in found.diagnostics
            if not (found.lists and one.code == NOT_A_MAPPING)
        ]
        for document in (*found.documents, *found.lists):
            entries.update(_parts(document, page.key))
    wrapped = _under("tests", _under(NAME, _test(entries, cast)))
    findings += validate(wrapped).diagnostics
    report = _report(findings, sources)
    if report.failed:
        return Script(None, report)
    test = build([wrapped]).tests[NAME]
    with_test = structs.replace(program, tests={NAME: test})
    findings += [f for f in resolve(with_test) if f.label.span.path in sources]
    report = _report(findings, sources)
    return Script(None if report.failed else test, report)


def is_moment(word: str, *, after_start: bool = False) -> bool:
    """Say whether a word is a day or moment that a script may start at, or also a time from it."""
    entries = {"start": _entry("start", _scalar(START))}
    entries["until" if after_start else "start"] = _entry("", _scalar(word))
    entries["expect"] = _entry("expect", Mapping("", 0, 0, {}))
    wrapped = _under("tests", _under(NAME, Mapping("", 0, 0, entries)))
    if validate(wrapped).diagnostics:
        return False
    return not looks_like_date(word) or exists(word)


def _about(key: str, finding: Diagnostic) -> Diagnostic:
    """Return what a file that is neither a list nor a map is told."""
    if key == "customer":
        said = text("write a map such as `reachable: [email]`")
    else:
        said = text("write a list of what happens, or the parts of a journey test")
    message = text("this file says nothing that can be run")
    return structs.replace(finding, message=message, help=(said,))


def _report(findings: list[Diagnostic], sources: dict[str, Source]) -> Report:
    """Return the findings without fixes: `crmspec fix` does not know these files."""
    return Report.of((structs.replace(one, fixes=()) for one in findings), sources)


def _parts(document: Node, key: str) -> dict[str, Entry]:
    """Return the parts of a test in a document: of events, a customer, or a whole test."""
    if not isinstance(document, Mapping) or (key == "customer" and key not in document.entries):
        return {key: _entry(key, document)}
    inner = document.child("tests")
    if isinstance(inner, Mapping) and inner.entries:
        only = next(iter(inner.entries.values())).value
        return dict(only.entries) if isinstance(only, Mapping) else {}
    return dict(document.entries)


def _test(entries: dict[str, Entry], cast: Cast) -> Mapping:
    given = {
        "persona": cast.persona,
        "profile": cast.profile,
        "start": cast.start,
        "until": cast.until,
    }
    made = {key: _entry(key, _scalar(value)) for key, value in given.items() if value is not None}
    if cast.chains:
        made["chains"] = _entry("chains", Sequence("", 0, 0, [*map(_scalar, cast.chains)]))
    made["expect"] = _entry("expect", Mapping("", 0, 0, {}))
    start = _entry("start", _scalar(_first(entries) or START))
    return Mapping("", 0, 0, {"start": start, **entries, **made})


def _first(entries: dict[str, Entry]) -> str | None:
    """Return the first moment of the calendar that an event names."""
    events = entries["events"].value.data if "events" in entries else ()
    listed = events if isinstance(events, list) else [events]
    moments = [one.get("at") for one in listed if isinstance(one, dict)]
    dated = [at for at in moments if isinstance(at, str) and _MOMENT.fullmatch(at)]
    return min(dated, default=None)


def _scalar(value: str) -> Scalar:
    return Scalar("", 0, 0, value)


def _entry(key: str, value: Node) -> Entry:
    return Entry(key, value.start, value.start, value)


def _under(key: str, value: Node) -> Mapping:
    return Mapping(value.path, value.start, value.end, {key: _entry(key, value)})

"""Read a script of events: a file that says what a customer does, as a journey test would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from msgspec import structs

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.report import Report
from crmspec.document import Entry, Mapping, Node, Scalar, Sequence, read
from crmspec.document.codes import DUPLICATE_KEY, NOT_A_MAPPING
from crmspec.ir import build
from crmspec.ir.scalar import parse_duration
from crmspec.ir.value import Duration
from crmspec.resolve import check as resolve
from crmspec.resolve.date import exists, looks_like_date
from crmspec.schema import validate
from crmspec.semantics import clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from crmspec.ir import Program
    from crmspec.ir.trial import Test
    from crmspec.semantics.scenario import Moment
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
        parts, source, wrong = _page(page)
        entries.update(parts)
        sources[page.path] = source
        findings += wrong
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


def _page(page: Page) -> tuple[dict[str, Entry], Source, list[Diagnostic]]:
    """Return the parts of a test in one file, and what is wrong with it."""
    found = read(page.path, page.data)
    findings = [
        _about(page.key, one) if one.code == NOT_A_MAPPING else one
        for one in found.diagnostics
        if not (found.lists and one.code == NOT_A_MAPPING)
    ]
    entries: dict[str, Entry] = {}
    for document in (*found.documents, *found.lists):
        findings += _several(document)
        parts = _parts(document, page.key)
        findings += _twice(entries, parts)
        entries.update(parts)
    return entries, found.source, findings


def _several(document: Node) -> Iterator[Diagnostic]:
    """Yield a finding for each journey test after the first: one timeline is run."""
    tests = document.child("tests")
    for entry in list(tests.entries.values())[1:] if isinstance(tests, Mapping) else ():
        message = text("one journey test is run at a time; this is another")
        help_ = text("move it to a file of its own, or run all of them with `crmspec test`")
        label = Label(entry.key_span)
        yield Diagnostic(code=NOT_A_MAPPING, message=message, label=label, help=(help_,))


def _twice(known: dict[str, Entry], parts: dict[str, Entry]) -> Iterator[Diagnostic]:
    """Yield a finding for each part that an earlier document or file gives already."""
    for key in sorted(known.keys() & parts.keys()):
        message = text("`{key}` is given twice", key=key)
        label = Label(parts[key].key_span)
        first = Label(known[key].key_span, text("first given here"))
        help_ = text("write one of them, or put both into one list")
        yield Diagnostic(
            code=DUPLICATE_KEY, message=message, label=label, related=(first,), help=(help_,)
        )


def moment(word: str, start: Moment, place: ZoneInfo) -> Moment | None:
    """Return the moment that a word means, itself or as a time from the start."""
    try:
        months, seconds = parse_duration(word)
    except ValueError:
        return clock.read(word, place)
    return clock.add(start, Duration(months=months, seconds=seconds), place)


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
        return dict(only.entries) if isinstance(only, Mapping) else {key: _entry(key, only)}
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

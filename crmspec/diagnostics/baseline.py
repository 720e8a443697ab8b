"""The baseline file: findings that were there before and are to be quiet until they go away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.diagnostics.fingerprint import fingerprints
from crmspec.diagnostics.model import text
from crmspec.source.decode import UndecodableError, decoded

if TYPE_CHECKING:
    from crmspec.diagnostics.model import Text
    from crmspec.diagnostics.report import Report

VERSION = 1


class Entry(msgspec.Struct, frozen=True):
    """A known finding; all but the fingerprint is there for people to read."""

    fingerprint: str
    code: str
    path: str
    message: str


class Baseline(msgspec.Struct, frozen=True):
    """All known findings."""

    findings: tuple[Entry, ...] = ()
    version: int = VERSION


class BaselineError(ValueError):
    """The text is not a baseline; `reason` says why."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.english())
        self.reason = reason


def take(report: Report) -> Baseline:
    """Return a baseline that holds every finding of a report made without a baseline."""
    names = fingerprints(report.findings, report.sources)
    entries = (
        Entry(name, finding.code.id, finding.label.span.path, finding.message.english())
        for name, finding in zip(names, report.findings, strict=True)
    )
    return Baseline(tuple(sorted(entries, key=_place)))


def _place(entry: Entry) -> tuple[str, str, str]:
    return entry.path, entry.code, entry.fingerprint


def write(baseline: Baseline) -> str:
    """Return the baseline as JSON, one finding a line or so, to be committed."""
    encoded = msgspec.json.encode(
        {"version": baseline.version, "findings": [_plain(entry) for entry in baseline.findings]}
    )
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def _plain(entry: Entry) -> dict[str, str]:
    fields = msgspec.structs.asdict(entry)
    return {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}


def read(content: bytes | str) -> Baseline:
    """Return the baseline written in `content`.

    Raises:
        BaselineError: it is not JSON, not a baseline, or of a later version.
    """
    try:
        baseline = decoded(content, Baseline)
    except UndecodableError as error:
        reason = text("the baseline cannot be read: {reason}", reason=str(error))
        raise BaselineError(reason) from error
    if baseline.version != VERSION:
        raise BaselineError(
            text(
                "the baseline has version {found}, but this crmspec knows version {known}",
                found=baseline.version,
                known=VERSION,
            )
        )
    return baseline


def stale_note(stale: tuple[Entry, ...]) -> Text:
    """Return what to tell the author about entries whose findings are gone."""
    return text(
        "findings in the baseline that are gone: {count}; write the baseline again to drop them",
        count=len(stale),
    )

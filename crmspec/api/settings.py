"""What only the whole project shows: ids declared twice, settings and where they may stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.api.workspace import PROJECT_NAMES
from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.diagnostics.severity import Settings, SeverityOverride
from crmspec.document.codes import DUPLICATE_ID, PROJECT_SETTINGS, UNKNOWN_CODE
from crmspec.ir import KINDS
from crmspec.ir.build import PROJECT_KEYS
from crmspec.resolve.word import KIND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec import document
    from crmspec.ir.project import Project
    from crmspec.source import Span


def levels(project: Project) -> Settings:
    """Return which findings count how much."""
    chosen = project.diagnostics
    if chosen is None:
        return Settings()
    rules = (
        SeverityOverride(rule.codes, rule.level, rule.paths, rule.place.value("level"))
        for rule in chosen.severity
    )
    return Settings(tuple(rules), chosen.mandatory)


def unknown_codes(project: Project) -> Iterator[Diagnostic]:
    """Yield a finding for each code or family in the settings that is none of ours."""
    chosen = project.diagnostics
    if chosen is None or not (chosen.severity or chosen.mandatory):
        return
    from crmspec.api.explain import codes

    known = [code.id for code in codes()]
    for owner, field, named in (
        *((rule, "codes", rule.codes) for rule in chosen.severity),
        (chosen, "mandatory", chosen.mandatory),
    ):
        for number, code in enumerate(named):
            if not any(one.startswith(code) for one in known):
                yield _unknown(code, owner.place.value(field, number))


def _unknown(code: str, span: Span) -> Diagnostic:
    return Diagnostic(
        code=UNKNOWN_CODE,
        message=text("there is no code `{code}`", code=code),
        label=Label(span),
        help=(text("`crmspec explain` lists them all"),),
    )


def duplicates(documents: list[document.Mapping]) -> Iterator[Diagnostic]:
    """Yield a finding for each id that is declared twice, with both places."""
    seen: dict[tuple[str, str], document.Entry] = {}
    for item in documents:
        for key, block in item.entries.items():
            if key not in KINDS:
                continue
            for entry in getattr(block.value, "entries", {}).values():
                first = seen.setdefault((key, entry.key), entry)
                if first is not entry and not entry.key.startswith("x-"):
                    yield _duplicate(KINDS[key][0], entry, first)


def _duplicate(kind: str, entry: document.Entry, first: document.Entry) -> Diagnostic:
    return Diagnostic(
        code=DUPLICATE_ID,
        message=text("{kind} `{id}` is declared twice", kind=KIND[kind], id=entry.key),
        label=Label(entry.key_span),
        related=(Label(first.key_span, text("first declared here")),),
        help=(text("rename one of them, or delete it; ids are unique over all files"),),
    )


def misplaced(documents: list[document.Mapping]) -> Iterator[Diagnostic]:
    """Yield findings for project settings that stand outside the project file."""
    for item in documents:
        name = item.path.rpartition("/")[2]
        for key in PROJECT_KEYS & item.entries.keys():
            if name not in PROJECT_NAMES:
                yield Diagnostic(
                    code=PROJECT_SETTINGS,
                    message=text("`{key}` is a project setting", key=key),
                    label=Label(item.entries[key].key_span),
                    help=(text("move it to `crmspec.yaml`"),),
                )

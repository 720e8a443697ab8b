"""`compile`: messages in the template languages of targets, and what these cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crmspec.api.preview.studio import Studio, known
from crmspec.content.press import Press, dialect_of
from crmspec.diagnostics import Diagnostic, Label
from crmspec.diagnostics.report import Report
from crmspec.dialect.codes import code_of, noted
from crmspec.dialect.dialect import each
from crmspec.dialect.registry import DIALECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crmspec.content.parts import Parts
    from crmspec.dialect.dialect import Printed
    from crmspec.dialect.loss import Loss


@dataclass(frozen=True)
class Compiled:
    """A message in a dialect: its fields as texts, and a finding for each loss."""

    message: str
    locale: str | None
    dialect: str
    fields: Mapping[str, str]
    report: Report


@dataclass(frozen=True)
class Row:
    """How a message fares: the number of losses for each dialect."""

    message: str
    losses: Mapping[str, int]


class Compiler:
    """Prints messages of a project."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.press = Press(studio.program, studio.fixtures)

    @classmethod
    def at(cls, path: Path | None) -> Compiler:
        """Read the project at or around a path; raises `NothingToReadError`."""
        return cls(Studio.at(path))

    def compiled(
        self, message: str, dialect: str, locale: str | None = None, field: str | None = None
    ) -> Compiled:
        """Return a message in a dialect, or in that of a target of the project, or one field.

        Raises:
            UnknownNameError: there is no such message, dialect, field or language of the message.
        """
        target = self.studio.program.targets.get(dialect)
        dialect = dialect if target is None else dialect_of(target) or dialect
        known("dialect", dialect, DIALECTS)
        parts = self.studio.parts(self.studio.message(message), locale)
        press = (
            self.press if target is None else Press(self.press.program, self.press.fixtures, target)
        )
        printed = press.printed(parts, dialect)
        if field is not None:
            printed = {field: printed[known("field", field, printed)]}
        findings = [trouble(one) for one in self._losses(printed)]
        findings += map(noted, each(note for one in printed.values() for note in one.notes))
        return Compiled(
            message=message,
            locale=parts.locale,
            dialect=dialect,
            fields={field: one.text for field, one in printed.items()},
            report=Report.of(findings, self.studio.sources),
        )

    def table(self, messages: tuple[str, ...] = ()) -> tuple[Row, ...]:
        """Return the rows of the named messages, or of all; raises `UnknownNameError`."""
        names = messages or tuple(self.studio.program.messages)
        return tuple(self._row(name) for name in names)

    def _row(self, message: str) -> Row:
        parts = self.studio.parts(self.studio.message(message))
        losses = {dialect: self._count(parts, dialect) for dialect in DIALECTS}
        return Row(message, losses)

    def _count(self, parts: Parts, dialect: str) -> int:
        losses = self._losses(self._printed(parts, dialect))
        return len({(one.span, one.message.english()) for one in losses})

    def _printed(self, parts: Parts, dialect: str) -> dict[str, Printed]:
        return self.press.printed(parts, dialect)

    def _losses(self, printed: Mapping[str, Printed]) -> Iterator[Loss]:
        for one in printed.values():
            yield from one.losses


def trouble(loss: Loss) -> Diagnostic:
    """Return the finding of a loss."""
    return Diagnostic(
        code=code_of(loss),
        message=loss.message,
        label=Label(loss.span),
        help=(loss.rewrite,) if loss.rewrite is not None else (),
    )

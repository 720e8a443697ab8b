"""`compile`: messages in the template languages of targets, and what these cannot say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.api.preview.studio import Studio, known
from crmspec.diagnostics import Diagnostic, Label
from crmspec.diagnostics.report import Report
from crmspec.dialect.codes import code_of
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.namespace import scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from crmspec.content.parts import Parts
    from crmspec.dialect.dialect import Printed
    from crmspec.dialect.loss import Loss
    from crmspec.dialect.names import Kind, Names
    from crmspec.ir.data import DataType
    from crmspec.ir.value import Resource
    from crmspec.resolve.catalog import Payload
    from crmspec.template.shape import Shape


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

    @classmethod
    def at(cls, path: Path | None) -> Compiler:
        """Read the project at or around a path; raises `NothingToReadError`."""
        return cls(Studio.at(path))

    def compiled(
        self, message: str, dialect: str, locale: str | None = None, field: str | None = None
    ) -> Compiled:
        """Return a message in a dialect, or one field of it.

        Raises:
            UnknownNameError: there is no such message, dialect, field or language of the message.
        """
        known("dialect", dialect, DIALECTS)
        parts = self.studio.parts(self.studio.message(message), locale)
        printed = self._printed(parts, dialect)
        if field is not None:
            printed = {field: printed[known("field", field, printed)]}
        findings = [_trouble(one) for one in self._losses(printed)]
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
        names = self._names(parts, dialect)
        return {
            field: DIALECTS[dialect].print(body, {}, names) for field, body in parts.fields.items()
        }

    def _losses(self, printed: Mapping[str, Printed]) -> Iterator[Loss]:
        for one in printed.values():
            yield from one.losses

    def _names(self, parts: Parts, dialect: str) -> Names:
        """Return the target's names of values, with those that the project gives."""
        program = self.studio.program
        attributes = program.attributes.items()
        return structs.replace(
            load(dialect),
            renamed=self._renamed(dialect),
            standard={id_: one.standard for id_, one in attributes if one.standard},
            texts={f"coupon.{id_}": one.code for id_, one in program.coupons.items() if one.code},
            kinds=self._kinds(parts),
        )

    def _renamed(self, dialect: str) -> dict[str, str]:
        """Return the target's own names that the project gives, by path."""
        program = self.studio.program
        targets = {dialect} | {
            id_ for id_, one in program.targets.items() if one.platform == dialect
        }
        pools = {
            f"coupon.{id_}": name
            for id_, one in program.coupons.items()
            for platform, _, name in [(one.pool or "").partition(":")]
            if name and platform in targets
        }
        kinds: dict[str, Mapping[str, Resource]] = {
            "profile": program.attributes,
            "coupon": program.coupons,
            "feed": program.feeds,
        }
        return pools | {
            f"{root}.{id_}": name
            for root, resources in kinds.items()
            for id_, one in resources.items()
            for target, name in one.names.items()
            if target in targets
        }

    def _kinds(self, parts: Parts) -> dict[str, Kind]:
        """Return what the project says of the kinds of values, by path."""
        payloads = self.studio.fixtures.payloads(parts.message)
        shapes = scope(self.studio.program, payloads or None).names
        kinds = dict(_flat(shapes))
        for id_, attribute in self.studio.program.attributes.items():
            kinds |= _whole(f"profile.{id_}", attribute.type)
        for name in _integers(payloads):
            kinds[f"event.{name}"] = "integer"
        return kinds


def _integers(payloads: tuple[Payload, ...]) -> set[str]:
    """Return the properties that are whole numbers whatever the chain was started by."""
    return (
        set.intersection(
            *(
                {name for name, one in payload.properties.items() if one.type == "integer"}
                for payload in payloads
            )
        )
        if payloads
        else set()
    )


def _whole(path: str, type_: DataType) -> dict[str, Kind]:
    return {path: "integer"} if type_ == "integer" else {}


def _flat(shapes: Mapping[str, Shape], above: str = "") -> Iterator[tuple[str, Kind]]:
    for name, shape in shapes.items():
        yield from _kind(f"{above}{name}", shape)


def _kind(path: str, shape: Shape) -> Iterator[tuple[str, Kind]]:
    if shape.kind != "any":
        yield path, "string" if shape.kind == "text" else shape.kind
    yield from _flat(shape.parts, f"{path}.")
    if shape.items is not None:
        yield from _kind(f"{path}[]", shape.items)


def _trouble(loss: Loss) -> Diagnostic:
    return Diagnostic(
        code=code_of(loss),
        message=loss.message,
        label=Label(loss.span),
        help=(loss.rewrite,) if loss.rewrite is not None else (),
    )

"""Print messages in the template languages of targets, under the names that a project gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from crmspec.content.link import own_links
from crmspec.dialect.names import load
from crmspec.dialect.registry import DIALECTS
from crmspec.template.namespace import common, passage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.content.fixture import Fixtures
    from crmspec.content.parts import Parts
    from crmspec.dialect.dialect import Printed
    from crmspec.dialect.names import Kind, Names
    from crmspec.ir.data import DataType
    from crmspec.ir.program import Program
    from crmspec.ir.target import Target
    from crmspec.ir.value import Resource
    from crmspec.resolve.catalog import Payload
    from crmspec.template.shape import Shape
    from crmspec.template.tree import Body


class Press:
    """Prints messages of a project for a target; None is the only one that speaks a dialect."""

    def __init__(self, program: Program, fixtures: Fixtures, target: Target | None = None) -> None:
        self.program = program
        self.fixtures = fixtures
        self.target = target
        self._of_project: dict[str, Names] = {}

    def printed(self, parts: Parts, dialect: str) -> dict[str, Printed]:
        """Return the fields of a message in a dialect, each with what it cannot say."""
        names = self._names(parts, dialect)
        return {
            field: DIALECTS[dialect].print(body, {}, names) for field, body in parts.fields.items()
        }

    def _names(self, parts: Parts, dialect: str) -> Names:
        """Return the target's names of values, with those that the project gives."""
        if dialect not in self._of_project:
            self._of_project[dialect] = self._common(dialect)
        names = self._of_project[dialect]
        return structs.replace(names, kinds={**names.kinds, **self._kinds(parts)})

    def _common(self, dialect: str) -> Names:
        """Return the names that are the same for all messages."""
        program = self.program
        attributes = program.attributes.items()
        kinds = dict(_flat(common(program)))
        for id_, attribute in attributes:
            kinds |= _whole(f"profile.{id_}", attribute.type)
        return structs.replace(
            load(dialect),
            renamed=self._renamed(dialect),
            standard={id_: one.standard for id_, one in attributes if one.standard},
            texts={f"coupon.{id_}": one.code for id_, one in program.coupons.items() if one.code},
            kinds=kinds,
            links=self.links(dialect),
        )

    def links(self, dialect: str) -> dict[str, Body]:
        """Return the project's own pages in place of links of the target."""
        platform = [one for one in self.program.targets.values() if one.platform == dialect]
        target = self.target or (platform[0] if len(platform) == 1 else None)
        return {} if target is None else own_links(self.program, target)

    def _renamed(self, dialect: str) -> dict[str, str]:
        """Return the target's own names that the project gives, by path."""
        program = self.program
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
        """Return what is known of the values that start the chains of a message, by path."""
        payloads = self.fixtures.payloads(parts.message)
        kinds = dict(_flat(passage(self.program, payloads or None, None)))
        for name in _integers(payloads):
            kinds[f"event.{name}"] = "integer"
        return kinds


def dialect_of(target: Target) -> str | None:
    """Return the template language of a target, if crmspec knows it."""
    named = target.options.get("dialect", target.platform)
    return named if isinstance(named, str) and named in DIALECTS else None


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

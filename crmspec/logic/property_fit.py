"""Properties for an event or object that meet a filter, and variations of the others."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING

from crmspec.logic.candidate import candidates, ordinary
from crmspec.semantics.condition import where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crmspec.ir.data import Event, Object, Property
    from crmspec.ir.value import Plain, PropertyTest, Where
    from crmspec.semantics.condition import View

BUNDLES = 16
"""At most so many bundles of properties are tried for one occurrence."""
PER_PROPERTY = 10


class Bundles:
    """Makes properties for one event or object, of those that the filters of a group mention."""

    def __init__(
        self, subject: Event | Object | None, filters: Iterable[PropertyTest], view: View
    ) -> None:
        self.subject = subject
        self.declared: Mapping[str, Property] = subject.properties if subject is not None else {}
        self.filters = tuple(filters)
        self.view = view
        self.base = self._base()

    def of(self, wanted: Where, extra: Mapping[str, Iterable[Plain]]) -> Iterator[dict[str, Plain]]:
        """Yield bundles that meet `wanted`, plain ones first; `extra` values come before others."""
        tested = {test.property for test in wanted}
        names = dict.fromkeys([*extra, *tested, *(test.property for test in self.filters)])
        choices = [self._values(name, wanted, tuple(extra.get(name, ()))) for name in names]
        for values in islice(product(*choices), BUNDLES):
            made = dict(self.base)
            made.update(zip(names, values, strict=True))
            yield {name: value for name, value in made.items() if value is not None}

    def _values(self, name: str, wanted: Where, extra: tuple[Plain, ...]) -> list[Plain]:
        own = tuple(test for test in wanted if test.property == name)
        tests = [
            test for one in (*own, *self.filters) if one.property == name for test in one.tests
        ]
        declared = self.declared.get(name)
        near = candidates(self.view.program, declared, tests, self.view.now, self.view.zone)
        usual = (self.base[name],) if name in self.base else ()
        found = [value for value in (*extra, *usual, *near) if self._meets(own, name, value)]
        kept: dict[str, Plain] = {repr(value): value for value in reversed(found)}
        return [kept[key] for key in reversed(kept)][:PER_PROPERTY]

    def _meets(self, own: Where, name: str, value: Plain) -> bool:
        properties = {} if value is None else {name: value}
        return where(own, properties, self.view)

    def _base(self) -> dict[str, Plain]:
        """Return the example of the event, with what is required and not in it."""
        example: dict[str, Plain] = getattr(self.subject, "example", {})
        made = {name: value for name, value in example.items() if name != self._own_moment()}
        for name, declared in self.declared.items():
            if declared.required and name not in made and name != self._own_moment():
                view = self.view
                made[name] = ordinary(view.program, declared, view.now, view.zone)
        return made

    def _own_moment(self) -> str | None:
        """Return the property that would move the event to another moment (semantics 3.1)."""
        named = getattr(self.subject, "occurred_at", None)
        return None if named is None else named.id


def distinguish(event: Event | None, properties: dict[str, Plain], number: int) -> None:
    """Give a repeated event a `dedupe_key` of its own, so that it counts (semantics 3.2)."""
    key = event.dedupe_key.id if event is not None and event.dedupe_key is not None else None
    if key is None or number == 1:
        return
    value = properties.get(key)
    properties[key] = value + number if isinstance(value, int) else f"{value or key}-{number}"

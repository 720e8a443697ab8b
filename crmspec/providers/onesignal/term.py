"""Terms: the filters of OneSignal, and the algebra of their alternatives.

A segment is alternatives of terms that must all hold. No page says what `!=` makes of a customer
without the tag, or `<` of one: so what must hold for them, or not, is always asked besides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crmspec.engine.body import Body

MOST = 100
"""How many alternatives a condition may have: each takes an entry of its own, and an `OR`."""


class Term(NamedTuple):
    """A filter: `field` is `tag` or another field of OneSignal, `key` the name of the tag."""

    field: str
    relation: str
    key: str | None = None
    value: str | None = None

    def body(self) -> Body:
        """Return it as OneSignal takes it."""
        made = {"field": self.field, "key": self.key, "relation": self.relation}
        return {
            name: found
            for name, found in (made | {"value": self.value}).items()
            if found is not None
        }

    def but(self, relation: str) -> Term:
        """Return another term of the same field."""
        bare = relation in {"exists", "not_exists"}
        return self._replace(relation=relation, value=None if bare else self.value)


Ways = list[tuple[Term, ...]]
"""Alternatives; each is a list of terms that must all hold."""


def ordered(term: Term) -> tuple[Term, ...]:
    """Return an order, asked only of customers who have the tag."""
    return (term.but("exists"), term)


def unequal(terms: list[Term]) -> Ways:
    """Return that a tag is none of some values, or missing."""
    return [tuple(one.but("!=") for one in terms), (terms[0].but("not_exists"),)]


def _failing(term: Term) -> Ways:
    """Return the alternatives in which a term does not hold."""
    match term.relation:
        case "exists":
            return [(term.but("not_exists"),)]
        case "not_exists":
            return [(term.but("exists"),)]
        case "!=":
            return [(term.but("="),)]
        case "=" if term.field != "tag":
            return [(term.but("!="),)]
        case "=":
            return unequal([term])
    other = "<" if term.relation == ">" else ">"
    return [ordered(term.but(other)), (term.but("="),)]


def negated(ways: Ways) -> Ways:
    """Return the opposite."""
    return multiplied([[one for term in way for one in _failing(term)] for way in ways])


def multiplied(factors: Iterable[Ways]) -> Ways:
    """Return alternatives of which each takes one of each factor, without those in vain."""
    made: Ways = [()]
    for ways in factors:
        found = (_joined(one, other) for one in made for other in ways)
        made = simplified([way for way in found if way is not None])[: MOST + 1]
    return made


def simplified(ways: Ways) -> Ways:
    """Return alternatives without those that another one covers, in their order."""
    once = list(dict.fromkeys(ways))
    sets = [frozenset(way) for way in once]
    return [
        way
        for number, way in enumerate(once)
        if not any(
            other < sets[number] or (other == sets[number] and index < number)
            for index, other in enumerate(sets)
        )
    ]


def _joined(one: tuple[Term, ...], other: tuple[Term, ...]) -> tuple[Term, ...] | None:
    """Return both lists of terms as one without what is said twice; None if both cannot hold."""
    made = tuple(dict.fromkeys(one + other))
    for term in made:
        rest = [known for known in made if (known.field, known.key) == (term.field, term.key)]
        if term.relation == "=" and not all(_meets(str(term.value), known) for known in rest):
            return None
        if term.relation == "exists" and term.but("not_exists") in rest:
            return None
    return tuple(term for term in made if not _needless(term, made))


def _needless(term: Term, among: tuple[Term, ...]) -> bool:
    """Say whether a term holds anyway: another one gives the value, or bounds that forbid its."""
    rest = [one for one in among if (one.field, one.key) == (term.field, term.key)]
    if term.relation != "=" and any(one.relation == "=" for one in rest):
        return True
    orders = [one for one in rest if one.relation in {"<", ">"}]
    return term.relation == "!=" and not all(_meets(str(term.value), one) for one in orders)


def _meets(value: str, term: Term) -> bool:
    """Say whether a value meets a term about the same tag."""
    match term.relation:
        case "=":
            return value == term.value
        case "!=":
            return value != term.value
        case "not_exists":
            return False
        case "<" | ">":
            return _compared(value, term)
    return True


def _compared(value: str, term: Term) -> bool:
    try:
        one, other = float(value), float(str(term.value))
    except ValueError:
        return True  # a text: nobody knows how OneSignal compares it
    return one < other if term.relation == "<" else one > other

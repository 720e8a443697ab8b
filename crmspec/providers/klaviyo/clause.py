"""Clauses: what Klaviyo's conditions are made of, all of any."""

from __future__ import annotations

from itertools import chain, islice, product
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from crmspec.engine.body import Body

MOST = 64
"""How many groups a condition may have; more would be nobody's to read."""

About: TypeAlias = Literal["profile", "event"]


class Term(NamedTuple):
    """A condition of Klaviyo and its opposite, None if it has none; of the event or the profile.

    `gone` and `there` ask whether the value is missing, which is opposite too (semantics 5.4).
    """

    holds: Body
    fails: Body | None
    about: About = "profile"
    gone: Body | None = None
    there: Body | None = None

    def turned(self) -> tuple[Term, ...]:
        """Return the terms of which any says the opposite; none if it has none."""
        if self.fails is None:
            return ()
        first = Term(self.fails, self.holds, self.about)
        return (first,) if self.gone is None else (first, Term(self.gone, self.there, self.about))


Clauses = list[tuple[Term, ...]]
"""All of any; none: always, one that is empty: never."""


def negated(clauses: Clauses) -> Clauses | None:
    """Return the opposite, None if a term has none; what is too much stays too much."""
    if len(clauses) > MOST:
        return clauses
    turned = [[term.turned() for term in clause] for clause in clauses]
    if any(not terms for clause in turned for terms in clause):
        return None
    return [tuple(chain.from_iterable(one)) for one in islice(product(*turned), MOST + 1)]


def groups(clauses: Clauses) -> Body:
    """Return clauses as groups of conditions."""
    return {"condition_groups": [{"conditions": [t.holds for t in one]} for one in clauses]}


def multiplied(factors: list[Clauses]) -> Clauses:
    """Return that one of several conditions holds."""
    made: Clauses = [()]
    for clauses in factors:
        made = [one + other for one in made for other in clauses][: MOST + 1]
    return made

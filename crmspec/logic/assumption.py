"""Which declarations of the author a proof about customers takes for granted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Evidence, Verdict, text
from crmspec.logic.formula import Cells, atoms
from crmspec.logic.variable import Aspect, AttributeValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crmspec.diagnostics import Text
    from crmspec.ir.data import Attribute
    from crmspec.logic.formula import Formula
    from crmspec.logic.portfolio import Portfolio


def assumed(portfolio: Portfolio, formulas: Iterable[Formula]) -> tuple[Text, ...]:
    """Return the declared limits, values and promises of the attributes that formulas name."""
    named: dict[str, bool] = {}
    for formula in formulas:
        for atom in atoms(formula):
            variable = atom.variable.of if isinstance(atom.variable, Aspect) else atom.variable
            if isinstance(variable, AttributeValue):
                named[variable.id] = named.get(variable.id, False) or isinstance(atom, Cells)
    found: list[Text] = []
    for id_, lasts in named.items():
        declared = portfolio.program.attributes.get(id_)
        if declared is not None:
            found += _declared(declared, lasts=lasts)
    return tuple(found)


def _declared(declared: Attribute, *, lasts: bool) -> Iterator[Text]:
    name = declared.id
    if declared.minimum is not None:
        yield text("`{name}` is at least {limit}", name=name, limit=f"{declared.minimum:g}")
    if declared.maximum is not None:
        yield text("`{name}` is at most {limit}", name=name, limit=f"{declared.maximum:g}")
    if declared.values or (declared.type == "enum" and declared.directory is not None):
        yield text("`{name}` has one of its declared values", name=name)
    if not declared.nullable:
        yield text("`{name}` is never missing", name=name)
    if lasts:
        yield text(
            "`{name}` does not change meanwhile: it is {promise}",
            name=name,
            promise=declared.mutability,
        )


def proved(
    portfolio: Portfolio, formulas: Iterable[Formula], who: tuple[Text, ...] = ()
) -> Evidence:
    """Return the evidence of something that follows for every customer."""
    return Evidence(
        verdict=Verdict.PROVED,
        profile=portfolio.behaviour.name,
        who=who,
        assumptions=assumed(portfolio, formulas),
    )

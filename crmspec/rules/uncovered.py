"""Values that the cases of a switch or branch leave out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.diagnostics import Label, text
from crmspec.ir.condition import AttributeIs, Nothing
from crmspec.logic.cell import MISSING
from crmspec.logic.variable import AttributeValue
from crmspec.semantics.scenario import Happening

if TYPE_CHECKING:
    from crmspec.diagnostics import Text
    from crmspec.ir.chain import Chain
    from crmspec.ir.data import Attribute
    from crmspec.ir.program import Program
    from crmspec.ir.step import Cases, SwitchCases
    from crmspec.ir.value import Plain
    from crmspec.logic.portfolio import Portfolio

SHOWN = 3
OTHER = "other"


class Gap(NamedTuple):
    """What is said of a value left out, where it is declared, and what gives it to a customer.

    Without `before` the gap follows from the declarations alone.
    """

    said: Text
    labels: tuple[Label, ...] = ()
    before: tuple[Happening, ...] = ()


def uncovered_value(program: Program, body: SwitchCases) -> Gap | None:
    """Return the languages, or the other texts, for which a switch has no case, or None.

    Declared values are looked at where names are resolved. A missing value alone is no gap: who
    has none often is meant to get nothing.
    """
    if body.value.locale:
        return _locale(program, body)
    ref = body.value.attribute
    declared = program.attributes.get(ref.id) if ref is not None else None
    if declared is None or declared.computed is not None or not _is_free(declared):
        return None
    return Gap(
        text("customers with another `{id}` get nothing here", id=declared.id),
        (Label(declared.place.name, text("it may have any value")),),
        (set_to(declared.id, OTHER),),
    )


def _is_free(declared: Attribute) -> bool:
    return declared.type == "string" and not declared.values and declared.directory is None


def _locale(program: Program, body: SwitchCases) -> Gap | None:
    locales = program.project.locales
    covered = {case.casefold() for case in body.cases}
    supported = locales.supported if locales is not None else ()
    left = [one for one in supported if one.casefold() not in covered]
    if not left:
        return None
    shown = "`, `".join(left[:SHOWN])
    return Gap(text("customers whose language is `{values}` get nothing here", values=shown))


def set_to(id_: str, value: Plain) -> Happening:
    """Return the change that gives an attribute a value, a day before anything else."""
    return Happening(moment=-1440, kind="attribute", subject=id_, data={"value": value})


def uncovered_case(portfolio: Portfolio, chain: Chain, body: Cases) -> Gap | None:
    """Return a value that fits no case, if all cases divide the values of one attribute."""
    conditions = tuple(case.if_ for case in body.cases)
    asked = [one for one in conditions if isinstance(one, AttributeIs) and _is_plain(one)]
    names = {one.attribute.id for one in asked}
    if len(asked) != len(conditions) or len(names) != 1:
        return None
    rest = portfolio.space.region(Nothing(none=conditions), chain=chain)
    for region in portfolio.space.entry(chain):
        box = portfolio.space.overlap(region, rest) if rest.exact else None
        if box is None:
            continue
        for variable, mask in box.items():
            if isinstance(variable, AttributeValue) and variable.id in names:
                value = portfolio.space.sample(variable, mask & ~MISSING)
                if value is not None:
                    return _between(variable.id, value)
    return None


def _is_plain(condition: AttributeIs) -> bool:
    return (
        condition.anniversary is None and condition.has_been is None and condition.changed is None
    )


def _between(id_: str, value: Plain) -> Gap:
    return Gap(
        text(
            "customers who fit no case get nothing here: whose `{id}` is {value}, for example",
            id=id_,
            value=str(value),
        ),
        (),
        (set_to(id_, value),),
    )

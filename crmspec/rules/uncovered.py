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
    """Return the declared values for which a switch has no case, or None.

    A missing value alone is no gap: who has none often is meant to get nothing.
    """
    if body.value.locale:
        return _locale(program, body)
    if body.value.attribute is None:
        return None
    declared = program.attributes.get(body.value.attribute.id)
    if declared is None or declared.computed is not None:
        return None
    values = _values(program, declared)
    covered = {case.casefold() for case in body.cases}
    left = [value for value in values if str(value).casefold() not in covered]
    if not left:
        return None
    return Gap(
        _said(declared.id, left),
        (Label(declared.place.name, text("its values are declared here")),),
        (set_to(declared.id, left[0]),),
    )


def _values(program: Program, declared: Attribute) -> tuple[str, ...]:
    """Return the values that an attribute may have, `other` if it may have any."""
    directory = declared.directory
    if directory is not None:
        known = program.directories.get(directory.id)
        return tuple(known.values) if known is not None else ()
    if declared.values:
        return declared.values
    return (OTHER,) if declared.type == "string" else ()


def _said(id_: str, left: list[str]) -> Text:
    if left == [OTHER]:
        return text("customers with another `{id}` get nothing here", id=id_)
    shown = "`, `".join(left[:SHOWN])
    if len(left) > SHOWN:
        return text(
            "customers whose `{id}` is `{values}` or {count} other values get nothing here",
            id=id_,
            values=shown,
            count=len(left) - SHOWN,
        )
    return text("customers whose `{id}` is `{values}` get nothing here", id=id_, values=shown)


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

"""From a survey to what the engine is told of it: what is left out, changed or not deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.resource import Address, Remark, Undeployed
from crmspec.ir.program import KEYS
from crmspec.ir.value import Ref
from crmspec.lower.capability import Support
from crmspec.lower.reference import references
from crmspec.lower.survey import meant, taken_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir import Located
    from crmspec.ir.target import Target
    from crmspec.lower.capability import Capabilities
    from crmspec.lower.outcome import Key
    from crmspec.lower.survey import Survey


def remarks(survey: Survey) -> Iterator[Remark]:
    """Yield what is left to people, then what deviates."""
    present: list[Key] = []
    for key in sorted(survey.wanted):
        absence = survey.absent.get(key)
        if absence is None:
            present.append(key)
        else:
            yield Remark(Address(*key), "manual", absence.reason, absence.span)
    for key in present:
        yield from _deviations(survey, key)


def _deviations(survey: Survey, key: Key) -> Iterator[Remark]:
    address, dropped = Address(*key), survey.dropped(key)
    for gap in survey.gaps(key):
        reason = gap.reason or text("the target does not take it")
        if gap in dropped and not isinstance(gap.node, Ref):
            reason = text("the `{subject}` step is left out", subject=gap.element)
        yield Remark(address, "deviates", reason, gap.span, references(reason))
    types = {type(gap.node) for gap in dropped} - {Ref}
    for node in survey.nodes[key] if dropped else ():
        for steps in _lists(node):
            if steps and all(type(step) in types for step in steps):
                reason = text("nothing is left to do here, since each step is left out")
                yield Remark(address, "deviates", reason, steps[0].place.span)


def _lists(node: Located) -> Iterator[tuple[Located, ...]]:
    """Yield the lists of a node."""
    for name in node.__struct_fields__:
        value = getattr(node, name)
        for one in value.values() if isinstance(value, dict) else (value,):
            if isinstance(one, tuple):
                yield one


def undeployed(survey: Survey, capabilities: Capabilities, target: Target) -> Iterator[Undeployed]:
    """Yield the kinds of a program that the target does not get, and how many of each."""
    taken = taken_kinds(capabilities)
    for kind, key in KEYS.items():
        count = sum(meant(one, target) for one in getattr(survey.program, key).values())
        row = capabilities.row("kind", kind)
        if count and row.support is Support.NONE and row.note is not None:
            yield Undeployed(kind, count, row.note)
        elif count and kind in taken and kind not in survey.kinds:
            reason = text(
                "left alone: `{target}` does not manage `{kind}`", target=target.id, kind=key
            )
            yield Undeployed(kind, count, reason)

"""From a program to what it wants of a vendor: lowering, encoding, and what is left to people."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.dialect.codes import noted
from crmspec.dialect.dialect import each
from crmspec.engine.resource import Address, Desired, Resource, references
from crmspec.ir.value import Ref
from crmspec.lower.finding import findings, settings, unheeded
from crmspec.lower.lowering import lower, trim
from crmspec.providers.desired import remarks, undeployed
from crmspec.providers.rest.brief import Brief
from crmspec.providers.rest.head import head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.diagnostics import Diagnostic
    from crmspec.dialect.loss import Loss
    from crmspec.ir import Program
    from crmspec.ir.target import Target
    from crmspec.lower.outcome import Key
    from crmspec.lower.survey import Survey
    from crmspec.providers.rest.encoded import Encoded
    from crmspec.providers.rest.vendor import Vendor


class Compiled(NamedTuple):
    """A program in a vendor's payloads: the survey of it, and the payloads by name.

    `notes` are links that the vendor lacks and that letters do without.
    """

    survey: Survey
    payloads: dict[Key, Encoded]
    notes: tuple[Loss, ...] = ()


def compiled(program: Program, target: Target, vendor: Vendor) -> Compiled:
    """Return the payloads of all that is for a target; the survey knows what they lack.

    Which messages a target does not take is only known when they are printed: where chains may do
    without them, all is done again without those.
    """
    lacking = frozenset[str]()
    while True:
        made = _compiled(program, target, vendor, lacking)
        more = _left_out(made.survey) & program.messages.keys()
        if more <= lacking:
            return made
        lacking |= more


def _left_out(survey: Survey) -> set[str]:
    """Return the messages that are left out, of those that chains send that may do without."""
    gone = {key for key in survey.absent if key.kind == "message"}
    chains = [key for key in survey.wanted if key.kind == "chain"] if gone else []
    return {
        one.id
        for key in chains
        if survey.wish(key) == "degrade"
        for one in survey.nodes[key]
        if isinstance(one, Ref) and (one.kind, one.id) in gone
    }


def _compiled(
    program: Program, target: Target, vendor: Vendor, lacking: frozenset[str]
) -> Compiled:
    """Return the payloads; kinds without an encoder are those that people make by hand."""
    lowered = lower(program, vendor.capabilities, target, lacking=lacking)
    brief = Brief(lowered.program, program, target, vendor.capabilities)
    survey = lowered.survey
    by_us = [key for key in survey.wanted if key.kind in vendor.encoders]
    made = {key: _encoded(brief, vendor, survey, key) for key in by_us}
    dropped = {key: survey.dropped(key) for key in by_us}
    survey.tell(gap for one in made.values() for gap in one.gaps)
    for key, known in dropped.items():
        if survey.dropped(key) != known:
            made[key] = _encoded(brief, vendor, survey, key)
    survey.forget([key for key, one in made.items() if one.there])
    trim(survey)
    return Compiled(survey, made, each(brief.notes))


def _encoded(brief: Brief, vendor: Vendor, survey: Survey, key: Key) -> Encoded:
    dropped = frozenset(id(gap.node) for gap in survey.dropped(key) if gap.node is not None)
    return vendor.encoders[key.kind](brief, key, survey.wanted[key], dropped)


def audited(found: Compiled, target: Target, vendor: Vendor) -> Iterator[Diagnostic]:
    """Yield a finding for each thing that the vendor does not take as written."""
    yield from settings(target, vendor.capabilities)
    yield from vendor.settings(target)
    yield from unheeded(found.survey, vendor.capabilities, target, vendor.unheeded)
    yield from findings(found.survey, vendor.capabilities)
    yield from map(noted, found.notes)


def desired(found: Compiled, target: Target, vendor: Vendor) -> Desired:
    """Return the resources to deploy, and remarks on the rest."""
    survey = found.survey
    made = [
        _resource(found, target, vendor, key)
        for key in sorted(survey.wanted)
        if key not in survey.absent and not found.payloads[key].folded
    ]
    return Desired(
        tuple(made),
        tuple(remarks(survey)),
        tuple(undeployed(survey, vendor.capabilities, target)),
        survey.kinds,
    )


def _resource(found: Compiled, target: Target, vendor: Vendor, key: Key) -> Resource:
    node, address = found.survey.wanted[key], Address(*key)
    top = head(target, found.survey.program.project.project, key.kind, node, vendor)
    body = top | vendor.normalise(address, found.payloads[key].body)
    return Resource(address, body, tuple(sorted(references(body))), node.place.name)

"""Turn violations into findings: one per place and cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crmspec.diagnostics import Diagnostic, Label, text
from crmspec.schema import codes, key, subject, value
from crmspec.schema import text as wording
from crmspec.schema.spot import spot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crmspec.document import Mapping
    from crmspec.schema.library import Schema
    from crmspec.schema.spot import Spot
    from crmspec.schema.violation import Violation

    Explainer: TypeAlias = Callable[[Violation, Spot, Schema], Iterator[Diagnostic]]

_EXPLAINERS: dict[str, Explainer] = {
    "additionalProperties": key.unknown,
    "propertyNames": key.names,
    "required": key.missing,
    "dependentRequired": key.beside,
    "anyOf": key.some,
    "oneOf": key.one,
    "not": key.together,
    "type": value.wrong_type,
    "enum": value.not_allowed,
    "const": value.not_allowed,
    "minimum": value.out_of_range,
    "maximum": value.out_of_range,
    "minLength": value.too_short,
    "minProperties": value.too_short,
    "maxLength": value.too_long,
    "minItems": value.wrong_count,
    "maxItems": value.wrong_count,
    "uniqueItems": value.twice,
    "pattern": wording.malformed,
}


def explain(document: Mapping, found: Iterable[Violation], root: Schema) -> Iterator[Diagnostic]:
    """Yield a finding for each violation; what has no explainer keeps the validator's words."""
    seen: set[object] = set()
    for one in found:
        place = spot(document, one.path)
        for finding in _findings(one, place, root):
            mark = (finding.code.id, finding.label.span, finding.message.english())
            if mark not in seen:
                seen.add(mark)
                yield finding


def _findings(found: Violation, place: Spot, root: Schema) -> list[Diagnostic]:
    if is_subject(found):
        return list(subject.explain(found, place, root))
    explainer = _EXPLAINERS.get(found.keyword)
    explained = list(explainer(found, place, root)) if explainer is not None else []
    return explained or [_raw(found, place)]


def is_subject(found: Violation) -> bool:
    """Say whether a step, condition or trigger lacks its subject or has several."""
    return found.keyword == "oneOf" and "x-crmspec-subject" in found.schema


def _raw(found: Violation, place: Spot) -> Diagnostic:
    return Diagnostic(
        code=codes.SCHEMA_OTHER,
        message=text("this does not fit the schema: {reason}", reason=found.raw),
        label=Label(place.value),
    )

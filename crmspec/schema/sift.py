"""Keep the violations that are causes; drop those that only follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.schema import key
from crmspec.schema.explain import is_subject
from crmspec.schema.rename import guess
from crmspec.schema.spot import spot
from crmspec.schema.subject import subjects
from crmspec.schema.violation import NAMES

if TYPE_CHECKING:
    from crmspec.document import Mapping
    from crmspec.schema.library import Schema
    from crmspec.schema.violation import Path, Violation

_CHOICES = ("required", "anyOf", "oneOf")


def sift(document: Mapping, found: list[Violation], root: Schema) -> list[Violation]:
    """Return the violations worth a finding.

    - Of a value of the wrong type nothing else is said, nor of anything in it; an outer
      schema speaks before the parts it refers to.
    - A step, condition or trigger without a subject, or with several, says only that.
    - A misspelt key is not missing as well.
    """
    stops = _stops(document, found)
    kept = [one for one in found if not _covered(one, stops)]
    strange = _strangers(document, kept, root)
    return [one for one in kept if not _misspelt(document, one, strange)]


def _stops(document: Mapping, found: list[Violation]) -> dict[Path, tuple[Violation, bool]]:
    """Return the violations that speak for their place, and whether also for all below it."""
    stops: dict[Path, tuple[Violation, bool]] = {}
    for one in sorted(found, key=lambda one: one.depth):
        if one.keyword == "type":
            stops.setdefault(one.path, (one, True))
        elif is_subject(one):
            several = len(subjects(one, spot(document, one.path))) > 1
            below = several and one.schema["x-crmspec-subject"] != "step"
            stops.setdefault(one.path, (one, below))
    return stops


def _covered(one: Violation, stops: dict[Path, tuple[Violation, bool]]) -> bool:
    if one.path in stops:
        return stops[one.path][0] is not one
    parents = (one.path[:length] for length in range(len(one.path)))
    return any(stops[parent][1] for parent in parents if parent in stops)


def _strangers(
    document: Mapping, found: list[Violation], root: Schema
) -> dict[Path, set[str | None]]:
    """Return what the unknown keys of each place probably mean."""
    meant: dict[Path, set[str | None]] = {}
    for one in found:
        if one.keyword in ("additionalProperties", NAMES):
            place = spot(document, one.path)
            free = [name for name in key.known(one, root) if name not in place.entries()]
            guesses = {guess(name, free)[0] for name in key.strangers(one, place, root)}
            meant.setdefault(one.path, set()).update(guesses)
    return meant


def _misspelt(document: Mapping, one: Violation, strange: dict[Path, set[str | None]]) -> bool:
    """Say whether an unknown key explains that another one is missing."""
    if one.keyword not in _CHOICES or one.path not in strange or is_subject(one):
        return False
    if one.keyword == "required":
        return set(key.lacking(one, spot(document, one.path))) <= strange[one.path]
    return True

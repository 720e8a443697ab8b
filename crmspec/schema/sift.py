"""Keep the violations that are causes; drop those that only follow from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crmspec.schema import key
from crmspec.schema.explain import is_subject
from crmspec.schema.rename import suggest
from crmspec.schema.spot import spot
from crmspec.schema.subject import subjects
from crmspec.schema.violation import NAMES

if TYPE_CHECKING:
    from crmspec.document import Mapping
    from crmspec.schema.library import Schema
    from crmspec.schema.violation import Path, Violation

_CHOICES = ("required", "anyOf", "oneOf")
_UNKNOWN = ("additionalProperties", NAMES)


def sift(document: Mapping, found: list[Violation], root: Schema) -> list[Violation]:
    """Return the violations worth a finding.

    - Of a value of the wrong type nothing else is said, nor of anything in it; an outer
      schema speaks before the parts it refers to.
    - A step, condition or trigger without a subject, or with several, says only that.
    - A misspelt key is not missing as well; an unknown one tells of the key that is missing.
    """
    stops = _stops(document, found)
    kept = [one for one in found if not _covered(one, stops)]
    strange = _strangers(document, kept, root)
    absent = _absent(document, kept)
    return [
        _with_absent(one, strange, absent) for one in kept if not _follows(document, one, strange)
    ]


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


class _Strange(NamedTuple):
    """The unknown keys of a place: what they probably mean, and the first that means nothing."""

    meant: frozenset[str]
    culprit: str | None


def _strangers(document: Mapping, found: list[Violation], root: Schema) -> dict[Path, _Strange]:
    strange: dict[Path, _Strange] = {}
    for one in found:
        if one.keyword in _UNKNOWN:
            place = spot(document, one.path)
            free = [name for name in key.known(one, root) if name not in place.entries()]
            best = {name: suggest(name, free).best for name in key.strangers(one, place, root)}
            meant = frozenset(name for name in best.values() if name)
            culprit = next((name for name, guessed in best.items() if not guessed), None)
            strange.setdefault(one.path, _Strange(meant, culprit))
    return strange


def _absent(document: Mapping, found: list[Violation]) -> dict[Path, list[str]]:
    """Return the needed keys that each place lacks."""
    absent: dict[Path, list[str]] = {}
    for one in found:
        if one.keyword == "required":
            names = absent.setdefault(one.path, [])
            names.extend(n for n in key.lacking(one, spot(document, one.path)) if n not in names)
    return absent


def _with_absent(
    one: Violation, strange: dict[Path, _Strange], absent: dict[Path, list[str]]
) -> Violation:
    """Let the first unknown key that resembles nothing tell of the keys that are absent."""
    here = strange.get(one.path)
    if one.keyword not in _UNKNOWN or here is None or here.culprit is None:
        return one
    lacking = tuple(name for name in absent.get(one.path, ()) if name not in here.meant)
    return one._replace(lacking=lacking, culprit=here.culprit)


def _follows(document: Mapping, one: Violation, strange: dict[Path, _Strange]) -> bool:
    """Say whether an unknown key explains that another one is missing, or tells of it."""
    if one.keyword not in _CHOICES or one.path not in strange or is_subject(one):
        return False
    here = strange[one.path]
    if one.keyword == "required" and here.culprit is None:
        return here.meant.issuperset(key.lacking(one, spot(document, one.path)))
    return one.keyword == "required" or not key.several(one, spot(document, one.path))

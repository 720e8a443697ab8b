"""What the sandbox accepts: fields, statuses, known steps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from crmspec.lower.capability import Support
from crmspec.providers.sandbox.capability import CAPABILITIES, NAME_LIMIT
from crmspec.providers.sandbox.convert import NATIVE_REFERENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Problem: TypeAlias = "tuple[str, str]"

_KEY_LIMIT = 1000
_STATUSES = frozenset({"draft", "active", "paused", "archived"})
_FIELDS = frozenset({"name", "description", "status", "definition", "external_key"})
_STEPS, _CHANNELS = (
    frozenset(name for name, row in rows.items() if row.support is Support.NATIVE)
    for rows in (CAPABILITIES.rows["step"], CAPABILITIES.rows["channel"])
)


def judge(collection: str, body: object) -> tuple[dict[str, object], list[Problem]]:
    """Return the document to keep, its name tidied, and what is wrong with it."""
    if not isinstance(body, dict):
        return {}, [("", "must be an object")]
    if not _encodable(body):
        return {}, [("", "must be text that can be encoded")]
    definition = body.get("definition")
    problems = [(field, "is unknown or read-only") for field in body if field not in _FIELDS]
    problems += _common(body)
    if not isinstance(definition, dict):
        return {}, [*problems, ("definition", "must be an object")]
    check = _CHECKS.get(collection)
    problems += check(definition) if check else ()
    document = body | {"name": " ".join(str(body.get("name")).split())}
    if collection in {"chains", "broadcasts"}:
        document.setdefault("status", "draft")
    elif "status" in body:
        problems.append(("status", "does not apply here"))
    return document, problems


def _encodable(body: object) -> bool:
    """Say whether texts are free of lone surrogates, which JSON can hold and storage cannot."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _common(body: dict[str, object]) -> Iterator[Problem]:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip() or len(name) > NAME_LIMIT:
        yield "name", f"must be a text of 1 to {NAME_LIMIT} characters"
    for field in ("external_key", "description"):
        if not isinstance(body.get(field), (str, type(None))):
            yield field, "must be a text"
    if isinstance(body.get("external_key"), str) and len(str(body["external_key"])) > _KEY_LIMIT:
        yield "external_key", f"must be a text of at most {_KEY_LIMIT} characters"
    if not isinstance(body.get("status", "draft"), str) or body.get("status") == "":
        yield "status", "must be a text"
    elif body.get("status", "draft") not in _STATUSES:
        yield "status", f"must be one of {', '.join(sorted(_STATUSES))}"


def _chain(definition: dict[str, object]) -> Iterator[Problem]:
    if not isinstance(definition.get("trigger"), list):
        yield "definition.trigger", "must be a list"
    yield from _steps("definition.steps", definition.get("steps"))


def _steps(path: str, steps: object) -> Iterator[Problem]:
    if not isinstance(steps, list):
        yield path, "must be a list"
        return
    for index, step in enumerate(steps):
        if not isinstance(step, dict) or not _STEPS & step.keys():
            yield f"{path}[{index}]", f"must have one of {', '.join(sorted(_STEPS))}"


def _template(definition: dict[str, object]) -> Iterator[Problem]:
    channel = definition.get("channel")
    if not isinstance(channel, dict) or channel.get("type") not in _CHANNELS:
        yield "definition.channel.type", f"must be one of {', '.join(sorted(_CHANNELS))}"


def _segment(definition: dict[str, object]) -> Iterator[Problem]:
    if not definition:
        yield "definition", "must not be empty"


def _broadcast(definition: dict[str, object]) -> Iterator[Problem]:
    for field in ("audience", "message"):
        if field not in definition:
            yield f"definition.{field}", "is required"


_CHECKS: dict[str, Callable[[dict[str, object]], Iterator[Problem]]] = {
    "chains": _chain,
    "templates": _template,
    "segments": _segment,
    "broadcasts": _broadcast,
}


def links(value: object) -> set[str]:
    """Return the ids that a document refers to."""
    if isinstance(value, dict):
        if value.keys() == {NATIVE_REFERENCE}:
            return {str(value[NATIVE_REFERENCE])}
        return set().union(*map(links, value.values()))
    return set().union(*map(links, value)) if isinstance(value, list) else set()

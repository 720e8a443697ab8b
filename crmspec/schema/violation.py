"""What a validator objects to, in one form for both validators.

jsonschema-rs judges; jsonschema takes its place where the compiled wheel cannot be had, and is
the oracle of the tests. Both agree on a violation's keyword, place and schema.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from crmspec.schema.library import Schema, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Path: TypeAlias = tuple[str | int, ...]

NAMES = "propertyNames"


class Violation(NamedTuple):
    """The `keyword` of a schema that the value at `path` does not satisfy.

    `depth` counts the steps through the schemas: a schema that refers to another one has the
    smaller depth. `raw` is the validator's own sentence. For `propertyNames`, `schema` is what
    the names have to fit. `lacking` are needed keys whose absence is told of with the unknown key
    `culprit`.
    """

    keyword: str
    path: Path
    schema: Schema
    depth: int
    raw: str
    lacking: tuple[str, ...] = ()
    culprit: str = ""


def violations(name: str, data: object) -> Iterator[Violation]:
    """Yield what is wrong with a document, by the schema of that name."""
    valid = None if compiled() is None else _is_valid(name, data)
    if valid is None:
        yield from by_jsonschema(name, data)
    elif not valid:
        yield from by_rust(name, data)


def _is_valid(name: str, data: object) -> bool | None:
    """Ask the compiled validator; it cannot say of text that is no Unicode."""
    try:
        valid: bool = _rust_validator(name).is_valid(data)
    except UnicodeEncodeError:
        return None
    return valid


@cache
def compiled() -> Any:  # noqa: ANN401 - the module, or None
    """Return the compiled validator module if its wheel is installed."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    return jsonschema_rs


@cache
def _rust_validator(name: str) -> Any:  # noqa: ANN401 - a class of the optional wheel
    return compiled().Draft202012Validator(load(name))


def by_rust(name: str, data: object) -> Iterator[Violation]:
    """Yield what jsonschema-rs finds."""
    root = load(name)
    for error in _rust_validator(name).iter_errors(data):
        *steps, keyword = error.schema_path
        if error.kind.name == NAMES:
            keyword = NAMES
        schema = _at(root, steps)
        path = tuple(error.instance_path)
        yield Violation(keyword, path, schema, len(error.evaluation_path), error.message)


def by_jsonschema(name: str, data: object) -> Iterator[Violation]:
    """Yield what jsonschema finds."""
    for error in _python_validator(name).iter_errors(data):
        route = error.absolute_schema_path
        keyword = NAMES if NAMES in route else error.validator
        path = tuple(error.absolute_path)
        yield Violation(keyword, path, error.schema, len(route), error.message)


@cache
def _python_validator(name: str) -> Any:  # noqa: ANN401 - jsonschema makes the class at run time
    from jsonschema import Draft202012Validator, ValidationError
    from jsonschema.validators import extend

    def check_pattern(_: object, pattern: str, data: object, __: object) -> Iterator[object]:
        if isinstance(data, str) and not matches(pattern, data):
            yield ValidationError(f"{data!r} does not match {pattern!r}")

    checked: Any = extend(Draft202012Validator, {"pattern": check_pattern})  # type: ignore[no-untyped-call]
    return checked(load(name))


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    # Python lets `$` match before a final line break; elsewhere it does not
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))


def matches(pattern: str, data: str) -> bool:
    """Say whether text fits a pattern as JSON Schema means it."""
    return _expression(pattern).search(data) is not None


def resolve(root: Schema, reference: str) -> Schema:
    """Return what a reference within the bundle points to."""
    return _at(root, reference.removeprefix("#/").split("/"))


def _at(root: Schema, steps: Sequence[str | int]) -> Schema:
    here: Any = root
    for step in steps:
        here = here[step]
    found: Schema = here
    return found

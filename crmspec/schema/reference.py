"""The language reference, written from the schemas: per kind a table of keys and an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.ir.program import KEYS
from crmspec.schema.example import to_yaml
from crmspec.schema.library import sources
from crmspec.schema.signature import shorthand, signature

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crmspec.schema.library import Schema

_INTRODUCTION = """\
# The language

Generated from the schemas in `schemas/`; do not edit it by hand.

A project is a folder with a project file `crmspec.yaml`, resources in YAML files below
`campaigns/`, and texts below `templates/`. In a resource file each top-level key is a kind of
resource; below it stand ids, and below an id what it means. Any file may hold any kinds. A resource
is referred to by its bare id: the key says which kind is meant.

- An id has small Latin letters, digits and underscores, and begins with a letter.
- Where a list is expected, a single item may stand without brackets; only comparisons such as
  `in: [gold, silver]` always need them.
- Keys that begin with `x-` are ignored everywhere; they are a place for anchors and remarks.
- The names of anchors (`&steps`, `*steps`) have Latin letters, digits, `_` and `-`.
- A key that is not in these tables is an error.

In the tables **bold** keys are required.
"""
_COMPARISONS = (
    "| a comparison | [comparisons](#common-operators) |  "
    "| `eq`, `gte`, `in` and the others, one or several, beside the other keys. |\n"
)
_PARTS = {
    "condition": "Conditions",
    "trigger": "Triggers",
    "step": "Steps",
}


def render_language(given: Mapping[str, Schema] | None = None) -> str:
    """Return the reference as Markdown, from the schemas by name as their files have them."""
    schemas = sources() if given is None else given
    shared = _shared(schemas)
    parts = [_INTRODUCTION, _contents()]
    parts.extend(_file("project", "The project file", schemas["project"]))
    parts.extend(_every_resource(schemas["tag"], shared))
    for kind, key in KEYS.items():
        parts.extend(_file(kind, f"`{key}`", schemas[kind], key, shared))
    parts.extend(_file("identity", "`identity`", schemas["identity"]))
    for name, heading in _PARTS.items():
        parts.extend(_file(name, heading, schemas[name]))
    parts.extend(_values(schemas["common"]))
    return "\n".join(parts)


def _contents() -> str:
    kinds = " · ".join(f"[{key}](#{kind})" for kind, key in KEYS.items())
    return (
        "[Project file](#project) · [every resource](#resource)\n\n"
        f"{kinds} · [identity](#identity)\n\n"
        "[Conditions](#condition) · [Triggers](#trigger) · [Steps](#step) · [Values](#common)\n"
    )


def _shared(schemas: Mapping[str, Schema]) -> frozenset[str]:
    """Return the keys that every kind of resource has."""
    return frozenset.intersection(*(frozenset(schemas[kind]["properties"]) for kind in KEYS))


def _every_resource(schema: Schema, shared: frozenset[str]) -> Iterator[str]:
    yield '<a id="resource"></a>\n\n## Every resource\n'
    yield "Resources of every kind may have these keys.\n"
    yield _table(schema, "tag", frozenset(schema["properties"]) - shared)


def _file(
    name: str,
    heading: str,
    schema: Schema,
    key: str | None = None,
    skip: frozenset[str] = frozenset(),
) -> Iterator[str]:
    yield f'<a id="{name}"></a>\n\n## {heading}\n'
    yield f"{schema['description']}\n"
    if name not in ("condition", "trigger"):
        yield _table(schema, name, skip)
    yield _examples(schema, name, key)
    for part, definition in sorted(schema.get("$defs", {}).items()):
        if "properties" in definition and part != "map":
            yield _section(name, part, definition)


def _examples(schema: Schema, name: str, key: str | None) -> str:
    if key is not None:
        value: object = {key: {schema["x-crmspec-example"]: schema["examples"][0]}}
    elif name == "identity":
        value = {"identity": schema["examples"][0]}
    else:
        value = schema["examples"][0] if name == "project" else schema["examples"]
    return f"```yaml\n{to_yaml(value)}```\n"


def _section(name: str, part: str, definition: Schema) -> str:
    heading = f'<a id="{name}-{part}"></a>\n\n### {definition["title"]}\n'
    return "\n".join([heading, f"{definition['description']}\n", _table(definition, name)])


def _table(schema: Schema, name: str, skip: frozenset[str] = frozenset()) -> str:
    required = schema.get("required", ())
    own = schema.get("$defs", {}).get("keys", {}).get("enum", schema["properties"])
    rows = [
        _row(key, value, name, required=key in required)
        for key, value in schema["properties"].items()
        if key in own and key not in skip and not _foreign(value)
    ]
    if any(_compares(value) for key, value in schema["properties"].items() if key in own):
        rows.append(_COMPARISONS)
    head = "| key | value | default | meaning |\n|---|---|---|---|\n"
    return head + "".join(rows)


def _foreign(value: Schema) -> bool:
    """Say whether a key belongs to another table: resources, and the comparisons of a condition."""
    return value.get("$ref", "").startswith("file.") or _compares(value)


def _compares(value: Schema) -> bool:
    return "operators/properties" in value.get("$ref", "")


def _row(key: str, value: Schema, name: str, *, required: bool) -> str:
    shown = f"**`{key}`**" if required else f"`{key}`"
    default = f"`{_word(value['default'])}`" if "default" in value else ""
    short = shorthand(value, name)
    meaning = value["description"] + (f" Short: {short}." if short else "")
    cells = (shown, signature(value, name), default, meaning)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _values(common: Schema) -> Iterator[str]:
    yield '<a id="common"></a>\n\n## Values and shared parts\n'
    rows = [
        f'| <a id="common-{part}"></a>{definition["title"]} | {definition["description"]} |\n'
        for part, definition in sorted(common["$defs"].items())
        if "properties" not in definition and not part.endswith("_map")
    ]
    yield "| value | how it is written |\n|---|---|\n" + "".join(rows)
    for part, definition in sorted(common["$defs"].items()):
        if "properties" in definition:
            yield _section("common", part, definition)

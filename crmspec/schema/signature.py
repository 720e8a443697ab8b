"""Say in a few words what value a schema asks for, for the language reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.schema.library import source

if TYPE_CHECKING:
    from crmspec.schema.library import Schema

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "array": "list",
    "object": "map",
    "null": "nothing",
}
_SUFFIX = ".schema.json"


def signature(schema: Schema, here: str) -> str:
    """Describe the value of a key whose schema stands in the file `here`."""
    if "x-crmspec-ref" in schema:
        return _reference(schema)
    if "$ref" in schema:
        return _link(schema["$ref"], here)
    if "enum" in schema or "const" in schema:
        return " · ".join(f"`{_word(one)}`" for one in schema.get("enum", [schema.get("const")]))
    if schema.get("if") == {"type": "array"}:
        return f"{signature(schema['else'], here)}, or a list"
    return _by_type(schema, here)


def _by_type(schema: Schema, here: str) -> str:
    kind = schema.get("type")
    inner = schema.get("additionalProperties")
    if kind == "object" and isinstance(inner, dict):
        return f"map of names to {signature(inner, here)}"
    if kind == "array" and "items" in schema:
        return f"list of {signature(schema['items'], here)}"
    listed = kind if isinstance(kind, list) else [kind] if kind else []
    return " or ".join(_TYPES[one] for one in listed) or "anything"


def _reference(schema: Schema) -> str:
    kind = schema["x-crmspec-ref"]
    several = ", or a list" if schema.get("$ref", "").endswith("/ids") else ""
    return f"[{kind.replace('_', ' ')}](#{kind}) id{several}"


def _link(reference: str, here: str) -> str:
    name, part, title = _target(reference, here)
    described = name == "common" or "properties" in source(name).get("$defs", {}).get(part, {})
    anchor = f"{name}-{part}" if part and described else name
    return f"[{title}](#{anchor})"


def _target(reference: str, here: str) -> tuple[str, str, str]:
    """Return the file, the definition and the title a reference leads to."""
    name = reference.partition("#")[0].removesuffix(_SUFFIX) or here
    part = reference.rpartition("/$defs/")[2] if "/$defs/" in reference else ""
    whole = source(name)
    schema = whole["$defs"][part] if part else whole
    title = schema["title"].lower()
    return name, (f"{part}_map" if f"{part}_map" in whole.get("$defs", {}) else part), title


def shorthand(schema: Schema, here: str) -> str:
    """Describe the short form a value may have instead of a map, if it has one."""
    reference = schema.get("$ref") or schema.get("else", {}).get("$ref", "")
    if "/$defs/" not in reference:
        return ""
    name = reference.partition("#")[0].removesuffix(_SUFFIX) or here
    part = reference.rpartition("/$defs/")[2]
    definition = source(name)["$defs"].get(part, {})
    if f"{part}_map" not in source(name)["$defs"]:
        return ""
    return signature(definition["else"], name)


def _word(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)

"""Hand-made JSON Schemas of vendors without a description, in which no unknown field is allowed."""

from __future__ import annotations

from jsonschema import Draft202012Validator, FormatChecker


def record(required="", **properties):
    """Return the schema of an object: the names in `required` must be there, no other may be."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def nullable(schema):
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def listed(schema):
    """Return the schema of a list."""
    return {"type": "array", "items": schema}


def one_of(*values):
    """Return the schema of a value among some."""
    return {"enum": list(values)}


TEXT = {"type": "string"}
WORDS = {"type": "string", "minLength": 1}
NUMBER = {"type": "integer"}
DIGITS = {"type": "string", "pattern": "^[0-9]+$"}
FLAG = one_of(0, 1)
ANYTHING = {}


def conform(schema, value):
    """Make sure that a value is as a schema has it.

    Raises:
        jsonschema.ValidationError: it is not.
    """
    _validator(repr(schema), schema).validate(value)


_KNOWN = {}


def _validator(name, schema):
    if name not in _KNOWN:
        Draft202012Validator.check_schema(schema)
        _KNOWN[name] = Draft202012Validator(schema, format_checker=FormatChecker())
    return _KNOWN[name]

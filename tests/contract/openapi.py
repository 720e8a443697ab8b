"""A vendor's OpenAPI description, against which a stand-in checks all that it is told and says."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def specification(name):
    """Return the path of a description, such as `knock/knock-mapi.openapi.yml`, or None.

    They are not kept in the repository: `CRMSPEC_SPECS` names the folder, by default
    `../shared/specs` beside the checkout.
    """
    folder = Path(os.environ.get("CRMSPEC_SPECS") or ROOT.parent / "shared" / "specs")
    path = folder / name
    return path if path.is_file() else None


@cache
def description(name, amend=None):
    """Return a description as openapi-core has it, or None if it is not there.

    `amend` puts right what another page of the vendor says better.
    """
    path = specification(name)
    if path is None:
        return None
    import yaml
    from openapi_core import Config, OpenAPI

    loader = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
    # A bare `=` is a text, whatever YAML 1.1 had in mind.
    loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)
    data = path.read_bytes()
    found = json.loads(data) if path.suffix == ".json" else yaml.load(data, Loader=loader)
    if amend is not None:
        amend(found)
    # Whether the description itself is in order is for the vendor to know.
    whole = tightened(joined(found, found))
    return OpenAPI.from_dict(whole, config=Config(spec_validator_cls=None))


def joined(node, root, inside=()):
    """Return a description in which each `allOf` is one schema, so that it can be tightened.

    Of choices that are the same by other names, the first is left.
    """
    if isinstance(node, list):
        return [joined(one, root, inside) for one in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("oneOf"), list):
        choices = {_shape(one, root): one for one in reversed(node["oneOf"])}
        node = node | {"oneOf": [*choices.values()][::-1]}
    names = [part["$ref"] for part in node.get("allOf", ()) if "$ref" in part]
    if "allOf" not in node or set(names) & set(inside):
        return {key: joined(one, root, inside) for key, one in node.items()}
    made = {key: joined(one, root, inside) for key, one in node.items() if key != "allOf"}
    for part in node["allOf"]:
        resolved = _resolved(part["$ref"], root) if "$ref" in part else part
        made = _merged(made, joined(resolved, root, (*inside, *names)))
    return made


def _shape(schema, root):
    found = _resolved(schema["$ref"], root) if "$ref" in schema else schema
    return json.dumps({key: found[key] for key in found if key not in {"title", "description"}})


def _resolved(ref, root):
    for name in ref.removeprefix("#/").split("/"):
        root = root[name.replace("~1", "/").replace("~0", "~")]
    return root


def _merged(one, other):
    made = dict(one)
    for key, value in other.items():
        if key == "required":
            made[key] = sorted({*made.get(key, ()), *value})
        elif isinstance(value, dict) and isinstance(made.get(key), dict):
            made[key] = _merged(made[key], value)
        else:
            made[key] = value
    return made


def tightened(node):
    """Return a description that finds more: no unknown fields, and no choice that takes anything.

    `anyOf: [X, {nullable: true}]` means X or null, but says that anything will do; whole numbers
    are numbers, so that `oneOf` the two takes none.
    """
    if isinstance(node, list):
        return [tightened(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: one if key == "example" else tightened(one) for key, one in node.items()}
    for word in ("anyOf", "oneOf"):
        if isinstance(node.get(word), list) and any(map(_says_nothing, node[word])):
            made[word] = [one for one in made[word] if not _says_nothing(one)]
            made["nullable"] = True
        types = [one.get("type") for one in node.get(word, ()) if isinstance(one, dict)]
        if "number" in types:
            made[word] = [one for one in made[word] if one.get("type") != "integer"]
    if node.get("type") == "object" and isinstance(node.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made


def _says_nothing(schema):
    return isinstance(schema, dict) and {key for key in schema if key[:2] != "x-"} == {"nullable"}


def check(api, base, exchange, media_type):
    """Make sure that a request and its answer are as described; answers of 4xx and 5xx are free."""
    from openapi_core.testing import MockRequest, MockResponse

    request = MockRequest(
        base,
        exchange.method.lower(),
        exchange.path,
        args=exchange.query,
        headers=exchange.headers,
        data=exchange.data or None,
        content_type=exchange.headers.get("content-type", media_type),
    )
    if exchange.status < 400:
        api.validate_request(request)
        answer = MockResponse(exchange.answer, exchange.status, content_type=media_type)
        api.validate_response(request, answer)

"""A vendor's OpenAPI description, against which a stand-in checks all that it is told and says."""

from __future__ import annotations

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
def description(name):
    """Return a description as openapi-core has it, or None if it is not there."""
    path = specification(name)
    if path is None:
        return None
    import yaml
    from openapi_core import Config, OpenAPI

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = yaml.load(path.read_bytes(), Loader=loader)
    # Whether the description itself is in order is for the vendor to know.
    return OpenAPI.from_dict(tightened(found), config=Config(spec_validator_cls=None))


def tightened(node):
    """Return a description that finds more: no unknown fields, and no choice that takes anything.

    `anyOf: [X, {nullable: true}]` means X or null, but says that anything will do.
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
    )
    if exchange.status < 400:
        api.validate_request(request)
        answer = MockResponse(exchange.answer, exchange.status, content_type=media_type)
        api.validate_response(request, answer)

"""The author's words for kinds of resources and types of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.ir.program import KINDS

if TYPE_CHECKING:
    from crmspec.ir.value import Located

_KIND_OF: dict[type[Located], str] = {cls: kind for kind, cls in KINDS.values()}


def kind_of(resource: Located) -> str:
    """Return the kind of a resource as references name it."""
    return _KIND_OF[type(resource)]


KIND: dict[str, Text] = {
    "event": text("event"),
    "attribute": text("attribute"),
    "consent": text("consent"),
    "channel": text("channel"),
    "channel_group": text("channel group"),
    "list": text("list"),
    "segment": text("segment"),
    "feed": text("feed"),
    "coupon": text("coupon"),
    "block": text("block"),
    "layout": text("layout"),
    "message": text("message"),
    "chain": text("chain"),
    "broadcast": text("broadcast"),
    "frequency": text("frequency rule"),
    "goal": text("goal"),
    "experiment": text("experiment"),
    "stage": text("stage"),
    "job": text("job"),
    "system": text("system"),
    "flow": text("flow"),
    "directory": text("directory"),
    "object": text("object"),
    "tag": text("tag"),
    "exclusive": text("exclusive group"),
    "persona": text("persona"),
    "test": text("test"),
    "profile": text("profile"),
    "target": text("target"),
    "environment": text("environment"),
}
A_KIND: dict[str, Text] = {
    "event": text("an event"),
    "attribute": text("an attribute"),
    "consent": text("a consent"),
    "channel": text("a channel"),
    "channel_group": text("a channel group"),
    "list": text("a list"),
    "segment": text("a segment"),
    "feed": text("a feed"),
    "coupon": text("a coupon"),
    "block": text("a block"),
    "layout": text("a layout"),
    "message": text("a message"),
    "chain": text("a chain"),
    "broadcast": text("a broadcast"),
    "frequency": text("a frequency rule"),
    "goal": text("a goal"),
    "experiment": text("an experiment"),
    "stage": text("a stage"),
    "job": text("a job"),
    "system": text("a system"),
    "flow": text("a flow"),
    "directory": text("a directory"),
    "object": text("an object"),
    "tag": text("a tag"),
    "exclusive": text("an exclusive group"),
    "persona": text("a persona"),
    "test": text("a test"),
    "profile": text("a profile"),
    "target": text("a target"),
    "environment": text("an environment"),
}
A_TYPE: dict[str, Text] = {
    "string": text("text"),
    "number": text("a number"),
    "integer": text("a whole number"),
    "boolean": text("`true` or `false`"),
    "date": text("a date"),
    "datetime": text("a date with a time"),
    "enum": text("one of fixed values"),
    "array": text("a list of values"),
    "object": text("an object"),
    "geo": text("a place on the map"),
}

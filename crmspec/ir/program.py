"""The program: every resource of a project by kind and id, frozen and typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import chain, message, resource
from crmspec.ir.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Resource

KINDS: dict[str, tuple[str, type[Resource]]] = {
    "events": ("event", resource.Event),
    "attributes": ("attribute", resource.Attribute),
    "consents": ("consent", resource.Consent),
    "channels": ("channel", resource.Channel),
    "channel_groups": ("channel_group", resource.ChannelGroup),
    "lists": ("list", resource.List),
    "segments": ("segment", resource.Segment),
    "feeds": ("feed", message.Feed),
    "coupons": ("coupon", message.Coupon),
    "blocks": ("block", message.Block),
    "layouts": ("layout", message.Layout),
    "messages": ("message", message.Message),
    "chains": ("chain", chain.Chain),
    "broadcasts": ("broadcast", resource.Broadcast),
    "frequency": ("frequency", resource.Frequency),
    "goals": ("goal", resource.Goal),
    "experiments": ("experiment", resource.Experiment),
    "stages": ("stage", resource.Stage),
    "jobs": ("job", resource.Job),
    "systems": ("system", resource.System),
    "flows": ("flow", resource.Flow),
    "directories": ("directory", resource.Directory),
    "objects": ("object", resource.Object),
    "tags": ("tag", resource.Tag),
    "exclusive": ("exclusive", resource.Exclusive),
    "personas": ("persona", resource.Persona),
    "tests": ("test", resource.Test),
    "profiles": ("profile", resource.Profile),
    "targets": ("target", resource.Target),
}
"""Top-level key → (kind as references and addresses name it, IR type)."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A whole project; each field is named after its top-level YAML key, by id, in id order."""

    project: Project = Project()
    identity: resource.Identity | None = None
    events: dict[str, resource.Event] = {}
    attributes: dict[str, resource.Attribute] = {}
    consents: dict[str, resource.Consent] = {}
    channels: dict[str, resource.Channel] = {}
    channel_groups: dict[str, resource.ChannelGroup] = {}
    lists: dict[str, resource.List] = {}
    segments: dict[str, resource.Segment] = {}
    feeds: dict[str, message.Feed] = {}
    coupons: dict[str, message.Coupon] = {}
    blocks: dict[str, message.Block] = {}
    layouts: dict[str, message.Layout] = {}
    messages: dict[str, message.Message] = {}
    chains: dict[str, chain.Chain] = {}
    broadcasts: dict[str, resource.Broadcast] = {}
    frequency: dict[str, resource.Frequency] = {}
    goals: dict[str, resource.Goal] = {}
    experiments: dict[str, resource.Experiment] = {}
    stages: dict[str, resource.Stage] = {}
    jobs: dict[str, resource.Job] = {}
    systems: dict[str, resource.System] = {}
    flows: dict[str, resource.Flow] = {}
    directories: dict[str, resource.Directory] = {}
    objects: dict[str, resource.Object] = {}
    tags: dict[str, resource.Tag] = {}
    exclusive: dict[str, resource.Exclusive] = {}
    personas: dict[str, resource.Persona] = {}
    tests: dict[str, resource.Test] = {}
    profiles: dict[str, resource.Profile] = {}
    targets: dict[str, resource.Target] = {}
    files: dict[str, str] = {}

    def resources(self) -> Iterator[tuple[str, Resource]]:
        """Yield `(kind, resource)` for every resource, kinds in language order, ids sorted."""
        for key, (kind, _) in KINDS.items():
            for item in getattr(self, key).values():
                yield kind, item

    def find(self, kind: str, id_: str) -> Resource | None:
        """Return the resource of a kind by id, or None."""
        found: Resource | None = getattr(self, KEYS[kind]).get(id_)
        return found


KEYS: dict[str, str] = {kind: key for key, (kind, _) in KINDS.items()}
"""Kind → top-level key."""

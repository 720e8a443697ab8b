"""The program: every resource of a project by kind and id, frozen and typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import audience, chain, channel, data, journey, measure, message, target, trial
from crmspec.ir.environment import Environment
from crmspec.ir.frequency import Exclusive, Frequency, Tag
from crmspec.ir.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.ir.value import Resource

KINDS: dict[str, tuple[str, type[Resource]]] = {
    "events": ("event", data.Event),
    "attributes": ("attribute", data.Attribute),
    "consents": ("consent", channel.Consent),
    "channels": ("channel", channel.Channel),
    "channel_groups": ("channel_group", channel.ChannelGroup),
    "lists": ("list", channel.List),
    "segments": ("segment", audience.Segment),
    "feeds": ("feed", message.Feed),
    "coupons": ("coupon", message.Coupon),
    "blocks": ("block", message.Block),
    "layouts": ("layout", message.Layout),
    "messages": ("message", message.Message),
    "chains": ("chain", chain.Chain),
    "broadcasts": ("broadcast", audience.Broadcast),
    "frequency": ("frequency", Frequency),
    "goals": ("goal", measure.Goal),
    "experiments": ("experiment", measure.Experiment),
    "stages": ("stage", journey.Stage),
    "jobs": ("job", journey.Job),
    "systems": ("system", journey.System),
    "flows": ("flow", journey.Flow),
    "directories": ("directory", data.Directory),
    "objects": ("object", data.Object),
    "tags": ("tag", Tag),
    "exclusive": ("exclusive", Exclusive),
    "personas": ("persona", trial.Persona),
    "tests": ("test", trial.Test),
    "profiles": ("profile", target.Profile),
    "targets": ("target", target.Target),
    "environments": ("environment", Environment),
}
"""Top-level key → (kind as references and addresses name it, IR type)."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A whole project; each field is named after its top-level YAML key, by id, in id order."""

    project: Project = Project()
    identity: data.Identity | None = None
    events: dict[str, data.Event] = {}
    attributes: dict[str, data.Attribute] = {}
    consents: dict[str, channel.Consent] = {}
    channels: dict[str, channel.Channel] = {}
    channel_groups: dict[str, channel.ChannelGroup] = {}
    lists: dict[str, channel.List] = {}
    segments: dict[str, audience.Segment] = {}
    feeds: dict[str, message.Feed] = {}
    coupons: dict[str, message.Coupon] = {}
    blocks: dict[str, message.Block] = {}
    layouts: dict[str, message.Layout] = {}
    messages: dict[str, message.Message] = {}
    chains: dict[str, chain.Chain] = {}
    broadcasts: dict[str, audience.Broadcast] = {}
    frequency: dict[str, Frequency] = {}
    goals: dict[str, measure.Goal] = {}
    experiments: dict[str, measure.Experiment] = {}
    stages: dict[str, journey.Stage] = {}
    jobs: dict[str, journey.Job] = {}
    systems: dict[str, journey.System] = {}
    flows: dict[str, journey.Flow] = {}
    directories: dict[str, data.Directory] = {}
    objects: dict[str, data.Object] = {}
    tags: dict[str, Tag] = {}
    exclusive: dict[str, Exclusive] = {}
    personas: dict[str, trial.Persona] = {}
    tests: dict[str, trial.Test] = {}
    profiles: dict[str, target.Profile] = {}
    targets: dict[str, target.Target] = {}
    environments: dict[str, Environment] = {}
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

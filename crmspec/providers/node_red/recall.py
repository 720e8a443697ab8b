"""What a tab does not tell: the messages of its steps, the options of the target, the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from crmspec.ir import walk
from crmspec.ir.chain import Chain
from crmspec.ir.step import Send
from crmspec.lower.outcome import Key
from crmspec.providers.node_red.flow import step_ids
from crmspec.providers.node_red.option import Options, options

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.lower.survey import Survey

PROJECT = "project"
"""The key of a body that is to be decoded under which this is."""


class Recalled(msgspec.Struct, frozen=True):
    """The project's name, what its target says, and messages by the ids of steps that send them."""

    project: str | None = None
    options: Options | None = None
    messages: dict[str, str] = {}


def recalled(address: Address, body: Body, survey: Survey, target: Target) -> Body:
    """Return a tab with what the project says of it."""
    chain, messages = survey.wanted.get(Key("chain", address.id)), dict[str, str]()
    if isinstance(chain, Chain):
        ids = step_ids(chain)
        for one in walk(chain):
            if isinstance(one, Send) and one.send.message is not None:
                messages[ids[id(one)]] = one.send.message.id
    project = survey.program.project.project
    return {**body, PROJECT: Recalled(project, options(target), messages)}

"""The project's defaults, written into the resources that leave them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from crmspec.document import Mapping
from crmspec.ir.message import Utm

if TYPE_CHECKING:
    from crmspec.ir.chain import Chain
    from crmspec.ir.message import Message
    from crmspec.ir.project import ChainDefaults, MessageDefaults
    from crmspec.ir.value import Located

Node = TypeVar("Node", bound="Located")


def chain_with(chain: Chain, defaults: ChainDefaults) -> Chain:
    """Return the chain with the defaults for what its author left out."""
    return _filled(chain, defaults, ("timezone", "frequency", "quiet_hours"))


def message_with(message: Message, defaults: MessageDefaults) -> Message:
    """Return the message with the defaults; link marks are filled in one by one."""
    made = _filled(message, defaults, ("category",))
    if defaults.utm is None:
        return made
    utm = _filled(made.utm or Utm(), defaults.utm, Utm.__struct_fields__)
    return msgspec.structs.replace(made, utm=utm)


def _filled(node: Node, defaults: Located, fields: tuple[str, ...]) -> Node:
    source = node.place.node
    written = source.entries if isinstance(source, Mapping) else {}
    missing = {
        name: getattr(defaults, name)
        for name in fields
        if name != "place" and name not in written and getattr(defaults, name)
    }
    return msgspec.structs.replace(node, **missing) if missing else node

"""What is asked of a channel: consent to marketing, what became of e-mails; the way there and back.

Klaviyo knows no consents and no channels of a project: which of them is meant, the project tells.
What it is goes into the condition under `asks`, for the decoders.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from crmspec.ir import walk
from crmspec.ir.condition import ChannelReaction, ConsentIs, Reachable

if TYPE_CHECKING:
    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir import Program

ASKS = "asks"
SCOPES = {"email": "email", "sms": "sms", "mobile_push": "push"}
"""What Klaviyo calls the types of channels."""
REACTIONS = {"received": "Received Email", "opened": "Opened Email", "clicked": "Clicked Email"}
"""Metrics of Klaviyo's own, by what a customer did with an e-mail."""

_TYPE = "profile-marketing-consent"


def marketing(scope: str, *, can: bool, status: str) -> Body:
    """Return that marketing may be sent, or may not, to who has this status."""
    consent: Body = {"channel": scope, "can_receive_marketing": can}
    consent["consent_status"] = {"subscription": status}
    return {"type": _TYPE, "consent": consent}


_FORMS = (
    *((marketing("email", can=can, status="any"), ("reachable",)) for can in (True, False)),
    (marketing("email", can=True, status="subscribed"), ("consent",)),
    (marketing("email", can=True, status="never_subscribed"), ("consent",)),
    (marketing("sms", can=True, status="subscribed"), ("consent", "reachable")),
    (marketing("sms", can=False, status="any"), ("consent", "reachable")),
    *((marketing("push", can=can, status="any"), ("reachable",)) for can in (True, False)),
)
"""Conditions of ours, and the subjects of those that they may come from."""


# -- the way back -----------------------------------------------------------------------------


class Asked:
    """What conditions of a resource ask of the project's channels, as far as only one can be meant.

    That is what the resource itself asks, else the only consent (or channel) of the kind; of
    several consents it is the one that a channel has.
    """

    def __init__(self, program: Program, address: Address) -> None:
        self._program, self._address = program, address

    def told(self, value: object) -> object:
        """Return data with what its conditions ask."""
        if isinstance(value, list):
            return [self.told(one) for one in value]
        if not isinstance(value, dict):
            return value
        made = {key: self.told(one) for key, one in value.items()}
        found = self._asks(value)
        return made if found is None else made | {ASKS: found}

    def _asks(self, body: Body) -> Body | None:
        if body.get("type") == _TYPE:
            subjects = next((subjects for form, subjects in _FORMS if form == body), ())
            scope = cast("Body", body.get("consent") or {}).get("channel")
            return self._meant(str(scope), subjects)
        if body.get("metric_id") in REACTIONS.values() and not body.get("metric_filters"):
            return self._meant("email", ("channel",))
        return None

    def _meant(self, scope: str, subjects: tuple[str, ...]) -> Body | None:
        node = self._program.find(self._address.kind, self._address.id)
        leaves = [] if node is None else [_leaf(one) for one in walk(node)]
        own = {one for one in leaves if one[0] in subjects and self._scope(*one) == scope}
        for found in (own, *(self._known(scope, subject) for subject in subjects)):
            if found:
                return dict(found) if len(found) == 1 else None
        return None

    def _known(self, scope: str, subject: str) -> set[tuple[str, str]]:
        """Return what the project may ask, by subject."""
        channels = self._program.channels
        ids = self._program.consents if subject == "consent" else channels
        found = {id_ for id_ in ids if self._scope(subject, id_) == scope}
        usual = {one.consent.id for one in channels.values() if one.consent is not None}
        if subject == "consent" and len(found) > 1:
            found = (found & usual) or found
        return {(subject, id_) for id_ in found}

    def _scope(self, subject: str, id_: str) -> str:
        """Return what Klaviyo calls the type of a channel, or of that of a consent."""
        if subject == "consent":
            consent = self._program.consents.get(id_)
            ref = consent.channel if consent is not None else None
            id_ = ref.id if ref is not None else ""
        channel = self._program.channels.get(id_)
        return "" if channel is None else SCOPES.get(channel.type, "")


def _leaf(node: object) -> tuple[str, str]:
    """Return the subject of a condition on a channel, and the id of what it is about."""
    match node:
        case ConsentIs(is_="subscribed", topic=None):
            return "consent", node.consent.id
        case Reachable():
            return "reachable", node.reachable.id
        case ChannelReaction():
            return "channel", node.channel.id
    return "", ""


def unpaired(group: list[Body]) -> list[Body]:
    """Return a group without those who never subscribed: they make one `not` of an e-mail consent.

    What takes their place is a condition that fails for who is subscribed.
    """
    never = next((one for one in group if _is_never(one)), None)
    barred = next((one for one in group if one.get("consent") == _BARRED["consent"]), None)
    if never is None or barred is None:
        return group
    asks = barred | {ASKS: never.get(ASKS)}
    return [asks if one is barred else one for one in group if one is not never]


_BARRED = marketing("email", can=False, status="any")
_NEVER = marketing("email", can=True, status="never_subscribed")


def _is_never(one: Body) -> bool:
    return one.get("consent") == _NEVER["consent"]


def asked(one: Body) -> Body | None:
    """Return what a condition on marketing asks, None if the project does not tell."""
    found = cast("Body | None", one.get(ASKS))
    if found is None or _is_never(one):
        return None
    return found if cast("Body", one["consent"])["can_receive_marketing"] else {"not": found}

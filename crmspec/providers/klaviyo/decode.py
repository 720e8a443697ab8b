"""The way back: flows as chains, campaigns as broadcasts, templates as messages.

What has no words in the language, or others than our own encoders would find, is `WordlessError`.
"""

from __future__ import annotations

import json
from itertools import chain, takewhile
from typing import TYPE_CHECKING, cast

from crmspec.engine.resource import Address, pointed
from crmspec.engine.survey import slug
from crmspec.engine.way_back import WordlessError
from crmspec.providers.klaviyo.consent import REACTIONS
from crmspec.providers.klaviyo.delay import waits
from crmspec.providers.klaviyo.segment import ID, decode_segment, length, tested
from crmspec.providers.klaviyo.wording import authored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmspec.engine.body import Body

_CHANNELS = {"send-email": "email", "send-sms": "sms", "send-mobile-push": "push"}
_TYPES = {"email": "email", "sms": "sms", "push": "mobile_push"}
_ENDED = "end"
_WHOLE = 100


_ODD = (WordlessError, LookupError, TypeError, AttributeError, ValueError)


def decode_chain(body: Body) -> Body:
    """Return a flow as a chain; nothing if it has no words."""
    try:
        return _chain(body)
    except _ODD:
        return {}


def decode_broadcast(body: Body) -> Body:
    """Return a campaign as a broadcast; nothing if it has no words."""
    try:
        return _broadcast(body)
    except _ODD:
        return {}


def decode_message(body: Body) -> Body:
    """Return the text of a template; what else a message has is in who sends it."""
    source = authored(body.get("html"))
    return {} if source is None else {"source": source}


def decode_block(body: Body) -> Body:
    """Return universal content of HTML as a block; nothing if it is of another kind."""
    definition = cast("Body", body.get("definition") or {})
    if definition.get("type") != "html":
        return {}
    source = authored(cast("Body", definition.get("data") or {}).get("content"))
    return {} if source is None else {"template": source}


def parts(address: Address, body: Body) -> dict[Address, Body]:
    """Return the messages that a flow or campaign sends, and their channels."""
    found: dict[Address, Body] = {}
    for channel, message in _letters(address, body):
        try:
            id_, fields = _letter(channel, message)
        except _ODD:
            continue
        found.setdefault(Address("message", id_), fields)
        found.setdefault(Address("channel", channel), _channel(channel, message))
    return found


def _letters(address: Address, body: Body) -> Iterator[tuple[str, Body]]:
    if address.kind == "broadcast":
        held = cast("Body", body.get("message") or {})
        content = cast("Body", held.get("content") or {})
        yield "email", {**held, **content, "subject_line": content.get("subject")}
    for one in cast("list[Body]", body.get("actions") or []) if address.kind == "chain" else ():
        channel = _CHANNELS.get(str(one.get("type")))
        message = cast("Body", one.get("data") or {}).get("message")
        if channel is not None and isinstance(message, dict):
            yield channel, message


def _letter(channel: str, message: Body) -> tuple[str, Body]:
    """Return the id of a message and what is known of it from who sends it."""
    fields: Body = {"channel": channel}
    if message.get("transactional"):
        fields["category"] = "transactional"
    if channel == "email":
        return pointed(message["template_id"], "message"), fields | {
            "subject": _said(message["subject_line"])
        }
    fields |= {"title": message["name"], "text": _said(message["body"])}
    if channel == "push" and message.get("title"):
        fields["heading"] = _said(message["title"])
    if message.get("push_type") == "silent":
        fields["silent"] = True
    return _named(message), fields


def _channel(channel: str, message: Body) -> Body:
    made: Body = {"type": _TYPES[channel]}
    if message.get("from_email"):
        made["from"] = {"name": message.get("from_label") or "", "email": message["from_email"]}
    if message.get("reply_to_email"):
        made["reply_to"] = message["reply_to_email"]
    return made


def _named(message: Body) -> str:
    return slug(str(message["name"])) or "message"


def _said(words: object) -> str:
    found = authored(words)
    if found is None:
        raise WordlessError
    return found


# -- broadcasts -------------------------------------------------------------------------------


def _broadcast(body: Body) -> Body:
    groups, held = cast("Body", body["audiences"]), cast("Body", body["message"])
    audience: Body = {
        ours: [pointed(one, "segment") for one in cast("list[object]", groups[theirs])]
        for ours, theirs in (("include", "included"), ("exclude", "excluded"))
        if groups.get(theirs)
    }
    message = pointed(held["template_id"], "message")
    return {
        "audience": audience,
        "message": message,
        **_moment(cast("Body", body["send_strategy"])),
    }


def _moment(asked: Body) -> Body:
    if asked["method"] == "immediate":
        return {}
    if asked["method"] == "smart_send_time":
        return {"at": asked["date"], "optimize_send_time": True}
    if asked["method"] not in {"static", "throttled"}:
        raise WordlessError
    options = cast("Body", asked.get("options") or {})
    moment, _, zone = str(asked["datetime"]).partition("+")
    if zone != "00:00":
        raise WordlessError
    made: Body = {
        "at": moment.removesuffix(":00"),
        "timezone": "profile" if options.get("is_local") else "UTC",
    }
    if asked["method"] == "throttled":
        return made | {"throttle": f"{asked['throttle_percentage']}%/h"}
    late = options.get("send_past_recipients_immediately")
    return made | ({"if_past": "send_now"} if late else {})


# -- chains -----------------------------------------------------------------------------------


def _chain(body: Body) -> Body:
    made: Body = {"trigger": [_trigger(cast("Body", body["trigger"]))]}
    made |= _stay(cast("Body", body.get("profile_filter") or {}))
    made |= _reentry(cast("Body", body["reentry_criteria"]))
    actions = cast("list[Body]", body.get("actions") or [])
    steps = _Steps(actions)
    made["steps"] = steps.after("1" if actions else None)
    if steps.left:
        raise WordlessError
    return made


def _trigger(asked: Body) -> Body:
    if asked["type"] in {"segment", "list"}:
        kind = str(asked["type"])
        return {kind: pointed(asked["id"], kind)}
    if asked["type"] != "metric" or not ID.fullmatch(str(asked["id"])):
        raise WordlessError
    where: dict[str, Body] = {}
    for group in _groups(cast("Body", asked.get("trigger_filter") or {})):
        (one,) = group
        where.setdefault(str(one["field"]), {}).update(_test(one))
    return {"event": asked["id"], **({"where": where} if where else {})}


def _groups(found: Body) -> list[list[Body]]:
    listed = cast("list[Body]", found.get("condition_groups") or [])
    return [cast("list[Body]", one["conditions"]) for one in listed]


def _test(one: Body) -> Body:
    """Return how a property of the event is compared."""
    if one["type"] != "metric-property" or not ID.fullmatch(str(one["field"])):
        raise WordlessError
    return tested(cast("Body", one["filter"]))


def _stay(asked: Body) -> Body:
    """Return who comes in, and who leaves: what has not happened since the start is an exit."""
    leaves: list[Body] = []
    others: list[object] = []
    for group in _groups(asked):
        event = _not_since_start(group)
        if event is None:
            others.append({"conditions": group})
        else:
            leaves.append({"event": event})
    made: Body = {"exit": leaves} if leaves else {}
    if others:
        made |= {"audience": _condition({"condition_groups": others})}
    return made


def _not_since_start(group: list[Body]) -> str | None:
    one = group[0]
    frame = cast("Body", one.get("timeframe_filter") or {})
    if len(group) > 1 or frame.get("operator") != "flow-start":
        return None
    counted = cast("Body", one["measurement_filter"])
    nothing = (counted["operator"], counted["value"]) == ("equals", 0)
    if not nothing or one.get("metric_filters") or not ID.fullmatch(str(one["metric_id"])):
        raise WordlessError
    return str(one["metric_id"])


def _condition(asked: Body) -> Body:
    """Return what a flow asks; of messages that is what became of them in this passage."""
    found = decode_segment({"definition": asked})
    if not found or any(map(_ever, chain.from_iterable(_groups(asked)))):
        raise WordlessError
    return found


def _ever(one: Body) -> bool:
    """Say whether it is asked what ever became of a message."""
    frame = cast("Body", one.get("timeframe_filter") or {})
    copies = one.get("metric_id") in REACTIONS.values() and one.get("metric_filters")
    return bool(copies) and frame.get("operator") == "alltime"


def _reentry(asked: Body) -> Body:
    if asked["unit"] == "alltime":
        again: Body = {"mode": "always", "concurrent": True}
        return {} if asked["duration"] else {"reentry": again}
    after = length(asked["duration"], asked["unit"])
    return {"reentry": {"mode": "after", "after": after, "concurrent": True}}


class _Steps:
    """The steps of a flow; actions that several lead to have no words, since ours never do that.

    `left` are the actions that no way has led to yet.
    """

    def __init__(self, actions: list[Body]) -> None:
        self.left = {str(one["id"]): one for one in actions}

    def after(self, id_: object) -> list[Body]:
        """Return the steps from an action on; what all ways of a fork end with comes after it."""
        made: list[Body] = []
        while id_ is not None:
            action = self.left.pop(str(id_))
            data, links = cast("Body", action["data"]), cast("Body", action.get("links") or {})
            if action["type"] in {"conditional-split", "trigger-split"}:
                yes = self.after(links.get("next_if_true"))
                no = self.after(links.get("next_if_false"))
                return [*made, *_fork(str(action["type"]), data, yes, no)]
            if "status" in data:
                raise WordlessError
            made += _steps(str(action["type"]), data)
            id_ = links.get("next")
        return made


def _steps(type_: str, data: Body) -> list[Body]:
    found = waits(data) if type_ == "time-delay" else [_STEPS[type_](data)]
    if not found:
        raise WordlessError
    return found


def _fork(type_: str, data: Body, yes: list[Body], no: list[Body]) -> list[Body]:
    found = cast("Body", data["profile_filter"]) if type_ != "trigger-split" else None
    first = _groups(found)[0][0] if found is not None else {}
    if first.get("type") == "profile-sample":
        share = int(cast("int", first["percentage"]))
        yes, no, after = _parted(yes, no)
        arms = {"a": _arm(share, yes), "b": _arm(_WHOLE - share, no)}
        return [{"split": {"arms": arms}}, *after]
    if found is None:
        return _branch(_asked(_groups(cast("Body", data["trigger_filter"]))), yes, no)
    return _branch(_condition(found), yes, no)


def _parted(one: list[Body], other: list[Body]) -> tuple[list[Body], list[Body], list[Body]]:
    """Return two ways without the steps that both end with, and these: the ways meet there.

    Klaviyo has copies of them, in each way its own.
    """
    pairs = zip(reversed(one), reversed(other), strict=False)
    count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return one[: len(one) - count], other[: len(other) - count], one[len(one) - count :]


def _arm(weight: int, steps: list[Body]) -> Body:
    return {"weight": weight, **({"steps": steps} if steps else {})}


def _branch(asked: Body, yes: list[Body], no: list[Body]) -> list[Body]:
    if not yes:
        return [{"branch": {"cases": [{"if": asked, "then": [{"exit": _ENDED}]}]}}, *no]
    then, other, after = _parted(yes, no)
    case = {"if": asked, "then": then}
    return [{"branch": {"cases": [case], **({"else": other} if other else {})}}, *after]


def _asked(groups: list[list[Body]]) -> Body:
    found = [_joined("any", [{"trigger": one["field"], **_test(one)} for one in g]) for g in groups]
    return _joined("all", found)


def _joined(word: str, asked: list[Body]) -> Body:
    return asked[0] if len(asked) == 1 else {word: asked}


def _send(data: Body) -> Body:
    held = cast("Body", data["message"])
    if "template_id" in held:
        return {"send": {"message": pointed(held["template_id"], "message")}}
    return {"send": {"message": _named(held)}}


def _update(data: Body) -> Body:
    change: Body = {}
    for one in cast("list[Body]", data["profile_operations"]):
        name = str(one["property_key"])
        if not ID.fullmatch(name):
            raise WordlessError
        if one["operator"] == "delete":
            cast("list[str]", change.setdefault("unset", [])).append(name)
        elif one["operator"] == "update" and "unset" not in change:
            cast("Body", change.setdefault("set", {}))[name] = one["property_value"]
        else:
            raise WordlessError
    return {"update": change}


def _list(data: Body) -> Body:
    word = "add" if data["on_execution"] else "remove"
    return {"list": {word: [pointed(data["list_id"], "list")]}}


def _webhook(data: Body) -> Body:
    held = cast("Body", data["message"])
    call: Body = {"url": held["url"]}
    if held.get("headers"):
        call["headers"] = held["headers"]
    if held.get("body") is not None:
        call["body"] = json.loads(str(held["body"]))
    return {"webhook": call}


_STEPS = {
    **dict.fromkeys(_CHANNELS, _send),
    "update-profile": _update,
    "list-update": _list,
    "send-webhook": _webhook,
}

"""From a journey back to a chain, where every part of it has words; step ids are names of nodes."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, cast

from crmspec.engine.resource import pointed
from crmspec.engine.way_back import WordlessError, length, only
from crmspec.providers.onesignal.segment import typed
from crmspec.providers.onesignal.shape import nodes_of
from crmspec.providers.onesignal.window import waited

if TYPE_CHECKING:
    from crmspec.engine.body import Body

_SENDS = frozenset({"send_email", "send_sms", "send_push"})
_HEAD = frozenset({"client_node_id", "annotation", "kind"})
_NUMBERS = {
    "equal": "eq",
    "not_equal": "neq",
    "less": "lt",
    "less_or_equal": "lte",
    "greater": "gt",
    "greater_or_equal": "gte",
}
_TEXTS = {"is": "eq", "is_not": "neq"}
_REACTIONS = {"received": "delivered", "opened": "opened", "clicked": "clicked"}
_AUDIENCE = "audience"
_WINDOW = "time_window"


def decode_chain(body: Body) -> Body:
    """Return who enters, how often, why they leave, and the steps; nothing if a part has no words.

    Law: what is built of it compiles to the journey again.
    """
    try:
        return _Chain(body).fields()
    except (WordlessError, KeyError, TypeError, ValueError):
        return {}


class _Chain:
    """One journey on its way back."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._sent = {
            str(one.get("client_node_id")): one.get("template_id")
            for one in nodes_of(body.get("nodes"))
            if one.get("kind") in _SENDS
        }
        self._windows: list[Body] = []

    def fields(self) -> Body:
        """Return the fields of the chain."""
        body = only(self._body, {"audience", "reentry_rules", "early_exit", "nodes"})
        nodes = cast("list[Body]", body["nodes"])
        made: Body = {"trigger": [self._trigger(cast("Body", body["audience"]))]}
        if _is_asked_first(nodes):
            yes = cast("list[Body]", nodes[0]["branches"])[0]
            made |= {_AUDIENCE: self._condition(yes["condition"]), "recheck": "entry"}
            nodes = cast("list[Body]", yes["nodes"])
        steps = self._steps(nodes)
        made |= _again(body.get("reentry_rules")) | _leaving(body.get("early_exit"))
        # Who has it there has accepted what it does otherwise.
        return made | self._hours() | {"on_unsupported": "degrade", "steps": steps}

    def _trigger(self, audience: Body) -> Body:
        if audience["kind"] == "event_trigger":
            return _event(audience)
        if audience["kind"] != "segment":
            raise WordlessError
        only(audience, {"kind", "included_segment_ids", "future_additions_only"})
        (segment,) = cast("list[object]", audience["included_segment_ids"])
        later = audience.get("future_additions_only") is True
        return {"segment": pointed(segment, "segment")} | ({} if later else {"backfill": True})

    # -- steps --------------------------------------------------------------------------------

    def _steps(self, nodes: object) -> list[Body]:
        listed = cast("list[Body]", nodes or [])
        return [step for node in listed for step in self._step(node)]

    def _step(self, node: Body) -> list[Body]:
        pause = waited(node) if node["kind"] == _WINDOW else None
        if node["kind"] == _WINDOW and pause is None:
            self._windows.append(only(node, {*_HEAD, *_WINDOW_KEYS}))
            return []
        head: Body = {"id": node["client_node_id"]}
        if "annotation" in node:
            head["title"] = node["annotation"]
        return [head | (self._deed(node) if pause is None else {"wait": pause})]

    def _deed(self, node: Body) -> Body:
        match node["kind"]:
            case kind if kind in _SENDS:
                message = pointed(only(node, {*_HEAD, "template_id"})["template_id"], "message")
                return {"send": {"message": message}}
            case "wait":
                length = _lasting(only(node, {*_HEAD, "duration_seconds"})["duration_seconds"])
                return {"wait": {"for": length}}
            case "tag":
                return _update(only(node, {*_HEAD, "assignments"})["assignments"])
        return self._fork(node)

    def _fork(self, node: Body) -> Body:
        known = {*_HEAD, "branches"}
        match node["kind"]:
            case "yes_no":
                yes, no = cast("list[Body]", only(node, known)["branches"])
                return self._branch(yes, only(no, {"nodes"}))
            case "split_range":
                return self._split(only(node, {*known, "randomize_on_entry"}))
            case "wait_until":
                return self._race(only(node, {*known, "expiration"}))
        raise WordlessError

    def _branch(self, yes: Body, no: Body) -> Body:
        asked = self._condition(only(yes, {"condition", "nodes"})["condition"])
        then, other = self._steps(yes.get("nodes")), self._steps(no.get("nodes"))
        if other and not then and "message" in asked:
            asked = {key: {"eq": False} if key != "message" else it for key, it in asked.items()}
            then, other = other, then
        case: Body = {"if": asked} | ({"then": then} if then else {})
        return {"branch": {"cases": [case]} | ({"else": other} if other else {})}

    def _split(self, node: Body) -> Body:
        if node.get("randomize_on_entry"):
            raise WordlessError
        arms: Body = {}
        for name, branch in zip(
            ascii_lowercase, cast("list[Body]", node["branches"]), strict=False
        ):
            steps = self._steps(only(branch, {"weight", "nodes"}).get("nodes"))
            arms[name] = {"weight": branch["weight"]} | ({"steps": steps} if steps else {})
        return {"split": {"arms": arms}}

    def _race(self, node: Body) -> Body:
        race: Body = {"first_of": [self._arm(one) for one in cast("list[Body]", node["branches"])]}
        if "expiration" in node:
            late = only(cast("Body", node["expiration"]), {"duration_seconds", "exits"})
            race["timeout"] = _lasting(late["duration_seconds"])
            if late.get("exits"):
                race["otherwise"] = [{"exit": "timeout"}]
        return {"wait_for": race}

    def _arm(self, branch: Body) -> Body:
        asked = cast("Body", only(branch, {"condition", "nodes"})["condition"])
        then = self._steps(branch.get("nodes"))
        found = _event(asked) if asked["kind"] == "event_trigger" else self._condition(asked)
        return {"if": found} | ({"then": then} if then else {})

    def _condition(self, condition: object) -> Body:
        asked = cast("Body", condition)
        if asked["kind"] == "segment_membership":
            (segment,) = cast(
                "list[object]",
                only(asked, {"kind", "included_segment_ids"})["included_segment_ids"],
            )
            return {"segment": pointed(segment, "segment")}
        if asked["kind"] != "on_notification_action":
            raise WordlessError
        only(asked, {"kind", "action", "client_node_id"})
        message = pointed(self._sent[str(asked["client_node_id"])], "message")
        return {"message": message, _REACTIONS[str(asked["action"])]: {"eq": True}}

    # -- hours --------------------------------------------------------------------------------

    def _hours(self) -> Body:
        """Return the quiet hours that all time windows are of."""
        found = [{key: one.get(key) for key in _WINDOW_KEYS} for one in self._windows]
        if not found:
            return {}
        first, (window,) = found[0], cast("list[Body]", found[0]["windows"])
        if first["relative_to"] != "schedule_in_timezone" or any(one != first for one in found):
            raise WordlessError
        zone = "profile" if first["use_user_time_zone"] else first["time_zone"]
        start, end = _clock(window["start"]), _clock(window["end"])
        return {"quiet_hours": {"from": end, "to": start, "timezone": zone}}


_WINDOW_KEYS = ("relative_to", "windows", "time_zone", "use_user_time_zone")


def _is_asked_first(nodes: list[Body]) -> bool:
    """Say whether a journey begins with the question who may enter, and has nothing else."""
    if len(nodes) != 1 or nodes[0].get("client_node_id") != _AUDIENCE:
        return False
    branches = cast("list[Body]", nodes[0].get("branches", []))
    return nodes[0]["kind"] == "yes_no" and not branches[1].get("nodes")


def _event(asked: Body) -> Body:
    """Return an event with what is asked of it."""
    made: Body = {"event": only(asked, {"kind", "name", "attributes"})["name"]}
    if "attributes" not in asked:
        return made
    (group,) = cast("list[list[Body]]", asked["attributes"])
    where: dict[str, Body] = {}
    for one in group:
        tests = where.setdefault(str(only(one, {"key", "operator", "value"})["key"]), {})
        name, operand = _test(str(one["operator"]), one.get("value"))
        if name in tests:
            raise WordlessError
        tests[name] = operand
    return made | {"where": where}


def _test(operator: str, value: object) -> tuple[str, object]:
    if operator in {"exists", "not_exists"}:
        return "exists" if operator == "exists" else "missing", True
    if operator in _NUMBERS:
        number = float(str(value))
        return _NUMBERS[operator], int(number) if str(value).lstrip("-").isdigit() else number
    return _TEXTS[operator], value


def _update(assignments: object) -> Body:
    values = cast("dict[str, str]", assignments)
    told = {name: typed(value) for name, value in values.items() if value != ""}
    gone = [name for name, value in values.items() if value == ""]
    return {"update": ({"set": told} if told else {}) | ({"unset": gone} if gone else {})}


def _again(rules: object) -> Body:
    if rules is None:
        return {}
    length = _lasting(only(cast("Body", rules), {"duration_seconds"})["duration_seconds"])
    return {"reentry": {"mode": "after", "after": length, "concurrent": True}}


def _leaving(early: object) -> Body:
    if early is None:
        return {}
    rules = cast("Body", only(cast("Body", early), {"rules"})["rules"])
    made: list[Body] = []
    if "on_event" in only(rules, {"on_event", "on_segment"}):
        made.append({"event": only(cast("Body", rules["on_event"]), {"name"})["name"]})
    segments = only(cast("Body", rules.get("on_segment") or {}), {"included_segment_ids"})
    ids = cast("list[object]", segments.get("included_segment_ids", []))
    return {"exit": made + [{"if": {"segment": pointed(one, "segment")}} for one in ids]}


def _lasting(seconds: object) -> str:
    return length(int(cast("int", seconds)))


def _clock(point: object) -> str:
    moment = cast("dict[str, int]", point)
    return f"{moment['hour']:02d}:{moment.get('minute', 0):02d}"

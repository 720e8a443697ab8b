"""Metrics: a project names them, Klaviyo knows them by ids, and makes them of the first event."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, cast

from crmspec.diagnostics import text
from crmspec.engine.error import TargetRejectedError
from crmspec.providers.klaviyo.consent import Asked
from crmspec.providers.klaviyo.document import attributes, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.engine.body import Body
    from crmspec.engine.resource import Address
    from crmspec.ir.target import Target
    from crmspec.lower.survey import Survey
    from crmspec.providers.http import Client
    from crmspec.providers.http.pages import Json

_API = "API"


def recalled(address: Address, body: Body, survey: Survey, target: Target) -> Body:
    """Return a body with the ids of the project's events in place of the names of metrics.

    Conditions have what they ask of its channels and consents besides.
    """
    told = cast("Body", Asked(survey.program, address).told(body))
    events = {one.names.get(target.id, id_): id_ for id_, one in survey.program.events.items()}
    return mapped(told, lambda name: events.get(name, name))


def mapped(body: Body, found: Callable[[str], str]) -> Body:
    """Return a body with other words for its metrics."""
    return {
        key: found(value)
        if isinstance(value, str) and _is_metric(body, key)
        else _value(value, found)
        for key, value in body.items()
    }


def _value(value: object, found: Callable[[str], str]) -> object:
    if isinstance(value, dict):
        return mapped(value, found)
    return [_value(one, found) for one in value] if isinstance(value, list) else value


class Metrics:
    """The metrics of an account, read when they are first asked for."""

    def __init__(self, client: Client) -> None:
        self._client, self._guard = client, Lock()
        self._found: list[Json] | None = None

    def ids(self, body: Body) -> Body:
        """Return a body with ids in place of the names of metrics.

        Raises:
            TargetRejectedError: there is no such metric, or several.
        """
        return mapped(body, self._id)

    def names(self, body: Body) -> Body:
        """Return a body with names in place of ids; an id that is none stays."""
        return mapped(body, self._name)

    def _id(self, name: str) -> str:
        found = [one for one in self._all() if attributes(one).get("name") == name]
        if len(found) > 1:
            found = [one for one in found if _integration(one) == _API] or found
        if len(found) == 1:
            return str(found[0]["id"])
        if found:
            raise TargetRejectedError(
                text("Klaviyo has several metrics `{name}`", name=name),
                text("give the event another name on this target: `names: {{TARGET: NAME}}`"),
                status=422,
            )
        raise TargetRejectedError(
            text("Klaviyo has no metric `{name}`", name=name),
            text("it comes with the first event: send one, or give the event its name there"),
            status=422,
        )

    def _name(self, id_: str) -> str:
        for one in self._all():
            if one.get("id") == id_:
                return str(attributes(one).get("name") or id_)
        return id_

    def _all(self) -> list[Json]:
        with self._guard:
            if self._found is None:
                self._found = list(listed(self._client, "metrics"))
            return self._found


def _is_metric(body: Body, key: str) -> bool:
    """Say whether a field holds a metric: of a condition, a trigger, or a split by the trigger."""
    if key == "id":
        return body.get("type") == "metric"
    if key == "trigger_id":
        return body.get("trigger_type") == "metric"
    return key == "metric_id"


def _integration(metric: Json) -> object:
    found = attributes(metric).get("integration")
    return found.get("name") if isinstance(found, dict) else None

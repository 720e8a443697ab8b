"""Conditions in Klaviyo's form: groups that all hold, each of conditions of which any does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import text
from crmspec.engine.body import REFERENCE
from crmspec.ir.condition import (
    All,
    Any,
    AttributeIs,
    ChannelReaction,
    ConsentIs,
    EventHappened,
    EventMissing,
    InList,
    InSegment,
    MessageReaction,
    Not,
    Reachable,
    TriggerProperty,
)
from crmspec.ir.value import Ref
from crmspec.providers.klaviyo.clause import MOST, Term, multiplied, negated
from crmspec.providers.klaviyo.consent import REACTIONS, SCOPES, marketing
from crmspec.providers.klaviyo.filter import (
    IS_SET,
    NOT_SET,
    Filter,
    Filters,
    filters,
    numeric,
    period,
)
from crmspec.providers.klaviyo.mark import copies_of, letters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crmspec.diagnostics import Text
    from crmspec.engine.body import Body
    from crmspec.ir.condition import Condition
    from crmspec.ir.data import Attribute
    from crmspec.ir.value import Duration, PropertyTest, Tests
    from crmspec.providers.klaviyo.clause import About, Clauses
    from crmspec.providers.rest import Brief, Untold

STANDARD = {
    "email": "email",
    "first_name": "first_name",
    "last_name": "last_name",
    "phone": "phone_number",
    "city": "location['city']",
    "country": "location['country']",
}
"""Standard attributes and what conditions call them; others are custom properties."""

_ONCE = numeric("greater-than", 0).holds
_NEVER = numeric("equals", 0).holds


def property_of(attribute: Attribute, target: str) -> str:
    """Return what conditions call an attribute."""
    if target in attribute.names:
        return f"properties['{attribute.names[target]}']"
    return STANDARD.get(attribute.standard or attribute.id, f"properties['{attribute.id}']")


class Conditions:
    """The conditions of one resource.

    `marks` are the waits of a chain by the name of the mark before them, in seconds; None outside
    of chains, where nothing can be asked since the customer entered.
    """

    def __init__(
        self, brief: Brief, untold: Untold, marks: Mapping[str, int] | None = None
    ) -> None:
        self._brief, self._untold, self._marks = brief, untold, marks
        self._program, self._target = brief.written, brief.target.id

    def clauses(self, condition: Condition) -> Clauses:
        """Return the clauses of a condition; those of what Klaviyo lacks are left out."""
        made = self._clauses(condition)
        if len(made) > MOST:
            reason = text("Klaviyo is given {limit} groups of conditions at most", limit=MOST)
            self._untold.lack("logic", "terms", condition, reason, at=condition.subject)
        return made[:MOST]

    def _clauses(self, condition: Condition) -> Clauses:
        match condition:
            case All():
                return [one for part in condition.all for one in self._clauses(part)]
            case Any():
                return multiplied([self._clauses(part) for part in condition.any])
            case Not():
                made = negated(self._clauses(condition.not_))
                return self._lacking(condition) if made is None else made
        return self._leaf(condition)

    def _lacking(self, condition: Condition, reason: Text | None = None) -> Clauses:
        said = text("Klaviyo cannot ask for this `{subject}`", subject=condition.subject)
        self._untold.lack("condition", condition.subject, condition, reason or said)
        return []

    def _leaf(self, condition: Condition) -> Clauses:
        match condition:
            case AttributeIs():
                return self._attribute(condition)
            case InSegment() | InList():
                return self._member(condition)
            case EventHappened() | EventMissing():
                return self._event(condition)
            case ChannelReaction() | MessageReaction():
                return self._reaction(condition)
            case TriggerProperty():
                return self._trigger(condition)
        return self._consented(condition)

    # -- profiles -----------------------------------------------------------------------------

    def _attribute(self, leaf: AttributeIs) -> Clauses:
        declared = self._program.attributes.get(leaf.attribute.id)
        odd = leaf.anniversary or leaf.has_been or leaf.changed or leaf.missing_as is not None
        if odd or declared is None:
            return self._lacking(leaf)
        if declared.default is not None or declared.missing_as is not None or declared.directory:
            said = text(
                "Klaviyo knows no `default`, `missing_as` or `directory` of `{attribute}`",
                attribute=leaf.attribute.id,
            )
            return self._lacking(leaf, said)
        name = property_of(declared, self._target)

        asked: Body = {"type": "profile-property", "property": name}
        exact = leaf.case == "sensitive" or declared.type == "enum"
        listed = declared.type == "array"
        return self._tests(leaf, (asked, "profile"), exact=exact, listed=listed)

    def _tests(
        self,
        leaf: AttributeIs | TriggerProperty,
        asked: tuple[Body, About],
        *,
        exact: bool,
        listed: bool = False,
    ) -> Clauses:
        found = [filters(one, listed=listed) for one in leaf.tests]
        if not found or None in found:
            return self._lacking(leaf)
        clauses = [clause for one in found if one is not None for clause in one]
        if not exact and _texts(clauses):
            said = text(
                "Klaviyo does not say whether it tells capital letters from small ones"
                " (semantics 5.6)"
            )
            self._untold.otherwise("condition", leaf.subject, leaf, said)
        return [tuple(_term(one, *asked) for one in clause) for clause in clauses]

    def _member(self, leaf: InSegment | InList) -> Clauses:
        group = leaf.segment if isinstance(leaf, InSegment) else leaf.list
        asked: Body = {
            "type": "profile-group-membership",
            "is_member": True,
            "group_ids": [{REFERENCE: f"{leaf.subject}.{group.id}"}],
        }
        if leaf.joined is None:
            return [(Term(asked, asked | {"is_member": False}),)]
        within, older = leaf.joined.within, leaf.joined.older_than
        found = self._period(leaf, within or older)
        if found is None or (within is not None and older is not None):
            return self._lacking(leaf)
        operator = "in-the-last" if within is not None else "at-least"
        frame = {"type": "date", "operator": operator, **found}
        return [(Term(asked | {"timeframe_filter": frame}, None),)]

    def _consented(self, leaf: Condition) -> Clauses:
        if isinstance(leaf, Reachable):
            return self._allowed(leaf, leaf.reachable.id, "reachable")
        if isinstance(leaf, ConsentIs) and leaf.is_ == "subscribed":
            odd = leaf.topic is not None or leaf.method or leaf.changed is not None
            consent = self._program.consents.get(leaf.consent.id)
            if not odd and consent is not None and consent.channel is not None:
                return self._allowed(leaf, consent.channel.id, "subscribed")
        return self._lacking(leaf)

    def _allowed(self, leaf: Condition, channel: str, how: str) -> Clauses:
        """Return that marketing may be sent: to anybody who can get it, or to subscribers."""
        scope = SCOPES.get(self._program.channels[channel].type)
        if scope is None or (how == "subscribed" and scope == "push"):
            return self._lacking(leaf)
        wide = how == "reachable"
        status = "any" if wide and scope != "sms" else "subscribed"

        holds = marketing(scope, can=True, status=status)
        fails = marketing(scope, can=False, status="any")
        term = Term(holds, fails)
        if not wide and scope == "email":
            never = marketing(scope, can=True, status="never_subscribed")
            term = term._replace(gone=never, there=holds)
        return [(term,)]

    # -- events -------------------------------------------------------------------------------

    def _event(self, leaf: EventHappened | EventMissing) -> Clauses:
        if isinstance(leaf, EventMissing):
            body = self._metric(leaf, leaf.not_event.id)
            return [] if body is None else negated(self._counted(leaf, body, ())) or []
        if leaf.sum or leaf.avg or leaf.min or leaf.max or leaf.distinct:
            return self._lacking(leaf, text("Klaviyo counts events, and adds up nothing here"))
        body = self._metric(leaf, leaf.event.id)
        return [] if body is None else self._counted(leaf, body, leaf.count)

    def _metric(self, leaf: EventHappened | EventMissing, id_: str) -> Body | None:
        """Return what is counted; None if Klaviyo cannot count it, which is told."""
        event, frame = self._program.events[id_], self._frame(leaf)
        where = [self._where(one) for one in leaf.where]
        if frame is None or None in where:
            self._lacking(leaf)
            return None
        body: Body = {
            "type": "profile-metric",
            "metric_id": event.names.get(self._target, event.id),
            "measurement": "count",
            "timeframe_filter": frame,
        }
        if where:
            body["metric_filters"] = [one for found in where if found for one in found]
        return body

    def _counted(self, leaf: Condition, body: Body, tests: Tests) -> Clauses:
        if not tests:
            ever = body | {"measurement_filter": _ONCE}
            return [(Term(ever, body | {"measurement_filter": _NEVER}),)]

        def term(one: Filter) -> Term:
            fails = body | {"measurement_filter": one.fails}
            return Term(body | {"measurement_filter": one.holds}, fails)

        found = [filters(one, listed=False) for one in tests]
        if any(one is None or not _numbers(one) for one in found):
            return self._lacking(leaf)
        clauses = [clause for one in found if one is not None for clause in one]
        return [tuple(term(one) for one in clause if not _existence(one)) for clause in clauses]

    def _frame(self, leaf: EventHappened | EventMissing) -> Body | None:
        if leaf.since is not None:
            return self._since(leaf.since)
        if leaf.between_ago:
            lengths = [one.seconds for one in leaf.between_ago if not one.months]
            found = period(min(lengths)) if len(lengths) == len(leaf.between_ago) else None
            if found is None or max(lengths) % (unit := _size(found)):
                return None
            return {
                "type": "date",
                "operator": "between",
                "start": min(lengths) // unit,
                "end": max(lengths) // unit,
                "unit": found["unit"],
            }
        if leaf.within is None:
            return {"type": "date", "operator": "alltime"}
        found = self._period(leaf, leaf.within)
        return found and {"type": "date", "operator": "in-the-last", **found}

    def _since(self, since: str) -> Body | None:
        if self._marks is None:
            return None
        if since == "chain_start":
            return {"type": "date", "operator": "flow-start"}
        found = period(self._marks.get(since, 0))
        return found and {"type": "date", "operator": "in-the-last", **found}

    def _period(self, leaf: Condition, duration: Duration | None) -> Body | None:
        if duration is None or (duration.months and duration.seconds):
            return None
        if duration.months:
            said = text("Klaviyo counts days: 30 for a month (semantics 2.3)")
            self._untold.otherwise("condition", leaf.subject, leaf, said)
            return {"unit": "day", "quantity": duration.months * 30}
        return period(duration.seconds)

    def _where(self, one: PropertyTest) -> list[Body] | None:
        """Return the filters of a property, which must all hold; None if they are no such."""
        found = [filters(test, listed=False) for test in one.tests]
        clauses = [clause for rows in found if rows is not None for clause in rows]
        if None in found or any(len(clause) > 1 for clause in clauses):
            return None
        return [{"property": one.property, "filter": clause[0].holds} for clause in clauses]

    def _reaction(self, leaf: ChannelReaction | MessageReaction) -> Clauses:
        if isinstance(leaf, MessageReaction):
            return self._message(leaf)
        channel = self._program.channels[leaf.channel.id]
        asked = {name: getattr(leaf, name) for name in REACTIONS if getattr(leaf, name)}
        frame: Body | None = {"type": "date", "operator": "alltime"}
        if leaf.within is not None:
            found = self._period(leaf, leaf.within)
            frame = found and {"type": "date", "operator": "in-the-last", **found}
        if channel.type != "email" or frame is None or leaf.delivered or leaf.replied or not asked:
            said = text("Klaviyo is asked what became of e-mails alone: received, opened, clicked")
            return self._lacking(leaf, said)
        made: Clauses = []
        for name, tests in asked.items():
            body: Body = {"type": "profile-metric", "metric_id": REACTIONS[name]}
            made += self._reacted(
                leaf, body | {"measurement": "count", "timeframe_filter": frame}, tests
            )
        return made

    def _message(self, leaf: MessageReaction) -> Clauses:
        """Return what became of some e-mails: each copy has a name that tells its message."""
        asked = {name: getattr(leaf, name) for name in REACTIONS if getattr(leaf, name)}
        odd = leaf.channel or leaf.link or leaf.delivered or leaf.replied or leaf.converted
        ids, tests = letters(leaf, self._program), [one for row in asked.values() for one in row]
        single = all(isinstance(one.operand, bool) for one in tests) or len(ids) == 1
        frame = self._lately(leaf)
        if odd or not asked or not ids or not single or frame is None:
            said = text("Klaviyo is asked what became of e-mails alone: received, opened, clicked")
            return self._lacking(leaf, said)
        made: Clauses = []
        for name, tests_ in asked.items():
            body: Body = {"type": "profile-metric", "metric_id": REACTIONS[name]}
            body |= {"measurement": "count", "timeframe_filter": frame}
            rows = [self._reacted(leaf, body | copies_of(id_), tests_) for id_ in ids]
            wished = tests_[0].operand is not False
            made += multiplied(rows) if wished else [one for row in rows for one in row]
        return made

    def _lately(self, leaf: MessageReaction) -> Body | None:
        """Return when it must have been: since the start, where only this passage counts (5.29)."""
        if leaf.within is not None:
            found = self._period(leaf, leaf.within)
            return found and {"type": "date", "operator": "in-the-last", **found}
        if leaf.since is not None:
            return self._since(leaf.since)
        own = self._marks is not None and isinstance(leaf.message, Ref)
        return {"type": "date", "operator": "flow-start" if own else "alltime"}

    def _reacted(self, leaf: Condition, body: Body, tests: Tests) -> Clauses:
        """Return that something was done, or not; or how often."""
        if len(tests) == 1 and isinstance(tests[0].operand, bool):
            made = self._counted(leaf, body, ())
            return made if tests[0].operand else negated(made) or []
        return self._counted(leaf, body, tests)

    def _trigger(self, leaf: TriggerProperty) -> Clauses:
        """Return a property of the event that started the flow; its metric is put in later."""
        asked: Body = {"type": "metric-property", "field": leaf.trigger.id}
        return self._tests(leaf, (asked, "event"), exact=self.exact(leaf.trigger.id))

    def exact(self, name: str) -> bool:
        """Say whether a property is compared as it is written (5.6)."""
        declared = [
            event.properties[name].type
            for event in self._program.events.values()
            if name in event.properties
        ]
        return bool(declared) and set(declared) == {"enum"}


def _term(one: Filter, asked: Body, about: About) -> Term:
    """Return a filter of a property as a condition."""
    found = Term(asked | {"filter": one.holds}, asked | {"filter": one.fails}, about)
    if not one.missing:
        return found
    return found._replace(gone=asked | {"filter": NOT_SET}, there=asked | {"filter": IS_SET})


def _texts(found: Filters) -> bool:
    rows = [one.holds for clause in found for one in clause]
    return any(one["type"] in {"string", "list"} for one in rows)


def _numbers(found: Filters) -> bool:
    rows = [one.holds for clause in found for one in clause]
    return all(one["type"] in {"numeric", "existence"} for one in rows)


def _existence(one: Filter) -> bool:
    return one.holds["type"] == "existence"


def _size(found: Body) -> int:
    return {"week": 604_800, "day": 86_400, "hour": 3_600}[str(found["unit"])]

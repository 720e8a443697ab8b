"""Triggers, ways out, re-entry and other rules around a chain, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmspec.ir import chain as ch
from crmspec.ir import trigger as tr

if TYPE_CHECKING:
    from crmspec.ir.value import Tests
    from crmspec.render.words import Words

_BY_DAY = {
    "MO": "mon",
    "TU": "tue",
    "WE": "wed",
    "TH": "thu",
    "FR": "fri",
    "SA": "sat",
    "SU": "sun",
}
_PLAIN_RULES = {"DAILY": "rule.daily", "MONTHLY": "rule.monthly", "YEARLY": "rule.yearly"}


class TriggerWords:
    """One sentence for each kind of trigger and each rule around the steps."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.amount = words.amount
        self.vocabulary = words.vocabulary

    def say(self, it: tr.Trigger) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind
        """Return what starts a chain."""
        say, ref, where = self.vocabulary.say, self.words.ref, self.words.where
        match it:
            case tr.EventTrigger():
                return say("on.event", event=ref(it.event), where=where(it.where, it.event))
            case tr.InactionTrigger():
                return self._inaction(it)
            case tr.SegmentTrigger():
                return say(f"on.segment.{it.transition}", it=ref(it.segment)) + self._bulk(it)
            case tr.ListTrigger():
                return say(f"on.list.{it.transition}", it=ref(it.list)) + self._bulk(it)
            case tr.AttributeTrigger():
                return say("on.attribute", attribute=ref(it.attribute)) + self._change(it)
            case tr.DateTrigger():
                return self._date(it)
            case tr.ScheduleTrigger():
                return say("on.schedule", rule=self.schedule(it.schedule))
            case tr.ApiTrigger():
                return say("on.api", name=it.api.id)
            case tr.FormTrigger():
                return say("on.form", form=ref(it.form))
            case tr.MessageTrigger():
                reaction = say(f"reaction.{it.reaction}")
                link = say("if.link", link=it.link) if it.link else ""
                return say("on.message", message=ref(it.message), reaction=reaction) + link
            case tr.ObjectTrigger():
                filter_ = where(it.where, it.object)
                return say(f"on.object.{it.change}", object=ref(it.object), where=filter_)
            case tr.ProductTrigger():
                return self._product(it)
            case tr.InboundTrigger():
                tail = say("on.keyword", words=", ".join(it.keyword)) if it.keyword else ""
                return say("on.inbound", channel=ref(it.inbound)) + tail
            case tr.ChainTrigger():
                return say(f"on.chain.{it.state}", chain=ref(it.chain))
            case tr.ManualTrigger():
                return say("on.manual")
            case _:
                assert_never(it)

    def _inaction(self, it: tr.InactionTrigger) -> str:
        say, ref = self.vocabulary.say, self.words.ref
        event, spell = ref(it.no_event), self.amount.duration(it.for_)
        where = self.words.where(it.where, it.no_event)
        if it.after is None:
            return say("on.no_event", event=event, d=spell, where=where)
        return say("on.no_event_after", event=event, d=spell, after=ref(it.after), where=where)

    def _bulk(self, it: tr.SegmentTrigger | tr.ListTrigger) -> str:
        say = self.vocabulary.say
        limit = say("on.volume_limit", limit=it.volume_limit) if it.volume_limit else ""
        return (say("on.backfill") if it.backfill else "") + limit

    def _change(self, it: tr.AttributeTrigger) -> str:
        declared = self.words.program.attributes.get(it.attribute.id)
        unit = declared.unit if declared else None
        return self._from_to(it.from_, it.to, unit)

    def _from_to(self, from_: Tests, to: Tests, unit: str | None) -> str:
        return self.words.leaves.from_to(from_, to, unit)

    def _date(self, it: tr.DateTrigger) -> str:
        say, date, offset = self.vocabulary.say, self.words.ref(it.date), it.offset
        if offset is None or not (offset.months or offset.seconds):
            text = say("on.date", date=date)
        else:
            before = offset.months < 0 or offset.seconds < 0
            key = "on.date_before" if before else "on.date_after"
            text = say(key, d=self.amount.duration(offset), date=date)
        if it.at:
            text += say("on.at", time=self.amount.time(it.at.minute))
        return text + (say(f"recurs.{it.recurs}") if it.recurs != "never" else "")

    def _product(self, it: tr.ProductTrigger) -> str:
        say = self.vocabulary.say
        text = say(f"on.product.{it.product}", of=say(f"of.{it.of}"))
        if it.at_least:
            text += say("on.at_least", percent=self.amount.percent(it.at_least))
        return text

    def schedule(self, it: tr.Schedule) -> str:
        """Return a recurring moment; rules beyond day, week, month and year stay as written."""
        text = self._rule(it.rrule) if it.rrule else (it.cron or "")
        if it.at:
            text += self.vocabulary.say("on.at", time=self.amount.time(it.at.minute))
        return text

    def _rule(self, rrule: str) -> str:
        say = self.vocabulary.say
        pairs = (part.partition("=") for part in rrule.split(";") if part)
        parts = {key.strip().upper(): value.strip().upper() for key, _, value in pairs}
        frequency = parts.pop("FREQ", "")
        days = parts.get("BYDAY", "").split(",")
        if frequency == "WEEKLY" and set(parts) == {"BYDAY"} and set(days) <= set(_BY_DAY):
            return say("rule.weekly_on", days=self.amount.weekdays([_BY_DAY[day] for day in days]))
        if frequency == "MONTHLY" and set(parts) == {"BYMONTHDAY"}:
            return say("rule.monthly_on", days=parts["BYMONTHDAY"].replace(",", ", "))
        if not parts and frequency == "WEEKLY":
            return say("rule.weekly")
        if not parts and frequency in _PLAIN_RULES:
            return say(_PLAIN_RULES[frequency])
        return rrule

    def exit(self, it: ch.Exit) -> str:
        """Return why customers leave a chain."""
        say, said = self.vocabulary.say, []
        if it.event:
            said.append(self.words.ref(it.event) + self.words.where(it.where, it.event))
        if it.if_ is not None:
            said.append(self.words.condition(it.if_))
        if it.no_longer:
            said.append(say("exit.audience"))
        tail = say("exit.step_end") if it.when == "step_end" else ""
        return self.amount.both(said) + tail

    def goal(self, it: ch.ChainGoal) -> str:
        """Return a chain's goal and its attribution window."""
        goal = self.words.ref(it.goal)
        if it.within is None:
            return goal
        return goal + self.vocabulary.say("goal.within", d=self.amount.duration(it.within))

    def reentry(self, it: ch.Reentry | None) -> str:
        """Return whether customers may come again; without a rule they may not."""
        it = it or ch.Reentry()
        say = self.vocabulary.say
        if it.after is not None:
            text = say(f"reentry.{it.mode}", d=self.amount.duration(it.after))
        elif it.mode in ("after", "after_exit"):
            text = say("reentry.after_exit_any")
        else:
            text = say(f"reentry.{it.mode}")
        if it.limit is not None:
            text += say("reentry.limit", n=it.limit)
        if it.key:
            text += say("reentry.key", key=it.key)
        return text + (say("reentry.concurrent") if it.concurrent else "")

    def quiet_hours(self, it: ch.QuietHours) -> str:
        """Return the hours in which nothing is sent."""
        say, time = self.vocabulary.say, self.amount.time
        text = say("quiet", a=time(it.from_.minute), b=time(it.to.minute))
        if it.weekdays:
            text += f" ({self.amount.weekdays(it.weekdays)})"
        return text + say(f"quiet.{it.fallback}")

    def metric(self, it: ch.Metric) -> str:
        """Return a figure with its target and alarm level."""
        levels = [
            self.vocabulary.say(f"metric.{key}", v=self.amount.percent(level))
            for key, level in (("target", it.target), ("alarm", it.alarm))
            if level is not None
        ]
        return f"{it.metric} ({', '.join(levels)})" if levels else it.metric

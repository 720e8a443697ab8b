"""The steps of a chain in words, and the signs they are drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmspec.ir import action as a
from crmspec.ir import step as st

if TYPE_CHECKING:
    from crmspec.ir.value import Plain, Ref
    from crmspec.render.words import Words

SIGNS = {
    "trigger": "▶",
    "send": "✉",
    "wait": "⏱",
    "branch": "◇",
    "wait_for": "⏳",
    "split": "⚄",
    "action": "⚙",
    "people": "☎",
    "chain": "⇒",
    "exit": "✖",
    "note": "✎",
}
"""Family of steps → its sign; `sign.<family>` says what it means."""


def family(it: st.AnyStep) -> str:  # noqa: PLR0911 - one line per family
    """Return the family of a step, which decides its sign and shape."""
    match it:
        case st.Send():
            return "send"
        case st.Wait() | st.Batch():
            return "wait"
        case st.WaitFor():
            return "wait_for"
        case st.Branch() | st.Switch() | st.Throttle():
            return "branch"
        case st.Split() | st.ExperimentStep():
            return "split"
        case a.Task() | a.Notify():
            return "people"
        case st.StartChain() | st.StopChain() | st.Jump():
            return "chain"
        case st.Leave():
            return "exit"
        case st.Note():
            return "note"
        case _:
            return _action(it)


def _action(it: _Action) -> str:
    match it:
        case a.Update() | a.ListStep() | a.ConsentStep() | a.Emit():
            return "action"
        case a.Webhook() | a.Fetch() | a.CodeStep() | a.AudienceSync():
            return "action"
        case _:
            assert_never(it)


class StepWords:
    """One sentence for each kind of step."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.amount = words.amount
        self.vocabulary = words.vocabulary

    def say(self, it: st.AnyStep) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind
        """Return what a step does, without its sign; a step's own title is said first."""
        say, ref = self.vocabulary.say, self.words.ref
        match it:
            case st.Send():
                return self._send(it.send)
            case st.Wait():
                return self.wait(it.wait)
            case st.WaitFor():
                return self._wait_for(it.wait_for)
            case st.Branch():
                return self._branch(it.branch)
            case st.Switch():
                return say("step.switch", value=self._switch_value(it.switch.value))
            case st.Split():
                return say("step.split")
            case st.ExperimentStep():
                return say("step.experiment", experiment=ref(it.experiment.id))
            case a.Update():
                return self._update(it.update)
            case a.ListStep():
                return self._list(it.list)
            case a.ConsentStep():
                return self._consent(it.consent)
            case a.Emit():
                return say("step.emit", event=ref(it.emit))
            case a.Webhook():
                return self._request(it.webhook)
            case a.Fetch():
                return say("step.fetch", source=self._source(it.fetch), as_=it.fetch.as_)
            case a.CodeStep():
                return say("step.code", target=it.code.target)
            case a.Task():
                return self._task(it.task)
            case a.Notify():
                people = ", ".join(it.notify.to)
                return say(
                    "step.notify", to=people, subject=self.amount.template(it.notify.subject.source)
                )
            case a.AudienceSync():
                change = it.audience_sync
                return say(f"audience.{change.action}", it=ref(change.message))
            case st.StartChain():
                return say("step.start_chain", chain=ref(it.start_chain.chain))
            case st.StopChain():
                return say("step.stop_chain", chain=ref(it.stop_chain))
            case st.Batch():
                return self._batch(it.batch)
            case st.Throttle():
                return self._throttle(it.throttle)
            case st.Jump():
                return say("step.jump", to=it.jump.to.id)
            case st.Leave():
                return say("step.exit", reason=it.exit)
            case st.Note():
                return say("step.note", note=it.note)
            case _:
                assert_never(it)

    def _send(self, it: st.SendChoice) -> str:
        say = self.vocabulary.say
        messages = self.vocabulary.either([self.words.ref(m) for m in sent(it)] or [""])
        choice = say(f"choose.{it.choose}")
        if it.group:
            group = self.words.ref(it.group)
            return say("step.send_group", messages=messages, group=group, choice=choice)
        if it.message is None:
            return say("step.send_choice", messages=messages, choice=choice)
        return messages

    def wait(self, it: st.WaitTime) -> str:
        """Return how long or until when a step waits."""
        say = self.vocabulary.say
        if it.for_:
            text = say("step.wait", d=self.amount.short(it.for_))
        elif it.between:
            least, most = (self.amount.short(d) for d in (it.between.min, it.between.max))
            text = say("step.wait_between", a=least, b=most)
        else:
            text = say("step.wait_until", moment=self._until(it.until) if it.until else "")
        if it.timezone:
            zone = self.vocabulary.word("zone", it.timezone)
            text += say("step.timezone", zone=zone)
        return text

    def _until(self, it: st.Until) -> str:
        say, said = self.vocabulary.say, []
        if it.date:
            said.append(say("until.date", date=self.words.ref(it.date)))
        if it.property:
            said.append(say("until.property", p=it.property.id))
        if it.day:
            said.append(say("until.day", day=self.amount.day(it.day)))
        if it.working_day or it.weekday or it.at:
            said.append(self._time_of_day(it))
        tail = say("until.exit") if it.if_past == "exit" else ""
        return self._offset(it) + ", ".join(said) + tail

    def _time_of_day(self, it: st.Until) -> str:
        """Return the time and on which days it counts."""
        at = [self.vocabulary.say("until.at", time=self.amount.time(it.at.minute))] if it.at else []
        days = self.amount.weekdays(it.weekday)
        if at and it.weekday:
            at = [self.vocabulary.say("until.at_weekday", time=at[0], days=days)]
        elif it.weekday:
            at = [self.vocabulary.say("until.weekday", days=days)]
        working = [self.vocabulary.say("until.working_day")] if it.working_day else []
        return self.vocabulary.say("until.on").join([*at, *working])

    def _offset(self, it: st.Until) -> str:
        if it.offset is None:
            return ""
        before = it.offset.months < 0 or it.offset.seconds < 0
        key = "until.before" if before else "until.after"
        return self.vocabulary.say(key, d=self.amount.duration(it.offset))

    def _wait_for(self, it: st.WaitForEvent) -> str:
        say = self.vocabulary.say
        tail = say("step.wait_for_since") if it.since == "chain_start" else ""
        wanted = self.vocabulary.either([self.words.condition(arm.if_) for arm in it.first_of])
        return f"{self.waiting(it)}: {wanted}{tail}"

    def waiting(self, it: st.WaitForEvent) -> str:
        """Return how long a step waits, without what for."""
        if it.timeout is None:
            return self.vocabulary.say("step.wait_for")
        spell = self.amount.duration(it.timeout)
        return self.vocabulary.say("step.wait_for_timeout", d=spell)

    def _branch(self, it: st.Cases) -> str:
        if len(it.cases) == 1:
            return self.question(self.words.condition(it.cases[0].if_))
        return self.vocabulary.say("step.branch")

    def question(self, condition: str) -> str:
        """Return a condition as a question."""
        return self.vocabulary.say("step.question", it=condition)

    def _switch_value(self, it: st.SwitchValue) -> str:
        say = self.vocabulary.say
        if it.attribute:
            return self.words.ref(it.attribute)
        if it.trigger:
            return say("switch.trigger", p=it.trigger.id)
        if it.step:
            return say("switch.step", step=it.step.step.id)
        return say("switch.locale")

    def _update(self, it: a.ProfileChange) -> str:
        said = [self._change("set", key, value) for key, value in it.set.items()]
        said += [self.vocabulary.say("update.unset", a=self.words.ref(ref)) for ref in it.unset]
        said += [self._change("increment", key, step) for key, step in it.increment.items()]
        said += [self._change("append", key, value) for key, value in it.append.items()]
        return "; ".join(said)

    def _change(self, kind: str, attribute: str, value: Plain) -> str:
        found = self.words.program.attributes.get(attribute)
        name = self.words.name(found) if found else attribute
        return self.vocabulary.say(f"update.{kind}", a=name, v=self.amount.value(value))

    def _list(self, it: a.ListChange) -> str:
        said = [self.vocabulary.say("list.add", it=self.words.ref(ref)) for ref in it.add]
        said += [self.vocabulary.say("list.remove", it=self.words.ref(ref)) for ref in it.remove]
        return "; ".join(said)

    def _consent(self, it: a.ConsentChange) -> str:
        say = self.vocabulary.say
        status = say(f"consent.{it.status}")
        text = say("step.consent", consent=self.words.ref(it.set), status=status)
        return text + (say("if.topic", topic=it.topic.id) if it.topic else "")

    def _request(self, it: a.Request) -> str:
        return self.vocabulary.say(
            "step.webhook", method=it.method, url=self.amount.template(it.url.source)
        )

    def _source(self, it: a.FetchSource) -> str:
        if it.request:
            return self.vocabulary.say("fetch.request", it=self._request(it.request))
        kind, ref = ("coupon", it.coupon) if it.coupon else ("feed", it.feed)
        return self.vocabulary.say(f"fetch.{kind}", it=self.words.ref(ref) if ref else "")

    def _task(self, it: a.TaskBody) -> str:
        say, title = self.vocabulary.say, self.amount.template(it.title.source)
        text = say("step.task", title=title)
        worker = it.to or it.queue
        if worker:
            text += say("task.to", to=worker)
        return text + (say("task.due", d=self.amount.short(it.due)) if it.due else "")

    def _batch(self, it: st.BatchWindow) -> str:
        text = self.vocabulary.say("step.batch", d=self.amount.duration(it.for_)) + self._key(
            it.key
        )
        if it.max_items is None:
            return text
        items = self.vocabulary.count("item", it.max_items)
        return text + self.vocabulary.say("batch.max", items=items)

    def _throttle(self, it: st.ThrottleLimit) -> str:
        spell = self.amount.duration(it.per)
        return self.vocabulary.say("step.throttle", n=it.limit, d=spell) + self._key(it.key)

    def _key(self, key: str | None) -> str:
        return self.vocabulary.say("step.key", key=key) if key else ""


def sent(it: st.SendChoice) -> tuple[Ref, ...]:
    """Return the messages one of which, or all of which, a send step sends."""
    return ((it.message,) if it.message else ()) + it.messages


_Action = (
    a.Update
    | a.ListStep
    | a.ConsentStep
    | a.Emit
    | a.Webhook
    | a.Fetch
    | a.CodeStep
    | a.AudienceSync
)

"""The steps of a chain in words, and the signs they are drawn with."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crmspec.ir import chain as ch

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


def family(it: ch.AnyStep) -> str:  # noqa: PLR0911 - one line per family
    """Return the family of a step, which decides its sign and shape."""
    match it:
        case ch.Send():
            return "send"
        case ch.Wait() | ch.Batch():
            return "wait"
        case ch.WaitFor():
            return "wait_for"
        case ch.Branch() | ch.Switch() | ch.Throttle():
            return "branch"
        case ch.Split() | ch.ExperimentStep():
            return "split"
        case ch.Task() | ch.Notify():
            return "people"
        case ch.StartChain() | ch.StopChain() | ch.Jump():
            return "chain"
        case ch.Leave():
            return "exit"
        case ch.Note():
            return "note"
        case _:
            return _action(it)


def _action(it: _Action) -> str:
    match it:
        case ch.Update() | ch.ListStep() | ch.ConsentStep() | ch.Emit():
            return "action"
        case ch.Webhook() | ch.Fetch() | ch.CodeStep() | ch.AudienceSync():
            return "action"
        case _:
            assert_never(it)


class StepWords:
    """One sentence for each kind of step."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.amount = words.amount
        self.vocabulary = words.vocabulary

    def say(self, it: ch.AnyStep) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind
        """Return what a step does, without its sign; a step's own title is said first."""
        say, ref = self.vocabulary.say, self.words.ref
        match it:
            case ch.Send():
                return self._send(it.send)
            case ch.Wait():
                return self._wait(it.wait)
            case ch.WaitFor():
                return self._wait_for(it.wait_for)
            case ch.Branch():
                return self._branch(it.branch)
            case ch.Switch():
                return say("step.switch", value=self._switch_value(it.switch.value))
            case ch.Split():
                return say("step.split")
            case ch.ExperimentStep():
                return say("step.experiment", experiment=ref(it.experiment.id))
            case ch.Update():
                return self._update(it.update)
            case ch.ListStep():
                return self._list(it.list)
            case ch.ConsentStep():
                return self._consent(it.consent)
            case ch.Emit():
                return say("step.emit", event=ref(it.emit))
            case ch.Webhook():
                return self._request(it.webhook)
            case ch.Fetch():
                return say("step.fetch", source=self._source(it.fetch), as_=it.fetch.as_)
            case ch.CodeStep():
                return say("step.code", target=it.code.target)
            case ch.Task():
                return self._task(it.task)
            case ch.Notify():
                people = ", ".join(it.notify.to)
                return say(
                    "step.notify", to=people, subject=self.amount.template(it.notify.subject.source)
                )
            case ch.AudienceSync():
                change = it.audience_sync
                return say(f"audience.{change.action}", it=ref(change.message))
            case ch.StartChain():
                return say("step.start_chain", chain=ref(it.start_chain.chain))
            case ch.StopChain():
                return say("step.stop_chain", chain=ref(it.stop_chain))
            case ch.Batch():
                return self._batch(it.batch)
            case ch.Throttle():
                return self._throttle(it.throttle)
            case ch.Jump():
                return say("step.jump", to=it.jump.to.id)
            case ch.Leave():
                return say("step.exit", reason=it.exit)
            case ch.Note():
                return say("step.note", note=it.note)
            case _:
                assert_never(it)

    def _send(self, it: ch.SendChoice) -> str:
        say = self.vocabulary.say
        messages = self.vocabulary.either([self.words.ref(m) for m in sent(it)] or [""])
        choice = say(f"choose.{it.choose}")
        if it.group:
            group = self.words.ref(it.group)
            return say("step.send_group", messages=messages, group=group, choice=choice)
        if it.message is None:
            return say("step.send_choice", messages=messages, choice=choice)
        return messages

    def _wait(self, it: ch.WaitTime) -> str:
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

    def _until(self, it: ch.Until) -> str:
        say, said = self.vocabulary.say, []
        if it.date:
            said.append(say("until.date", date=self.words.ref(it.date)))
        if it.property:
            said.append(say("until.property", p=it.property.id))
        if it.day:
            said.append(say("until.day", day=self.amount.day(it.day)))
        if it.working_day:
            said.append(say("until.working_day"))
        if it.weekday:
            said.append(say("until.weekday", days=self.amount.weekdays(it.weekday)))
        if it.at:
            said.append(say("until.at", time=self.amount.time(it.at.minute)))
        tail = say("until.exit") if it.if_past == "exit" else ""
        return self._offset(it) + ", ".join(said) + tail

    def _offset(self, it: ch.Until) -> str:
        if it.offset is None:
            return ""
        before = it.offset.months < 0 or it.offset.seconds < 0
        key = "until.before" if before else "until.after"
        return self.vocabulary.say(key, d=self.amount.duration(it.offset))

    def _wait_for(self, it: ch.WaitForEvent) -> str:
        say = self.vocabulary.say
        tail = say("step.wait_for_since") if it.since == "chain_start" else ""
        wanted = self.vocabulary.either([self.words.condition(arm.if_) for arm in it.first_of])
        return f"{self.waiting(it)}: {wanted}{tail}"

    def waiting(self, it: ch.WaitForEvent) -> str:
        """Return how long a step waits, without what for."""
        if it.timeout is None:
            return self.vocabulary.say("step.wait_for")
        spell = self.amount.duration(it.timeout)
        return self.vocabulary.say("step.wait_for_timeout", d=spell)

    def _branch(self, it: ch.Cases) -> str:
        if len(it.cases) == 1:
            return self.question(self.words.condition(it.cases[0].if_))
        return self.vocabulary.say("step.branch")

    def question(self, condition: str) -> str:
        """Return a condition as a question."""
        return self.vocabulary.say("step.question", it=condition)

    def _switch_value(self, it: ch.SwitchValue) -> str:
        say = self.vocabulary.say
        if it.attribute:
            return self.words.ref(it.attribute)
        if it.trigger:
            return say("switch.trigger", p=it.trigger.id)
        if it.step:
            return say("switch.step", step=it.step.step.id)
        return say("switch.locale")

    def _update(self, it: ch.ProfileChange) -> str:
        said = [self._change("set", key, value) for key, value in it.set.items()]
        said += [self.vocabulary.say("update.unset", a=self.words.ref(ref)) for ref in it.unset]
        said += [self._change("increment", key, step) for key, step in it.increment.items()]
        said += [self._change("append", key, value) for key, value in it.append.items()]
        return "; ".join(said)

    def _change(self, kind: str, attribute: str, value: Plain) -> str:
        found = self.words.program.attributes.get(attribute)
        name = self.words.name(found) if found else attribute
        return self.vocabulary.say(f"update.{kind}", a=name, v=self.amount.value(value))

    def _list(self, it: ch.ListChange) -> str:
        said = [self.vocabulary.say("list.add", it=self.words.ref(ref)) for ref in it.add]
        said += [self.vocabulary.say("list.remove", it=self.words.ref(ref)) for ref in it.remove]
        return "; ".join(said)

    def _consent(self, it: ch.ConsentChange) -> str:
        say = self.vocabulary.say
        status = say(f"consent.{it.status}")
        text = say("step.consent", consent=self.words.ref(it.set), status=status)
        return text + (say("if.topic", topic=it.topic.id) if it.topic else "")

    def _request(self, it: ch.Request) -> str:
        return self.vocabulary.say(
            "step.webhook", method=it.method, url=self.amount.template(it.url.source)
        )

    def _source(self, it: ch.FetchSource) -> str:
        if it.request:
            return self.vocabulary.say("fetch.request", it=self._request(it.request))
        kind, ref = ("coupon", it.coupon) if it.coupon else ("feed", it.feed)
        return self.vocabulary.say(f"fetch.{kind}", it=self.words.ref(ref) if ref else "")

    def _task(self, it: ch.TaskBody) -> str:
        say, title = self.vocabulary.say, self.amount.template(it.title.source)
        text = say("step.task", title=title)
        worker = it.to or it.queue
        if worker:
            text += say("task.to", to=worker)
        return text + (say("task.due", d=self.amount.short(it.due)) if it.due else "")

    def _batch(self, it: ch.BatchWindow) -> str:
        text = self.vocabulary.say("step.batch", d=self.amount.duration(it.for_)) + self._key(
            it.key
        )
        if it.max_items is None:
            return text
        items = self.vocabulary.count("item", it.max_items)
        return text + self.vocabulary.say("batch.max", items=items)

    def _throttle(self, it: ch.ThrottleLimit) -> str:
        spell = self.amount.duration(it.per)
        return self.vocabulary.say("step.throttle", n=it.limit, d=spell) + self._key(it.key)

    def _key(self, key: str | None) -> str:
        return self.vocabulary.say("step.key", key=key) if key else ""


def sent(it: ch.SendChoice) -> tuple[Ref, ...]:
    """Return the messages one of which, or all of which, a send step sends."""
    return ((it.message,) if it.message else ()) + it.messages


_Action = (
    ch.Update
    | ch.ListStep
    | ch.ConsentStep
    | ch.Emit
    | ch.Webhook
    | ch.Fetch
    | ch.CodeStep
    | ch.AudienceSync
)

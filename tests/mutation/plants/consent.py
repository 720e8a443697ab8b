"""Whom a message cannot reach: C13 consent, C14 nothing to fall back on."""

from tests.mutation.plant import plant


@plant("CRM313", "unsubscribed", "never_subscribed", "suppressed", "pending")
def an_audience_without_consent(kit, status):
    kit.event("planted_act")
    asked = {"consent": kit.consents["email"], "is": status}
    kit.chain(
        "planted_a", "planted_act", [{"wait": "1d"}, *kit.letters("planted_1")], asked, channels=()
    )
    return ["planted_a", "planted_1"]


@plant("CRM313", "email", "push")
def the_audience_says_not(kit, channel):
    kit.event("planted_act")
    asked = {"not": {"consent": kit.consents[channel]}}
    steps = kit.letters("planted_1", channel=channel)
    kit.chain("planted_a", "planted_act", steps, asked, {"reachable": channel}, channels=())
    return ["planted_a", "planted_1"]


@plant("CRM313", "email", "push")
def a_segment_without_consent(kit, channel):
    kit.event("planted_act")
    status = {"consent": kit.consents[channel], "is": "unsubscribed"}
    kit.segment("planted_gone", status, {"event": "order_placed", "within": "90d"})
    steps = [{"wait": "2h"}, *kit.letters("planted_1", channel=channel)]
    kit.chain("planted_a", "planted_act", steps, {"segment": "planted_gone"}, channels=())
    return ["planted_a", "planted_1"]


@plant("CRM314", "2h", "1d")
def a_wait_without_an_end(kit, wait):
    """Who never does it stays in the chain for ever."""
    kit.event("planted_act")
    kit.event("planted_answer")
    race = {"if": {"event": "planted_answer"}, "then": kit.letters("planted_2")}
    steps = [{"wait": wait}, *kit.letters("planted_1"), {"wait_for": race}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a"]


@plant("CRM314", 2, 3)
def a_race_without_an_end(kit, arms):
    kit.event("planted_act")
    race = []
    for n in range(arms):
        kit.event(f"planted_answer_{n}")
        race.append({"if": {"event": f"planted_answer_{n}"}, "then": kit.letters(f"planted_m{n}")})
    kit.chain("planted_a", "planted_act", [{"wait_for": {"first_of": race}}])
    return ["planted_a"]


@plant("CRM314", 2, 3, 4, instead=("CRM220",))
def a_switch_that_forgets_a_value(kit, values):
    """Declared values are looked at where names are resolved, so that is where it is told."""
    kit.event("planted_act")
    listed = [f"v{n}" for n in range(values + 1)]
    kit.attribute("planted_kind", "enum", values=listed, default="v0")
    cases = {one: kit.letters(f"planted_{one}") for one in listed[:-1]}
    steps = [{"switch": {"value": {"attribute": "planted_kind"}, "cases": cases}}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a"]


@plant("CRM314", 2, 3)
def a_switch_over_any_text(kit, values):
    """An attribute without declared values may have one that no case is for."""
    kit.event("planted_act")
    kit.attribute("planted_kind", "string")
    cases = {f"v{n}": kit.letters(f"planted_{n}") for n in range(values)}
    steps = [{"switch": {"value": {"attribute": "planted_kind"}, "cases": cases}}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a"]


@plant("CRM314", 10, 100)
def a_division_with_a_gap(kit, low):
    """Both cases are about one number, and one number is in neither."""
    kit.event("planted_act")
    kit.attribute("planted_level", minimum=0)
    cases = [
        {"if": {"attribute": "planted_level", "lt": low}, "then": kit.letters("planted_1")},
        {"if": {"attribute": "planted_level", "gt": low}, "then": kit.letters("planted_2")},
    ]
    kit.chain("planted_a", "planted_act", [{"wait": "1d"}, {"branch": {"cases": cases}}])
    return ["planted_a"]

"""What does not end: C05 trigger loops, C06 chains that go on after the goal."""

from tests.mutation.plant import plant

AGAIN = {"mode": "always"}


@plant("CRM305", 1, 2, 3)
def a_ring_of_events(kit, length):
    """Chain n emits what chain n + 1 starts on, and the last one what the first starts on."""
    for n in range(length):
        kit.event(f"planted_act_{n}")
        steps = [
            {"wait": "1d"},
            *kit.letters(f"planted_m{n}"),
            {"emit": f"planted_act_{(n + 1) % length}", "properties": {"amount": 1}},
        ]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps, reentry=AGAIN)
    return [f"planted_{n}" for n in range(length)]


@plant("CRM305", 1, 2, 3)
def a_ring_without_a_wait(kit, length):
    for n in range(length):
        kit.event(f"planted_act_{n}")
        emit = {"emit": f"planted_act_{(n + 1) % length}", "properties": {"amount": 1}}
        again = {"mode": "always", "concurrent": True}
        kit.chain(
            f"planted_{n}", f"planted_act_{n}", [*kit.letters(f"planted_m{n}"), emit], reentry=again
        )
    return [f"planted_{n}" for n in range(length)]


@plant("CRM305", "1d", "3d")
def chains_that_start_one_another(kit, wait):
    kit.event("planted_act")
    kit.chain(
        "planted_a", "planted_act", [{"wait": wait}, {"start_chain": "planted_b"}], reentry=AGAIN
    )
    steps = [{"wait": wait}, *kit.letters("planted_1"), {"start_chain": "planted_a"}]
    kit.chain("planted_b", {"manual": True}, steps, reentry=AGAIN)
    return ["planted_a", "planted_b"]


@plant("CRM305", "1d", "2d")
def an_attribute_to_and_fro(kit, wait):
    kit.attribute("planted_side", "enum", values=["left", "right"])
    for n, to, other in (("a", "left", "right"), ("b", "right", "left")):
        trigger = {"attribute": "planted_side", "to": {"eq": to}}
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1")]
        steps += [{"update": {"set": {"planted_side": other}}}]
        kit.chain(f"planted_{n}", trigger, steps, reentry=AGAIN)
    return ["planted_a", "planted_b"]


@plant("CRM306", "1d", "2d", "5d")
def a_goal_that_ends_nothing(kit, wait):
    kit.event("planted_act")
    kit.event("planted_win")
    kit.add("goals", "planted_goal", event="planted_win")
    steps = [*kit.letters("planted_1"), {"wait": wait}, *kit.letters("planted_2")]
    kit.chain("planted_a", "planted_act", steps, goal={"goal": "planted_goal", "within": "20d"})
    return ["planted_a"]


@plant("CRM306", "winback_60", "app_onboarding", "welcome", bases=("example",))
def an_exit_taken_out(kit, id_):
    """A chain of the example goes on after what it is for."""
    chain = kit.base["chains"][id_]
    chain["exit"] = [{"event": "email_complained"}]
    chain["goal"]["exits"] = False
    chain["audience"] = {"consent": "marketing_email"}
    return [id_]


@plant("CRM306", *range(3), bases=("six chains", "fourteen chains"))
def an_exit_taken_out_of_a_generated_chain(kit, n):
    del kit.base["chains"][f"chain_{n}"]["exit"]
    for name, one in kit.base["segments"].items():
        if name == f"segment_{n}":
            one["all"] = [atom for atom in one["all"] if "not_event" not in atom]
    return [f"chain_{n}"]


@plant("CRM306", 30, 60, 90)
def a_reactivation_that_goes_on(kit, days):
    """Nothing ends the way back when the customer is back."""
    kit.segment("planted_lapsed", {"last_event": "order_placed", "older_than": f"{days}d"})
    steps = [*kit.letters("planted_1"), {"wait": "3d"}, *kit.letters("planted_2")]
    trigger = {"segment": "planted_lapsed", "transition": "entered"}
    kit.chain("planted_a", trigger, steps, recheck="entry")
    return ["planted_a"]

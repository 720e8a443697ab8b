"""Who comes first: C12 starvation, C15 overlap with oneself, C16 races, C20 ties and inversions."""

from tests.mutation.plant import plant


@plant("CRM312", "1d", "2d", "4d", "6d")
def a_letter_behind_another(kit, wait):
    """The first letter of the chain takes the only place of the week."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    steps = [
        *kit.letters("planted_1", tags=["planted_tag"]),
        {"wait": wait},
        *kit.letters("planted_2", tags=["planted_tag"]),
    ]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_2", "planted_a"]


@plant("CRM312", 2, 3, 4, instead=("CRM302",))
def the_last_of_several(kit, limit):
    """In the example a week has room for three: the limit of four is never full, and others of the
    week can put off the third, so that the loss is no law there and CRM302 tells."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"{limit} per 30d")
    steps = []
    for n in range(limit + 1):
        steps += [*kit.letters(f"planted_{n}", tags=["planted_tag"]), {"wait": "26h"}]
    kit.chain("planted_a", "planted_act", steps)
    return [f"planted_{limit}", "planted_a"]


@plant("CRM312", "9d", "12d", "15d", "18d")
def crowded_out_for_as_long_as_they_come_back(kit, per):
    """Four visits fill the limit, and each of those that follow takes the place that comes free."""
    kit.event("planted_visit")
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"3 per {per}")
    high = kit.letters("planted_a1", tags=["planted_tag"])
    kit.chain("planted_a", "planted_visit", high, priority=85, reentry={"mode": "always"})
    low = kit.letters("planted_b1", tags=["planted_tag"])
    kit.chain("planted_b", "planted_act", low, priority=15)
    return ["planted_b", "planted_b1"]


@plant("CRM312", "1d", "2d")
def given_up_behind_those_who_come_back(kit, ttl):
    kit.event("planted_visit")
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "3 per 9d", exceed="delay", ttl=ttl)
    high = kit.letters("planted_a1", tags=["planted_tag"])
    kit.chain("planted_a", "planted_visit", high, priority=85, reentry={"mode": "always"})
    low = kit.letters("planted_b1", tags=["planted_tag"])
    kit.chain("planted_b", "planted_act", low, priority=15)
    return ["planted_b", "planted_b1"]


@plant("CRM315", "1d", "2d", "5d")
def passages_side_by_side(kit, after):
    kit.event("planted_act")
    steps = [{"wait": "3d"}, *kit.letters("planted_1"), {"wait": "4d"}, *kit.letters("planted_2")]
    again = {"mode": "after", "after": after, "concurrent": True}
    kit.chain("planted_a", "planted_act", steps, reentry=again)
    return ["planted_a"]


@plant("CRM315", "1h", "6h", "1d", "9d")
def always_and_at_once(kit, wait):
    kit.event("planted_act")
    steps = [{"wait": wait}, *kit.letters("planted_1"), {"wait": "1d"}, *kit.letters("planted_2")]
    kit.chain("planted_a", "planted_act", steps, reentry={"mode": "always", "concurrent": True})
    return ["planted_a"]


@plant("CRM316", "silver", "gold", "iron", "lead")
def one_writes_what_the_other_reads(kit, value):
    """Both run in the minute of the event; who comes first is decided by the id."""
    kit.event("planted_act")
    values = ["none", value]
    kit.attribute("planted_tier", "enum", values=values, default="none")
    kit.chain(
        "planted_a",
        "planted_act",
        [{"update": {"set": {"planted_tier": value}}}, {"wait": "1d"}, *kit.letters("planted_1")],
    )
    case = {"if": {"attribute": "planted_tier", "eq": value}, "then": kit.letters("planted_2")}
    branch = {"branch": {**case, "else": kit.letters("planted_3")}}
    kit.chain("planted_b", "planted_act", [branch])
    return ["planted_a", "planted_b"]


@plant("CRM316", 1, 2, 3)
def a_number_raised_and_read(kit, step):
    kit.event("planted_act")
    kit.attribute("planted_count", "integer", minimum=0, default=0)
    change = {"update": {"increment": {"planted_count": step}}}
    kit.chain("planted_a", "planted_act", [change, {"wait": "1d"}, *kit.letters("planted_1")])
    only = {"attribute": "planted_count", "gte": step}
    kit.chain("planted_b", "planted_act", [{**kit.letters("planted_2")[0], "only": only}])
    return ["planted_a", "planted_b"]


@plant("CRM316", "hourly", "daily", "weekly")
def a_segment_worked_out_too_late(kit, refresh):
    """The branch asks for what the event of this very minute has changed."""
    kit.event("planted_act")
    kit.segment("planted_doers", {"event": "planted_act"}, refresh=refresh)
    case = {"if": {"segment": "planted_doers"}, "then": kit.letters("planted_1")}
    kit.chain("planted_a", "planted_act", [{"branch": {**case, "else": kit.letters("planted_2")}}])
    return ["planted_a", "planted_doers"]


@plant("CRM316", "30m", "2h", "1d")
def a_segment_asked_again_too_soon(kit, wait):
    kit.event("planted_act")
    refresh = "hourly" if wait == "30m" else "weekly"
    kit.segment("planted_doers", {"event": "planted_act", "within": "30d"}, refresh=refresh)
    only = {**kit.letters("planted_1")[0], "only": {"segment": "planted_doers"}}
    kit.chain("planted_a", "planted_act", [{"wait": wait}, only])
    return ["planted_a", "planted_doers"]


@plant("CRM316", "daily")
def a_segment_that_lets_nobody_in_yet(kit, refresh):
    kit.event("planted_act")
    kit.segment("planted_doers", {"event": "planted_act"}, refresh=refresh)
    kit.chain("planted_a", "planted_act", kit.letters("planted_1"), "planted_doers")
    return ["planted_a", "planted_doers"]


@plant("CRM320", "1h", "5h", "1d")
def equal_priorities_for_one_place(kit, wait):
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    for n in ("a", "b"):
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", "planted_act", steps, priority=50)
    return ["planted_a", "planted_b", "planted_cap", "planted_a1", "planted_b1"]


@plant("CRM320", "2h", "6h", "2d")
def the_important_one_comes_later(kit, wait):
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    low = kit.letters("planted_a1", tags=["planted_tag"])
    kit.chain("planted_a", "planted_act", low, priority=20)
    high = [{"wait": wait}, *kit.letters("planted_b1", tags=["planted_tag"])]
    kit.chain("planted_b", "planted_act", high, priority=80)
    return ["planted_a", "planted_b", "planted_cap", "planted_a1", "planted_b1"]


@plant("CRM320", "3h", "1d")
def equal_priorities_on_two_events(kit, wait):
    kit.cap("planted_cap", "planted_tag", "1 per 10d")
    for n in ("a", "b"):
        kit.event(f"planted_act_{n}")
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps, priority=50)
    return ["planted_a", "planted_b", "planted_cap", "planted_a1", "planted_b1"]

"""Who: C07 dead branches, C08 empty, C09 universal, C10 duplicate and C11 redundant segments."""

from tests.mutation.plant import plant


def level(**tests):
    return {"attribute": "planted_level", **tests}


def used(kit, *segments):
    """Let chains use the segments, so that nothing else is wrong with them."""
    kit.event("planted_use")
    for n, one in enumerate(segments):
        steps = [{"wait": "1d"}, *kit.letters(f"planted_m{n}")]
        kit.chain(f"planted_user_{n}", "planted_use", steps, {"segment": one})


def frozen(kit):
    kit.attribute("planted_level", minimum=0, mutability="frozen", nullable=False)


@plant("CRM307", 10, 50, 1000)
def a_branch_the_audience_rules_out(kit, low):
    kit.event("planted_act")
    frozen(kit)
    branch = {
        "if": level(lt=low - 5),
        "then": kit.letters("planted_1"),
        "else": kit.letters("planted_2"),
    }
    kit.chain("planted_a", "planted_act", [{"wait": "1d"}, {"branch": branch}], level(gte=low))
    return ["planted_a"]


@plant("CRM307", 5, 20, 70)
def a_case_behind_a_wider_one(kit, low):
    kit.event("planted_act")
    kit.attribute("planted_level", minimum=0)
    cases = [
        {"if": level(gte=low), "then": kit.letters("planted_1")},
        {"if": level(gte=low + 5), "then": kit.letters("planted_2")},
    ]
    steps = [{"branch": {"cases": cases, "else": kit.letters("planted_3")}}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a"]


@plant("CRM307", 3, 8)
def a_step_whose_condition_cannot_hold(kit, low):
    kit.event("planted_act")
    kit.attribute("planted_level", minimum=0)
    step = {**kit.letters("planted_1")[0], "only": level(lt=low), "unless": level(lt=low + 1)}
    kit.chain("planted_a", "planted_act", [step, *kit.letters("planted_2")])
    return ["planted_a"]


@plant("CRM308", 5, 60, 300)
def two_numbers_that_exclude(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_s", level(gte=low), level(lt=low))
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM308", 7, 14, 60)
def done_and_not_done(kit, days):
    silence = {"not_event": "order_placed", "within": f"{2 * days}d"}
    kit.segment("planted_s", {"event": "order_placed", "within": f"{days}d"}, silence)
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM308", 30, 60)
def long_ago_and_lately(kit, days):
    last = {"last_event": "order_placed", "older_than": f"{days}d"}
    kit.segment("planted_s", last, {"event": "order_placed", "within": f"{days - 10}d"})
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM308", 3, 9)
def a_segment_and_its_opposite(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_high", level(gte=low))
    kit.segment("planted_s", {"segment": "planted_high"}, {"not": {"segment": "planted_high"}})
    used(kit, "planted_s", "planted_high")
    return ["planted_s"]


@plant("CRM309", 5, 60, 300)
def all_numbers_and_none(kit, low):
    kit.attribute("planted_level", minimum=0)
    any_ = [level(gte=low), level(lt=low), level(missing=True)]
    kit.add("segments", "planted_s", any=any_)
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM309", 7, 30, 90)
def done_or_not_done(kit, days):
    within = {"within": f"{days}d"}
    either = [{"event": "order_placed", **within}, {"not_event": "order_placed", **within}]
    kit.add("segments", "planted_s", any=either)
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM309", 1, 4)
def a_filter_that_lets_all_through(kit, low):
    kit.event("planted_act")
    kit.attribute("planted_level", minimum=0, nullable=False, default=0)
    only = {"any": [level(gte=low), level(lt=low + 2)]}
    step = {**kit.letters("planted_1")[0], "only": only}
    kit.chain("planted_a", "planted_act", [{"wait": "1d"}, step])
    return ["planted_a"]


@plant("CRM310", 5, 60, 300)
def one_bound_written_twice(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_s", level(gte=low))
    kit.segment("planted_t", level(gt=low - 1))
    used(kit, "planted_s", "planted_t")
    return ["planted_s", "planted_t"]


@plant("CRM310", 11, 33, 77)
def two_orders_of_the_same(kit, days):
    kit.attribute("planted_level", minimum=0)
    one, two = level(between=[3, 9]), {"event": "order_placed", "within": f"{days}d"}
    three = {"all": [level(gte=3), level(lte=9)]}
    kit.segment("planted_s", one, two)
    kit.segment("planted_t", two, three)
    used(kit, "planted_s", "planted_t")
    return ["planted_s", "planted_t"]


@plant("CRM310", 8, 40)
def never_is_no_time(kit, days):
    kit.event("planted_act")
    within = {"within": f"{days}d"}
    kit.segment("planted_s", {"not_event": "planted_act", **within})
    kit.segment("planted_t", {"event": "planted_act", "count": {"eq": 0}, **within})
    used(kit, "planted_s", "planted_t")
    return ["planted_s", "planted_t"]


@plant("CRM311", 7, 21, 60)
def an_alternative_within_another(kit, days):
    inner = {"event": "order_placed", "within": f"{days}d"}
    outer = {"event": "order_placed", "within": f"{2 * days + 1}d"}
    kit.add("segments", "planted_s", any=[inner, outer])
    used(kit, "planted_s")
    return ["planted_s"]


@plant("CRM311", 4, 40)
def a_part_and_its_whole(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_high", level(gte=low))
    kit.segment("planted_higher", level(gte=low + 10))
    both = [{"segment": "planted_high"}, {"segment": "planted_higher"}]
    kit.segment("planted_s", *both, {"event": "order_placed", "within": "33d"})
    used(kit, "planted_s", "planted_high", "planted_higher")
    return ["planted_s"]


@plant("CRM311", 4, 40)
def an_included_segment_within_another(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_high", level(gte=low))
    kit.segment("planted_higher", level(gte=low + 10))
    kit.add(
        "broadcasts",
        "planted_b",
        audience={"include": ["planted_high", "planted_higher"]},
        message=kit.message("planted_1"),
        repeat={"rrule": "FREQ=WEEKLY;BYDAY=TU", "at": "12:00"},
    )
    return ["planted_b"]


@plant("CRM311", 4, 40)
def an_exclusion_of_nobody(kit, low):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_high", level(gte=low))
    kit.segment("planted_low", level(lt=low - 2))
    kit.add(
        "broadcasts",
        "planted_b",
        audience={"include": ["planted_high"], "exclude": ["planted_low"]},
        message=kit.message("planted_1"),
        repeat={"rrule": "FREQ=WEEKLY;BYDAY=TU", "at": "12:00"},
    )
    return ["planted_b"]

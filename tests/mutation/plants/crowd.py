"""Too much at once: C01 concurrent chains, C02 overload, C03 leaks, C04 collisions, C19 tags."""

from tests.mutation.plant import plant

APART = ("six chains", "fourteen chains")
"""The example keeps letters and pushes three hours apart, so they do not collide there."""
WAITS = ["2h", "5h", "1d", "2d"]


@plant("CRM301", *WAITS)
def twins_on_one_event(kit, wait):
    """Two chains start on one event, and nothing keeps a customer out of either."""
    kit.event("planted_act")
    kit.chain("planted_a", "planted_act", [{"wait": wait}, *kit.letters("planted_1")])
    kit.chain("planted_b", "planted_act", [{"wait": "3d"}, *kit.letters("planted_2")])
    return ["planted_a", "planted_b"]


@plant("CRM301", 100, 500, 900)
def twins_whose_filters_overlap(kit, amount):
    kit.event("planted_act")
    where = {"event": "planted_act", "where": {"amount": {"gte": amount}}}
    below = {"event": "planted_act", "where": {"amount": {"lt": 1000}}}
    kit.chain("planted_a", where, [{"wait": "1d"}, *kit.letters("planted_1")])
    kit.chain("planted_b", below, [{"wait": "2d"}, *kit.letters("planted_2")])
    return ["planted_a", "planted_b"]


@plant("CRM301", "1d", "3d", "6d")
def incompatible_tags(kit, wait):
    """Chains with tags that must not meet start on different events."""
    kit.event("planted_one")
    kit.event("planted_two")
    kit.add("tags", "planted_sad", incompatible=["planted_glad"])
    kit.add("tags", "planted_glad")
    steps = [{"wait": wait}, *kit.letters("planted_1"), {"wait": wait}]
    kit.chain("planted_a", "planted_one", steps, tags=["planted_sad"])
    last = [{"wait": wait}, *kit.letters("planted_2"), {"wait": wait}]
    kit.chain("planted_b", "planted_two", last, tags=["planted_glad"])
    return ["planted_a", "planted_b"]


@plant("CRM301", "welcome", "app_onboarding", "high_value_order", bases=("example",))
def a_rival_outside_the_group(kit, rival):
    """A chain on the trigger of another one, forgotten in the exclusive group."""
    trigger = kit.base["chains"][rival]["trigger"]
    kit.chain("planted_a", trigger, [{"wait": "1d"}, *kit.letters("planted_1")])
    return ["planted_a"]


@plant("CRM302", 1, 2, 3, instead=("CRM312",))
def more_sends_than_the_cap(kit, limit):
    """One chain alone is over a limit: the last message is always lost, so CRM312 may tell."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"{limit} per 7d")
    steps = []
    for n in range(limit + 1):
        steps += [*kit.letters(f"planted_{n}", tags=["planted_tag"]), {"wait": "30h"}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap", f"planted_{limit}"]


@plant("CRM302", "2h", "26h", "50h")
def two_chains_over_the_cap(kit, wait):
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    for n in ("a", "b"):
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", "planted_act", [*([{"wait": "1d"}] if n == "b" else []), *steps])
    return ["planted_a", "planted_b", "planted_cap"]


@plant("CRM302", "4h", "12h", "3d")
def two_events_over_the_cap(kit, wait):
    kit.cap("planted_cap", "planted_tag", "1 per 10d")
    for n in ("a", "b"):
        kit.event(f"planted_act_{n}")
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps)
    return ["planted_a", "planted_b", "planted_cap"]


@plant("CRM302", 1, 2, 3)
def a_send_to_some_over_the_cap(kit, limit):
    """The last message is lost for those only who got the one before it."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"{limit} per 7d")
    kit.attribute("planted_score", minimum=0, maximum=100)
    steps = []
    for n in range(limit + 1):
        step = kit.letters(f"planted_{n}", tags=["planted_tag"])[0]
        only = {"attribute": "planted_score", "gte": 50}
        steps += [{**step, "only": only} if n == limit - 1 else step, {"wait": "30h"}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap", f"planted_{limit}"]


@plant("CRM302", "1h", "20h", "2d")
def three_chains_over_the_cap(kit, wait):
    """Any two of them are fine."""
    kit.cap("planted_cap", "planted_tag", "2 per 7d")
    for n in ("a", "b", "c"):
        kit.event(f"planted_act_{n}")
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps)
    return ["planted_a", "planted_b", "planted_c", "planted_cap"]


@plant("CRM302", "6h", "1d", "3d", instead=("CRM312",))
def letters_closer_than_the_gap(kit, gap):
    """The second is always too early, so CRM312 may tell."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", min_gap=gap)
    steps = [
        *kit.letters("planted_1", tags=["planted_tag"]),
        {"wait": "4h"},
        *kit.letters("planted_2", tags=["planted_tag"]),
    ]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap", "planted_2"]


@plant("CRM302", "2026-12-01T13:00", "2026-12-01T19:00", "2026-12-02T10:00")
def two_broadcasts_over_the_cap(kit, at):
    """Nobody does anything: both go out within two days."""
    kit.cap("planted_cap", "planted_tag", "1 per 2d")
    kit.mailing("planted_m", "planted_1", at="2026-12-01T11:00", tags=["planted_tag"])
    kit.mailing("planted_n", "planted_2", at=at, tags=["planted_tag"])
    return ["planted_m", "planted_n", "planted_cap"]


@plant("CRM302", "WEEKLY;BYDAY=WE", "MONTHLY;BYMONTHDAY=3", "DAILY;INTERVAL=5")
def a_repeated_broadcast_meets_one_that_is_sent_once(kit, rule):
    """The second lies in another year, on a day of the first or within the window."""
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    often = {"rrule": f"FREQ={rule}", "at": "12:00"}
    kit.mailing("planted_m", "planted_1", repeat=often, tags=["planted_tag"])
    kit.mailing("planted_n", "planted_2", at="2028-05-04T10:00", tags=["planted_tag"])
    return ["planted_m", "planted_n", "planted_cap"]


@plant("CRM302", "1h", "1d", "5d")
def a_chain_on_the_day_of_a_broadcast(kit, wait):
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 1d")
    weekly = {"rrule": "FREQ=WEEKLY;BYDAY=TU", "at": "11:00"}
    kit.mailing("planted_m", "planted_1", repeat=weekly, tags=["planted_tag"])
    steps = [{"wait": wait}, *kit.letters("planted_2", tags=["planted_tag"])]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_m", "planted_cap"]


@plant("CRM302", "1d", "3d")
def a_second_try_over_the_cap(kit, after):
    kit.cap("planted_cap", "planted_tag", "1 per 7d")
    again = {"after": after, "to": {"message": "planted_1", "opened": False}}
    kit.mailing("planted_m", "planted_1", at="2026-12-01T11:00", tags=["planted_tag"], resend=again)
    return ["planted_m", "planted_cap"]


@plant("CRM302", "2h", "1d")
def two_chains_and_a_broadcast_over_the_cap(kit, wait):
    """Any two of them are fine."""
    kit.cap("planted_cap", "planted_tag", "2 per 7d")
    kit.mailing("planted_m", "planted_1", at="2026-12-01T11:00", tags=["planted_tag"])
    for n in ("a", "b"):
        kit.event(f"planted_act_{n}")
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=["planted_tag"])]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps)
    return ["planted_a", "planted_b", "planted_m", "planted_cap"]


@plant("CRM302", "1 per 24h", "2 per 48h")
def a_daily_broadcast_on_the_day_on_which_clocks_go_forward(kit, limit):
    """At home clocks are never changed, but some customers live elsewhere."""
    kit.cap("planted_cap", "planted_tag", limit)
    daily = {"rrule": "FREQ=DAILY", "at": "12:00"}
    kit.mailing("planted_m", "planted_1", repeat=daily, tags=["planted_tag"])
    return ["planted_m", "planted_cap"]


@plant("CRM302", "2d", "10d")
def one_event_ends_a_wait_and_starts_a_chain(kit, timeout):
    """It comes once in a quarter, so one of them has to do both."""
    kit.event("planted_act")
    kit.event("planted_rare", assume={"min_gap": "90d"})
    kit.cap("planted_cap", "planted_tag", "1 per 1d")
    arm = {"if": {"event": "planted_rare"}, "then": kit.letters("planted_1", tags=["planted_tag"])}
    race = {"first_of": [arm], "timeout": timeout, "otherwise": []}
    kit.chain("planted_a", "planted_act", [{"wait_for": race}])
    kit.chain("planted_b", "planted_rare", kit.letters("planted_2", tags=["planted_tag"]))
    return ["planted_a", "planted_b", "planted_cap"]


@plant("CRM303", 1, 2)
def broadcasts_in_two_calendar_weeks(kit, limit):
    kit.cap("planted_cap", "planted_tag", f"{limit} per 7d", window="calendar")
    for day in ("SA", "MO"):
        for n in range(limit):
            weekly = {"rrule": f"FREQ=WEEKLY;BYDAY={day}", "at": f"{10 + 4 * n}:00"}
            name = f"planted_{day.lower()}{n}"
            kit.mailing(f"{name}_m", name, repeat=weekly, tags=["planted_tag"])
    return ["planted_sa0", "planted_mo0", "planted_cap"]


@plant("CRM303", 1, 2)
def a_calendar_week(kit, limit):
    """Letters on Saturday and on Monday lie in two calendar weeks."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"{limit} per 7d", window="calendar")
    steps = [{"wait": {"until": {"at": "11:00", "weekday": ["sat"]}}}]
    for n in range(limit):
        steps += [*kit.letters(f"planted_{n}", tags=["planted_tag"]), {"wait": "1h"}]
    steps += [{"wait": {"until": {"at": "11:00", "weekday": ["mon"]}}}]
    for n in range(limit):
        steps += [*kit.letters(f"planted_late_{n}", tags=["planted_tag"]), {"wait": "4h"}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap"]


@plant("CRM303", 2, bases=APART)
@plant("CRM303", 1)
def a_calendar_day(kit, limit):
    """In the example another rule lets no more than two through in any 24 hours."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", f"{limit} per 1d", window="calendar")
    steps = [{"wait": {"until": {"at": "19:00"}}}]
    for n in range(limit):
        steps += kit.letters(f"planted_{n}", tags=["planted_tag"])
        steps += [{"wait": "30m"}]
    steps += [{"wait": {"until": {"at": "10:00"}}}]
    for n in range(limit):
        steps += [*kit.letters(f"planted_late_{n}", tags=["planted_tag"]), {"wait": "3h"}]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap"]


@plant("CRM303", 2, 3)
def a_counter_that_lags(kit, sends, lag="5h"):
    """The target does not see what went out in the last hours."""
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 2d")
    kit.target(base="reference", counter_lag=lag)
    steps = []
    for n in range(sends):
        channel = "push" if n % 2 else "email"
        steps += kit.letters(f"planted_{n}", channel=channel, tags=["planted_tag"])
        steps += [{"wait": "10m"}]
    kit.chain("planted_a", "planted_act", steps, channels=("email", "push"))
    return ["planted_a", "planted_cap"]


@plant("CRM303", "braze", "iterable")
def a_target_that_counts_days(kit, base):
    kit.event("planted_act")
    kit.cap("planted_cap", "planted_tag", "1 per 1d")
    kit.target(base=base)
    steps = [
        {"wait": {"until": {"at": "19:00"}}},
        *kit.letters("planted_1", tags=["planted_tag"]),
        {"wait": {"until": {"at": "10:00"}}},
        *kit.letters("planted_2", tags=["planted_tag"]),
    ]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_cap"]


@plant("CRM304", "1h", "3h", "1d", "2d", bases=APART, instead=("CRM301",))
def two_chains_in_one_hour(kit, wait):
    """CRM301 tells of them: the customer is in both because both start on the same event."""
    kit.event("planted_act")
    for n, channel in (("a", "email"), ("b", "push")):
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", channel=channel)]
        kit.chain(f"planted_{n}", "planted_act", steps, channels=(channel,))
    return ["planted_a", "planted_b"]


@plant("CRM304", None, "5m", "10m", "20m", "30m", "45m", "59m", bases=APART)
def one_chain_over_two_channels(kit, pause):
    kit.event("planted_act")
    steps = kit.letters("planted_1")
    steps += [{"wait": pause}] if pause else []
    steps += kit.letters("planted_2", channel="push")
    kit.chain("planted_a", "planted_act", steps, channels=("email", "push"))
    return ["planted_a"]


@plant("CRM304", "10m", "3h", "1d", bases=APART)
def a_chain_that_ends_the_other_too_late(kit, wait):
    """It takes customers out of the first chain when both have spoken."""
    kit.event("planted_act")
    kit.chain("planted_a", "planted_act", [{"wait": wait}, *kit.letters("planted_1")])
    steps = [{"wait": wait}, *kit.letters("planted_2", channel="push")]
    steps += [{"stop_chain": "planted_a"}]
    kit.chain("planted_b", "planted_act", steps, channels=("push",))
    return ["planted_a", "planted_b"]


@plant("CRM304", "23:00", "02:00", "05:30", "07:00", bases=APART, instead=("CRM301",))
def a_burst_after_the_night(kit, at):
    """Both wait at the gate, and leave when the quiet hours end.

    CRM301 tells of them: the customer is in both because both start on the same event.
    """
    kit.event("planted_act")
    quiet = {"from": "22:00", "to": "09:00", "timezone": "profile"}
    for n, moment, channel in (("a", "22:30", "email"), ("b", at, "push")):
        steps = [{"wait": {"until": {"at": moment}}}]
        steps += kit.letters(f"planted_{n}1", channel=channel)
        kit.chain(f"planted_{n}", "planted_act", steps, channels=(channel,), quiet_hours=quiet)
    return ["planted_a", "planted_b"]


@plant("CRM319", "2h", "5h", "12h")
def incompatible_letters_of_two_chains(kit, wait):
    kit.event("planted_act")
    kit.add("tags", "planted_sad", incompatible=["planted_glad"])
    kit.add("tags", "planted_glad")
    sad = [{"wait": wait}, *kit.letters("planted_1", tags=["planted_sad"])]
    glad = [{"wait": "1h"}, *kit.letters("planted_2", tags=["planted_glad"])]
    kit.chain("planted_a", "planted_act", sad)
    kit.chain("planted_b", "planted_act", glad)
    return ["planted_a", "planted_b", "planted_1", "planted_2"]


@plant("CRM319", "4h", "8h", "20h")
def incompatible_letters_of_one_chain(kit, wait):
    kit.event("planted_act")
    kit.add("tags", "planted_sad", incompatible=["planted_glad"])
    kit.add("tags", "planted_glad")
    steps = [
        *kit.letters("planted_1", tags=["planted_sad"]),
        {"wait": wait},
        *kit.letters("planted_2", tags=["planted_glad"]),
    ]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_1", "planted_2"]


@plant("CRM319", "1h", "6h")
def letters_on_two_events(kit, wait):
    kit.add("tags", "planted_sad")
    kit.add("tags", "planted_glad", incompatible=["planted_sad"])
    for n, tag in (("a", "planted_sad"), ("b", "planted_glad")):
        kit.event(f"planted_act_{n}")
        steps = [{"wait": wait}, *kit.letters(f"planted_{n}1", tags=[tag])]
        kit.chain(f"planted_{n}", f"planted_act_{n}", steps)
    return ["planted_a", "planted_b", "planted_a1", "planted_b1"]

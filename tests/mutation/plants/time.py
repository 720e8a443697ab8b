"""When: C17 quiet hours that trap, C18 messages that come too late or never."""

from tests.mutation.base import letter
from tests.mutation.plant import plant

EMAILS = ("email",)


@plant("CRM317", "22:30", "23:00", "03:00", "07:30")
def a_wait_into_the_night(kit, at):
    """The send always meets the quiet hours."""
    kit.event("planted_act")
    quiet = {"from": "22:00", "to": "09:00", "timezone": "profile"}
    steps = [{"wait": {"until": {"at": at}}}, *kit.letters("planted_1")]
    kit.chain("planted_a", "planted_act", steps, quiet_hours=quiet)
    return ["planted_a", "planted_1"]


@plant("CRM317", "1h", "3h", "5h")
def a_time_to_live_shorter_than_the_night(kit, ttl):
    kit.event("planted_act")
    quiet = {"from": "21:00", "to": "09:00", "timezone": "profile", "ttl": ttl}
    steps = [{"wait": {"until": {"at": "22:00"}}}, *kit.letters("planted_1")]
    kit.chain("planted_a", "planted_act", steps, quiet_hours=quiet)
    return ["planted_a", "planted_1"]


@plant("CRM317", "09:00", "09:30")
def no_hour_left(kit, at):
    """The quiet hours of chain and channel together leave next to nothing of the day."""
    kit.event("planted_act")
    kit.base["channels"]["email"]["quiet_hours"] = {
        "from": at,
        "to": "22:00",
        "timezone": "profile",
    }
    quiet = {"from": "22:00", "to": "09:00", "timezone": "profile"}
    kit.chain("planted_a", "planted_act", kit.letters("planted_1"), quiet_hours=quiet)
    return ["planted_a", "planted_1"]


@plant("CRM317", "11h", "11h 30m")
def a_time_to_live_as_long_as_other_nights(kit, ttl):
    """In the night of 31 October clocks in Berlin go back, and the morning is an hour later."""
    kit.event("planted_act")
    quiet = {"from": "22:00", "to": "09:00", "ttl": ttl}
    kit.chain(
        "planted_a",
        "planted_act",
        kit.letters("planted_1"),
        quiet_hours=quiet,
        timezone="Europe/Berlin",
    )
    return ["planted_a", "planted_1"]


@plant("CRM317", "Europe/Berlin", "America/New_York")
def an_hour_that_clocks_skip(kit, zone):
    kit.event("planted_act")
    quiet = {"from": "03:00", "to": "02:00"}
    steps = kit.letters("planted_1")
    kit.chain("planted_a", "planted_act", steps, quiet_hours=quiet, timezone=zone)
    return ["planted_a", "planted_1"]


@plant("CRM317", "skip", "exit")
def a_day_later_by_the_clock(kit, fallback):
    """A wait of 24 hours over the change of clocks ends an hour later, in quiet hours."""
    kit.event("planted_act")
    quiet = {"from": "22:00", "to": "09:00", "fallback": fallback}
    steps = [{"wait": {"until": {"at": "21:30"}}}, {"wait": "1d"}, *kit.letters("planted_1")]
    kit.chain("planted_a", "planted_act", steps, quiet_hours=quiet, timezone="Europe/Berlin")
    return ["planted_a", "planted_1"]


def banner(kit):
    """Plant a banner of a sale, good until 10 March, and return the step that shows it."""
    kit.add("channels", "planted_app", type="in_app")
    text = {"heading": "Sale", "text": "Until 10 March", "expires": "2027-03-10"}
    kit.add("messages", "planted_1", channel="planted_app", category="service", **text)
    return {"send": "planted_1"}


@plant("CRM318", "2027-03-12", "2027-03-20", "2027-06-01")
def in_when_the_sale_is_over(kit, last):
    """Customers may still come in when the message of the sale has expired."""
    kit.event("planted_act")
    running = {"from": "2027-03-01", "to": last}
    kit.chain("planted_a", "planted_act", [banner(kit)], running=running)
    return ["planted_a", "planted_1"]


@plant("CRM318", "2027-03-11", "2027-04-01")
def a_wait_beyond_the_sale(kit, day):
    kit.event("planted_act")
    wait = {"wait": {"until": {"day": day}}}
    kit.chain("planted_a", "planted_act", [wait, banner(kit)])
    return ["planted_a", "planted_1"]


@plant("CRM318", "8d", "30d")
def a_chain_that_is_over_before_it_writes(kit, wait):
    kit.event("planted_act")
    running = {"from": "2027-03-01", "to": "2027-03-07"}
    steps = [{"wait": wait}, *kit.letters("planted_1")]
    kit.chain("planted_a", "planted_act", steps, running=running)
    return ["planted_a", "planted_1"]


@plant("CRM318", "2027-03-11T10:00", "2027-05-01T09:00")
def a_broadcast_after_the_sale(kit, at):
    kit.attribute("planted_level", minimum=0)
    kit.segment("planted_all", {"attribute": "planted_level", "gte": 5})
    banner(kit)
    mailing = {"audience": {"include": ["planted_all"]}, "message": "planted_1", "at": at}
    kit.add("broadcasts", "planted_mailing", **mailing)
    return ["planted_mailing", "planted_1"]


@plant("CRM318", "2027-01-15", "2027-02-01", "2027-02-28")
def a_wait_for_a_day_that_is_over(kit, day):
    """Whoever comes in is too late for the day, and leaves."""
    kit.event("planted_act")
    wait = {"wait": {"until": {"day": day, "if_past": "exit"}}}
    running = {"from": "2027-03-02", "to": "2027-12-31"}
    kit.chain("planted_a", "planted_act", [wait, *kit.letters("planted_1")], running=running)
    return ["planted_a", "planted_1"]


@plant("CRM318", "1d", "3d", "10d")
def an_exit_that_always_comes_first(kit, wait):
    """The chain is left at once by whoever is in it."""
    kit.event("planted_act")
    kit.attribute("planted_level", minimum=0)
    exit_ = [{"if": {"attribute": "planted_level", "gte": 5}}]
    steps = [{"wait": wait}, *kit.letters("planted_1")]
    level = {"attribute": "planted_level", "gte": 5}
    kit.chain("planted_a", "planted_act", steps, level, exit=exit_)
    return ["planted_a", "planted_1"]


@plant("CRM318", "1d", "5d")
def a_coupon_that_has_run_out(kit, valid):
    kit.event("planted_act")
    kit.add("coupons", "planted_coupon", code="SPRING", discount=10, valid_for=valid)
    body = letter("{{ chain.code }}")
    steps = [
        {"fetch": {"coupon": "planted_coupon", "as": "code"}},
        {"wait": "7d"},
        *kit.letters("planted_1", body=body),
    ]
    kit.chain("planted_a", "planted_act", steps)
    return ["planted_a", "planted_1", "planted_coupon"]


@plant("CRM318", "1d", "3d")
def a_letter_after_the_date(kit, wait):
    """The chain begins before the day it is about, and writes after it."""
    kit.attribute("planted_day", "date")
    trigger = {"date": "planted_day", "offset": "-2d", "at": "10:00", "recurs": "yearly"}
    steps = [{"wait": "3d"}, {"wait": wait}, *kit.letters("planted_1")]
    kit.chain("planted_a", trigger, steps)
    return ["planted_a", "planted_1"]


@plant("CRM318", "3d", "6d")
def a_letter_when_the_audience_is_over(kit, within):
    """The audience asks for something lately done, and is asked again when it no longer is."""
    kit.event("planted_act")
    lately = {"event": "planted_act", "within": within}
    steps = [{"wait": "7d"}, *kit.letters("planted_1")]
    kit.chain("planted_a", "planted_act", steps, lately, reentry={"mode": "after", "after": "30d"})
    return ["planted_a", "planted_1"]


@plant("CRM318", "1d", "2d")
def an_answer_that_ends_the_chain_first(kit, timeout):
    kit.event("planted_act")
    kit.event("planted_done")
    race = {"if": {"event": "planted_done"}, "then": kit.letters("planted_1"), "timeout": timeout}
    race["otherwise"] = kit.letters("planted_2")
    kit.chain("planted_a", "planted_act", [{"wait_for": race}], exit=["planted_done"])
    return ["planted_a", "planted_1"]

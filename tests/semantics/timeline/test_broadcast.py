"""Broadcasts (semantics 8.33-8.38)."""

import pytest

from crmspec.semantics.bucket import bucket

ALL = "segments: {everybody: {not_event: never}, few: {event: go}}\nevents: {never: {}}"


def cast(body, rest="", audience="{include: [everybody]}"):
    return f"{ALL}\n{rest}\nbroadcasts: {{news: {{audience: {audience}, message: a, {body}}}}}"


AT = 'at: "2027-03-02T10:00"'


@pytest.mark.parametrize(
    ("audience", "happenings", "sends"),
    [
        pytest.param("{include: [everybody]}", [], 1, id="included"),
        pytest.param("{include: [few]}", [], 0, id="not included"),
        pytest.param("{include: [few, everybody]}", [], 1, id="in one of them"),
        pytest.param("{include: [everybody], exclude: [few]}", [("23h", "go")], 0, id="excluded"),
        pytest.param("{include: [few]}", [("25h", "go")], 1, id="at that very minute"),
        pytest.param("{include: [few]}", [("26h", "go")], 0, id="too late"),
    ],
)
def test_a_broadcast_goes_to_its_audience_at_the_moment_of_sending(
    play, audience, happenings, sends
):
    """semantics 8.33"""
    assert len(play(cast(AT, audience=audience), *happenings).sends) == sends


@pytest.mark.parametrize(
    ("body", "zone", "sends"),
    [
        pytest.param(AT, "Europe/Moscow", ["1d 10:00 a"], id="local time"),
        pytest.param(AT, "Asia/Vladivostok", ["1d 10:00 a"], id="of each customer"),
        pytest.param(AT + ", timezone: account", "Asia/Vladivostok", ["1d 17:00 a"], id="account"),
        pytest.param('at: "2027-03-01T08:00"', "Europe/Moscow", [], id="passed, skip"),
        pytest.param(
            'at: "2027-03-01T08:00", if_past: send_now', "Europe/Moscow", ["0d 09:00 a"], id="now"
        ),
        pytest.param('at: "2027-02-01", if_past: send_now', "Europe/Moscow", [], id="long ago"),
        pytest.param('at: "2027-03-01T09:00"', "Europe/Moscow", ["0d 09:00 a"], id="this minute"),
        pytest.param('at: "some day"', "Europe/Moscow", [], id="no day"),
        pytest.param("status: live", "Europe/Moscow", [], id="no time"),
        pytest.param(AT + ", status: paused", "Europe/Moscow", [], id="paused"),
    ],
)
def test_the_local_time_of_a_broadcast(play, body, zone, sends):
    """semantics 8.34, 10.1"""
    assert play(cast(body), customer={"timezone": zone}).sends == sends


def test_a_repeated_broadcast(play):
    """semantics 8.35"""
    source = cast("repeat: {cron: '0 10 * * TUE'}")
    assert play(source, days=9).sends == ["1d 10:00 a", "8d 10:00 a"]
    assert play(cast("repeat: {}"), days=9).sends == []


@pytest.mark.parametrize(
    ("rate", "hours"),
    [
        pytest.param("20%/h", 5, id="a share an hour"),
        pytest.param("500/min", 0, id="a number of customers"),
        pytest.param("0%/h", 0, id="nothing"),
    ],
)
def test_throttle_spreads_by_bucket(play, rate, hours):
    """semantics 8.35"""
    (sent,) = play(cast(f"{AT}, throttle: {rate}")).trace.sends()
    (prompt,) = play(cast(AT)).trace.sends()
    assert sent.moment - prompt.moment == int(bucket("news", "customer") / 10_000 * hours * 60)


@pytest.mark.parametrize(
    ("body", "waits", "sends"),
    [
        pytest.param("optimize_send_time: true", {}, "1d 10:00 a", id="the first minute"),
        pytest.param("optimize_send_time: true", {"news": (300,)}, "1d 15:00 a", id="as told"),
        pytest.param(
            "optimize_send_time: true", {"news": (9000,)}, "2d 09:59 a", id="a day at most"
        ),
        pytest.param("title: News", {"news": (300,)}, "1d 10:00 a", id="at its own time"),
    ],
)
def test_the_system_picks_the_moment(play, body, waits, sends):
    """semantics 8.40"""
    assert play(cast(f"{AT}, {body}"), waits=waits).sends == [sends]


def test_the_system_picks_the_moment_anew_each_time(play):
    """semantics 8.43"""
    daily = "repeat: {rrule: FREQ=DAILY, at: '10:00'}, optimize_send_time: true"
    story = play(cast(daily), days=4, waits={"news": (300, 60)})
    assert story.sends == ["0d 15:00 a", "1d 11:00 a", "2d 11:00 a", "3d 11:00 a"]


@pytest.mark.parametrize(
    ("status", "data"),
    [
        pytest.param("live", {"variant": "y"}, id="a live one"),
        pytest.param("draft", {}, id="a draft"),
    ],
)
def test_the_experiment_of_a_broadcast(play, status, data):
    """semantics 8.41"""
    rest = f"experiments: {{words: {{variants: {{y: {{weight: 100}}}}, status: {status}}}}}"
    (sent,) = play(cast(f"{AT}, experiment: words", rest)).trace.sends()
    assert sent.data == data


def test_a_broadcast_passes_the_gate(play):
    """semantics 8.36"""
    rest = "frequency: {cap: {limits: [1 per 7d], exceed: delay, ttl: 2h}}\n"
    rest += "chains: {one: {trigger: go, steps: [{send: b}]}}"
    story = play(cast(AT, rest), ("23h", "go"))
    assert story.of("send", "defer", "skip") == [
        "1d 08:00 send b",
        "1d 10:00 defer a cap",
        "1d 12:00 skip a ttl",
    ]
    later = play(cast(AT, rest.replace("7d", "3h")), ("23h", "go"))
    assert later.sends == ["1d 08:00 b", "1d 11:00 a"]
    named = cast(
        AT + ", frequency: [none]",
        "frequency: {none: {limits: [0 per 1d], applies_to: {messages: [b]}}}",
    )
    assert play(named).sends == []


def test_quiet_hours_of_a_broadcast_are_the_projects(play):
    """semantics 8.36, 8.8"""
    rest = 'project: shop\ntimezone: Europe/Moscow\ndefaults: {chain: {quiet_hours: "09:00-11:00"}}'
    assert play(cast(AT, rest)).sends == ["1d 11:00 a"]


RESEND = AT + ", resend: {after: 2d, to: {message: a, opened: false}, subject: S}"


@pytest.mark.parametrize(
    ("reactions", "customer", "sends"),
    [
        pytest.param([], {}, ["1d 10:00 a", "3d 10:00 a"], id="did not open"),
        pytest.param([("a", "opened", 60)], {}, ["1d 10:00 a"], id="opened"),
        pytest.param([], {"reachable": frozenset()}, [], id="did not receive"),
    ],
)
def test_resend_goes_once_to_those_who_received_it_and_fit(play, reactions, customer, sends):
    """semantics 8.37"""
    assert play(cast(RESEND), reactions=reactions, customer=customer).sends == sends


def test_a_resend_passes_the_gate_anew(play):
    """semantics 8.37"""
    rest = "frequency: {cap: {limits: [1 per 7d]}}"
    assert play(cast(RESEND, rest)).sends == ["1d 10:00 a"]


@pytest.mark.parametrize(
    ("priority", "order"),
    [
        pytest.param(50, ["b", "a"], id="chains before broadcasts"),
        pytest.param(51, ["a", "b"], id="the higher priority first"),
    ],
)
def test_broadcasts_and_chains_of_one_minute(play, priority, order):
    """semantics 8.38"""
    rest = "chains: {zeta: {trigger: go, steps: [{send: b}]}}"
    story = play(cast(f"{AT}, priority: {priority}", rest), ("25h", "go"))
    assert [e.message for e in story.trace.sends()] == order


def test_broadcasts_of_one_minute_go_by_id(play):
    """semantics 8.38"""
    source = f"""
{ALL}
broadcasts:
  y: {{audience: {{include: [everybody]}}, message: b, {AT}}}
  x: {{audience: {{include: [everybody]}}, message: a, {AT}}}
"""
    assert play(source).sends == ["1d 10:00 a", "1d 10:00 b"]
    assert play(source, chains=frozenset({"y"})).sends == ["1d 10:00 b"]


def test_a_broadcast_of_no_message_sends_nothing(play):
    source = (
        f"{ALL}\nbroadcasts: {{n: {{audience: {{include: [everybody]}}, message: gone, {AT}}}}}"
    )
    assert play(source).sends == []

"""The cell of one real customer, variable by variable, and what is not seen of them."""

from zoneinfo import ZoneInfo

import pytest

from crmspec.document import read
from crmspec.ir import build
from crmspec.logic.space import Space
from crmspec.logic.variable import TriggerProperty
from crmspec.semantics.condition import holds
from crmspec.semantics.scenario import Customer
from crmspec.semantics.state import Permission, Sent, State
from crmspec.semantics.view import View

ZONE = ZoneInfo("Europe/Moscow")
NOW = 30_049_920  # 2027-02-19 at 03:00 in the zone
DAY = 1440
TOTAL = "{event: order, sum: {property: total"
SHOP = """
timezone: Europe/Moscow
events:
  signup: {properties: {place: {type: string}}}
  order: {properties: {total: {type: number}}}
consents: {news: {channel: email}}
channels: {email: {type: email, consent: news}}
lists: {staff: {}}
attributes:
  city: {type: string}
  likes: {type: array, items: string}
  born: {type: date}
messages: {hello: {channel: email, subject: S, body: B}}
chains: {c: {trigger: signup, audience: {trigger: place, starts_with: a}, steps: []}}
segments: {signed: {event: signup}, asked: %s}
"""


def judged(condition, change):
    """Return what the cells say of a customer, None if they do not, and what is true."""
    results = [read("a.yaml", (SHOP % condition).encode())]
    assert not [one for result in results for one in result.diagnostics]
    program = build(document for one in results for document in one.documents)
    space, state = Space(program), State(Customer(id="somebody"))
    change(state)
    view = View(program, state, NOW, ZONE)
    point = space.point(view)
    boxes = space.segment("asked").boxes
    shown = [all(mask & point.get(v, -1) for v, mask in box.own.items()) for box in boxes]
    seen = all(v in point for box in boxes for v, _ in box.own.items())
    return (any(shown) if seen else None), holds(program.segments["asked"].condition, view)


def sent(state):
    one = Sent(NOW - 5, "hello", "email")
    one.reactions["opened"].append(NOW - 1)
    state.sent.append(one)


def has(**attributes):
    return lambda state: state.attributes.update(attributes)


def on_list(ago):
    return lambda state: state.lists.update(staff=NOW - ago)


def orders(*totals):
    def change(state):
        for total in totals:
            state.log.add(NOW - DAY, "order", {"total": total})

    return change


def nothing(_state):
    return None


@pytest.mark.parametrize(
    ("condition", "change", "expected"),
    [
        pytest.param("{attribute: city, starts_with: KA}", has(city="Kazan"), True, id="begins"),
        pytest.param("{attribute: city, ends_with: ka}", has(city="Kazan"), False, id="ends"),
        pytest.param("{attribute: city, contains: za}", has(city="Kazan"), True, id="contains"),
        pytest.param("{attribute: city, contains: za}", nothing, False, id="no text"),
        pytest.param("{attribute: likes, length: 2}", has(likes=["a", "b"]), True, id="length"),
        pytest.param("{attribute: likes, length: 2}", has(likes=[]), False, id="an empty list"),
        pytest.param("{attribute: born, month: 2}", has(born="1990-02-03"), True, id="a month"),
        pytest.param("{attribute: born, weekday: mon}", has(born="1990-02-03"), False, id="a day"),
        pytest.param("{attribute: born, day_of_month: 3}", has(born="1990-02-03"), True, id="3rd"),
        pytest.param("{attribute: born, month: 2}", nothing, False, id="not known"),
        pytest.param(
            "{attribute: born, older_than: 1mo}", has(born="2027-01-19"), True, id="a month ago"
        ),
        pytest.param(
            "{attribute: born, older_than: 1mo}", has(born="2027-01-20"), False, id="a day less"
        ),
        pytest.param(
            "{attribute: born, within_last: 1mo}", has(born="2027-01-20"), True, id="in a month"
        ),
        pytest.param(f"{TOTAL}, gte: 5, lt: 8}}}}", orders(3, 4), True, id="a sum in a range"),
        pytest.param(f"{TOTAL}, gte: 5, lt: 8}}}}", orders(3, 6), False, id="a sum above"),
        pytest.param(f"{TOTAL}, neq: 7}}}}", orders(3, 4), False, id="just this sum"),
        pytest.param(f"{TOTAL}, not_in: [7, 8]}}}}", orders(3), True, id="none of these sums"),
        pytest.param("{list: staff, joined: {within: 7d}}", on_list(DAY), True, id="a new member"),
        pytest.param(
            "{list: staff, joined: {within: 7d}}", on_list(7 * DAY), False, id="a member for long"
        ),
        pytest.param(
            "{list: staff, joined: {older_than: 1mo}}", on_list(40 * DAY), True, id="for a month"
        ),
        pytest.param("{list: staff, joined: {within: 7d}}", nothing, False, id="no member"),
        pytest.param("{channel: email, opened: true}", sent, True, id="opened"),
        pytest.param("{channel: email, opened: {gte: 2}}", sent, False, id="opened once"),
        pytest.param("{channel: email, opened: {eq: 0}}", nothing, True, id="never"),
    ],
)
def test_the_cells_say_what_is_true(condition, change, expected):
    assert judged(condition, change) == (expected, expected)


def test_who_has_just_come_into_a_segment_is_seen():
    def signs_up(state):
        state.log.add(NOW - 3 * DAY, "signup", {})
        state.inside["signed"] = NOW - 3 * DAY

    condition = "{segment: signed, joined: {within: %s}}"
    assert judged(condition % "7d", signs_up) == (True, True)
    assert judged(condition % "2d", signs_up) == (False, False)


def agrees(state):
    state.consents["news"] = Permission("subscribed", NOW - DAY)


@pytest.mark.parametrize(
    ("condition", "change", "truth"),
    [
        pytest.param("{message: hello, opened: true}", sent, True, id="one message"),
        pytest.param("{message: any, opened: true}", sent, True, id="any message"),
        pytest.param("{consent: news, changed: {within: 7d}}", agrees, True, id="when they agreed"),
        pytest.param("{attribute: likes, contains: tea}", has(likes=["tea"]), True, id="an item"),
        pytest.param(
            "{attribute: born, eq: 1990-02-03}", has(born="1990-02-03"), True, id="a date"
        ),
        pytest.param(f"{TOTAL}, eq: seven}}}}", orders(7), False, id="a sum in words"),
    ],
)
def test_what_the_cells_do_not_show_is_left_open(condition, change, truth):
    assert judged(condition, change) == (None, truth)


def test_a_customer_has_no_cell_of_what_started_a_passage():
    results = [read("a.yaml", (SHOP % "{event: signup}").encode())]
    program = build(document for one in results for document in one.documents)
    space = Space(program)
    seen = space.point(View(program, State(Customer(id="somebody")), NOW, ZONE))
    (region,) = space.entry(program.chains["c"])
    (box,) = region.boxes
    (unseen,) = [variable for variable, _ in box.own.items() if variable not in seen]
    assert isinstance(unseen.of, TriggerProperty)

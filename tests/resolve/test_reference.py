"""Names that lead nowhere."""

import pytest

CLEAN = []

UNKNOWN_TO_TESTS = (
    *("x", "vips", "x", "x", "x"),
    *("firstname", "news", "mail", "order", "x", "firstname"),
)
TEST = "tests: {t: {start: 2027-03-01, expect: {}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("segments: {s: {segment: vip}}", CLEAN, id="a declared segment"),
        pytest.param(
            "segments: {s: {segment: vpi}}", [("CRM201", "vpi")], id="a segment nobody declared"
        ),
        pytest.param(
            "segments: {s: {not: hello}}", [("CRM202", "hello")], id="a message as segment"
        ),
        pytest.param(
            "segments: {s: {segment: other.vip}}", [("CRM201", "other.vip")], id="another project"
        ),
        pytest.param("stages: {one: {order: 1, tags: [promo]}}", CLEAN, id="free tags"),
        pytest.param(
            "tags: {sale: {}}\nstages: {one: {order: 1, tags: [promo]}}",
            [("CRM201", "promo")],
            id="tags are checked once the project declares some",
        ),
        pytest.param(
            "personas: {p: {attributes: {first_name: A}, consents: {marketing_email: subscribed}}}",
            CLEAN,
            id="keys of a persona",
        ),
        pytest.param(
            "personas: {anna: {attributes: {firstname: Anna}, consents: {news: subscribed}}}",
            [("CRM201", "firstname"), ("CRM201", "news")],
            id="unknown keys of a persona",
        ),
        pytest.param(
            f"{TEST}, customer: {{attributes: {{first_name: A}}, lists: [], segments: [],"
            " consents: {marketing_email.news: subscribed}, suppressed: {email: bounced}},"
            " events: {set: {first_name: B}, at: 1h}}}",
            CLEAN,
            id="keys of a test's customer",
        ),
        pytest.param(f"{TEST}, profile: braze}}}}", CLEAN, id="a documented behaviour"),
        pytest.param(f"{TEST}, profile: brase}}}}", [("CRM201", "brase")], id="no behaviour"),
        pytest.param(
            f"{TEST}, customer: {{attributes: {{firstname: A}}, segments: vips, outside: x,"
            " consents: {news.promo: subscribed}, suppressed: {mail: bounced},"
            " related: {order: []}, variants: {x: a}, lists: x},"
            " events: [{set: {firstname: B}, at: 1h}, {start: x, at: 1h}, {list: x, at: 1h}]}}",
            [("CRM201", name) for name in UNKNOWN_TO_TESTS],
            id="unknown names of a test's customer",
        ),
        pytest.param(
            "stages:\n  one: {order: 1, moves_to: {two: order_placed}}\n  two: {order: 2}",
            CLEAN,
            id="a move to a stage",
        ),
        pytest.param(
            "stages: {one: {order: 1, moves_to: {tow: order_placed}}}",
            [("CRM201", "tow")],
            id="a move to a stage nobody declared",
        ),
        pytest.param(
            "targets: {t: {platform: x, ids: {segments: {vip: X1, vop: X2}, lists: {vip: X3}}}}",
            [("CRM201", "vop"), ("CRM202", "vip")],
            id="adopted objects",
        ),
        pytest.param(
            "targets: {t: {platform: sandbox, ids: {segmnts: {vip: X1}}}}",
            [("CRM201", "segmnts")],
            id="adopted objects of an unknown kind",
        ),
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: B, requires: [profile.first_name]}}",
            CLEAN,
            id="a required attribute",
        ),
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: B, requires: [profile.name]}}",
            [("CRM201", "profile.name")],
            id="a required attribute nobody declared",
        ),
        pytest.param(
            "channels: {post: {type: direct_mail}}\n"
            "messages: {m: {channel: post, body: B, address: first_nam}}",
            [("CRM201", "first_nam")],
            id="an address nobody declared",
        ),
        pytest.param(
            "chains: {c: {trigger: order_placed, exclusive: cart, steps: []}}",
            CLEAN,
            id="a free exclusive group",
        ),
        pytest.param(
            "exclusive: {carts: {chains: [c]}}\n"
            "chains: {c: {trigger: order_placed, exclusive: cart, steps: []}}",
            [("CRM201", "cart")],
            id="an exclusive group is checked once the project declares some",
        ),
        pytest.param(
            "crmspec_file: 1\nproject: p\ndefaults: {chain: {frequency: [cap]}}",
            [("CRM201", "cap")],
            id="the defaults of the project",
        ),
    ],
)
def test_names(found, source, expected):
    assert found(source) == expected


MALFORMED = """
segments:
  VIP: {attribute: tier, eq: gold}
  big-buyers: {attribute: tier, eq: gold}
  lateNight: {attribute: tier, eq: gold}
  good: {any: [%s]}
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("vip", [], id="other case"),
        pytest.param("VIP", [], id="as declared"),
        pytest.param("big_buyers", [], id="an underscore for a dash"),
        pytest.param("late_night", [], id="an underscore for a capital"),
        pytest.param("viip", [("CRM201", "viip")], id="another name"),
    ],
)
def test_what_is_declared_under_a_malformed_id_is_not_missed(look, found, name, expected):
    shop = "attributes: {tier: {type: enum, values: [gold]}}"
    assert found(MALFORMED % name, shop=shop) == expected
    _, result = look(MALFORMED % name, shop=shop)
    assert not [fix for one in result for fix in one.fixes]
    assert {one.message.english() for one in result if one.code.id == "CRM203"} == {
        "nothing uses the segment `good`"
    }


@pytest.mark.parametrize(
    ("written", "helps"),
    [
        pytest.param("manual", ["to start the chain by hand, write `{manual: true}`"], id="hand"),
        pytest.param(
            "{event: manual}",
            ["to start the chain by hand, write `{manual: true}`"],
            id="hand, in full",
        ),
        pytest.param(
            "automatic", ["declare it under `events`, or correct the name"], id="another word"
        ),
        pytest.param("event.order_placed", ["write `order_placed`"], id="with the kind"),
        pytest.param("events.order_placed", ["write `order_placed`"], id="with the key"),
    ],
)
def test_advice_for_triggers(look, written, helps):
    _, result = look(f"chains: {{c: {{trigger: {written}, steps: []}}}}")
    finding = next(one for one in result if one.code.id == "CRM201")
    assert [one.english() for one in finding.help] == helps


def test_the_kind_in_front_is_taken_away(look):
    _, result = look("segments: {s: {segment: segment.vip}}")
    finding = next(one for one in result if one.code.id == "CRM201")
    assert [edit.replacement for fix in finding.fixes for edit in fix.edits] == ["vip"]


def test_attributes_that_a_step_changes(found, steps):
    source = steps("- update: {set: {tier: gold}, increment: {ages: 1}, append: {likes: x}}")
    assert found(source) == [("CRM201", "ages")]


def test_names_of_broken_resources_are_known(found):
    broken = frozenset({("segments", "odd"), ("lists", "l")})
    assert found("segments: {s: {segment: odd}}", broken=broken) == []
    assert found("segments: {s: {segment: l}}", broken=broken) == [("CRM202", "l")]


@pytest.mark.parametrize(
    ("written", "safety"),
    [
        pytest.param("vpi", "unsafe", id="it may be another one, yet to be declared"),
        pytest.param("v_ip", "safe", id="the same letters"),
    ],
)
def test_the_one_near_name_is_a_fix(look, written, safety):
    _, result = look(f"segments: {{s: {{segment: {written}}}}}")
    fix = next(one for one in result if one.code.id == "CRM201").fixes[0]
    assert fix.safety == safety
    assert [edit.replacement for edit in fix.edits] == ["vip"]


def test_two_near_names_are_no_fix(look):
    _, result = look(
        "segments: {buyers_a: {segment: vip}, buyers_b: {segment: vip}, s: {segment: buyers_c}}"
    )
    finding = next(one for one in result if one.code.id == "CRM201")
    assert finding.help[0].english() == "did you mean `buyers_a`?"
    assert finding.fixes == ()


def test_the_wrong_kind_shows_where_the_name_is_declared(look):
    sources, result = look("segments: {s: {not: hello}}")
    finding = next(one for one in result if one.code.id == "CRM202")
    place = finding.related[0].span
    assert sources[place.path].text[place.start : place.end] == "hello"
    assert finding.message.english() == "`hello` is a message, not a segment"

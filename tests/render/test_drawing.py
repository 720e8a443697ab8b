from __future__ import annotations

import pytest

from crmspec.render.drawing import Drawing

SHOP = """
events: {viewed: {title: Viewed}, bought: {title: Bought}}
channels: {email: {type: email}, push: {type: mobile_push}}
attributes: {tier: {type: string}}
segments: {vip: {title: VIP, attribute: tier, eq: gold}}
goals: {order: {title: Order, event: bought}}
messages:
  a: {title: A, channel: email, subject: A, body: A}
  b: {title: B, channel: push, heading: B, text: B}
  c: {title: C, channel: email, subject: C, body: C}
"""


@pytest.fixture
def draw(make_view, parse_mermaid):
    def arrows(**parts: str) -> set[tuple[str, str, str]]:
        body = {"trigger": "viewed", "steps": "[{send: a}]"} | parts
        keys = ", ".join(f"{key}: {value}" for key, value in body.items())
        view = make_view(f"{SHOP}chains: {{x: {{{keys}}}}}\n")
        (source,) = Drawing(view.program.chains["x"], view).graph.parts()
        nodes, edges = parse_mermaid(source)
        return {(nodes[a], f"{kind} {label}".strip(), nodes[b]) for a, b, label, kind in edges}

    return arrows


def test_steps_follow_each_other_to_the_end(draw):
    assert draw() == {("▶ “Viewed”", "-->", "✉ “A”"), ("✉ “A”", "-->", "end")}


def test_arms_come_together_at_the_next_step(draw):
    steps = "[{branch: {if: vip, then: [{send: a}]}}, {send: c}]"
    asked = "◇ in segment “VIP”?"
    assert draw(steps=steps) >= {
        (asked, "--> yes", "✉ “A”"),
        (asked, "--> no", "✉ “C”"),
        ("✉ “A”", "-->", "✉ “C”"),
    }


def test_a_guard_is_a_question_with_a_way_round(draw):
    steps = "[{send: a, only: vip}, {send: c, unless: {reachable: push}}]"
    assert draw(steps=steps) == {
        ("▶ “Viewed”", "-->", "◇ in segment “VIP”?"),
        ("◇ in segment “VIP”?", "--> yes", "✉ “A”"),
        ("◇ in segment “VIP”?", "--> no", "◇ push can be reached?"),
        ("✉ “A”", "-->", "◇ push can be reached?"),
        ("◇ push can be reached?", "--> no", "✉ “C”"),
        ("◇ push can be reached?", "--> yes", "end"),
        ("✉ “C”", "-->", "end"),
    }


def test_a_race_has_an_arrow_per_outcome(draw):
    steps = (
        "[{wait_for: {first_of: [{if: {event: bought}, then: [{exit: done}]}, "
        "{if: {message: a, opened: true}}], timeout: 1d, otherwise: [{send: c}]}}]"
    )
    waits = "⏳ wait at most 1 day"
    assert draw(steps=steps) >= {
        (waits, "--> “Bought” happened", "✖ leave: done"),
        (waits, "--> “A”: opened", "end"),
        (waits, "--> after 1 day", "✉ “C”"),
        ("✉ “C”", "-->", "end"),
    }


def test_cases_and_shares_are_named(draw):
    steps = (
        "[{switch: {value: {attribute: tier}, cases: {gold: [{send: a}]}, default: [{send: b}]}}, "
        "{split: {arms: {x: {weight: 30}, y: {weight: 70, steps: [{send: c}]}}}}, "
        "{branch: {cases: [{if: vip, then: [{exit: one}]}, {if: {reachable: push}}]}}]"
    )
    found = draw(steps=steps)
    assert found >= {
        ("◇ tier =", "--> gold", "✉ “A”"),
        ("◇ tier =", "--> any other", "🔔 “B”"),
        ("⚄ random split", "--> y 70 %", "✉ “C”"),
        ("⚄ random split", "--> x 30 %", "◇ which holds first?"),
        ("◇ which holds first?", "--> in segment “VIP”", "✖ leave: one"),
        ("◇ which holds first?", "--> push can be reached", "end"),
        ("◇ which holds first?", "--> otherwise", "end"),
    }


def test_exits_are_dotted(draw):
    assert draw(exit="bought", goal="{goal: order, exits: true}") >= {
        ("▶ “Viewed”", "-.-> at any moment", "✖ “Bought”"),
        ("▶ “Viewed”", "-.-> at any moment", "✖ goal reached: “Order”"),
    }


def test_a_failing_step_may_leave(draw):
    steps = "[{webhook: 'https://crm.example', on_error: exit}]"
    assert ("⚙ call POST https://crm.example", "-.->", "✖ on error") in draw(steps=steps)


def test_a_jump_back_says_how_often(draw):
    steps = "[{id: first, send: a}, {branch: {if: vip, then: [{jump: {to: first, max: 2}}]}}]"
    found = draw(steps=steps)
    assert ("◇ in segment “VIP”?", "--> yes; at most 2 rounds", "✉ “A”") in found


def test_a_jump_nowhere_is_shown(draw):
    assert ("▶ “Viewed”", "-->", "go to #96;nowhere#96;") in draw(steps="[{jump: nowhere}]")


def test_a_jump_lands_before_the_guard(draw):
    steps = "[{id: first, send: a, only: vip}, {send: b}, {jump: {to: first, max: 1}}]"
    found = draw(steps=steps)
    assert ("🔔 “B”", "--> at most 1 round", "◇ in segment “VIP”?") in found


def test_triggers_meet_at_the_audience(draw):
    assert draw(trigger="[viewed, {manual: true}]", audience="vip") >= {
        ("▶ “Viewed”", "-->", "Who: in segment “VIP”"),
        ("▶ by hand", "-->", "Who: in segment “VIP”"),
    }
    assert ("▶ by hand", "-->", "Who: everyone") in draw(trigger="[viewed, {manual: true}]")


def test_a_choice_of_channels_shows_their_signs(draw):
    found = draw(steps="[{send: [b, a], title: Remind}]")
    assert any(end.startswith("🔔✉ Remind: “B” or “A”") for _, _, end in found)


def test_over_the_limit_leaves(draw):
    found = draw(steps="[{throttle: {limit: 1, per: 1h}}, {send: a}]")
    assert ("◇ let through 1 in 1 hour", "--> over the limit", "✖ over the limit") in found

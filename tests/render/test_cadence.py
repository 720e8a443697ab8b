from __future__ import annotations

import pytest

from crmspec.render.scenario import Scenario

SHOP = """
events: {viewed: {}, bought: {}}
channels: {email: {type: email}}
attributes: {tier: {type: string}}
segments: {vip: {attribute: tier, eq: gold}}
experiments: {colour: {variants: {red: {weight: 50}, blue: {weight: 50}}}}
messages:
  a: {channel: email, subject: A, body: A}
  b: {channel: email, subject: B, body: B}
"""
VIP = "if: vip"


@pytest.mark.parametrize(
    ("steps", "english", "russian"),
    [
        pytest.param("[{note: x}]", "no messages", "без сообщений", id="nothing is sent"),
        pytest.param("[{send: a}]", "1 message: at once", "1 сообщение: сразу", id="one"),
        pytest.param(
            "[{send: a}, {wait: 1d}, {send: b}, {wait: 2d}, {send: a}]",
            "3 messages: at once, +1 d, +3 d",
            "3 сообщения: сразу, +1 д, +3 д",
            id="pauses add up",
        ),
        pytest.param(
            "[{wait: 1mo}, {wait: 90m}, {send: a}]",
            "1 message: +1 mo 1 h 30 min",
            "1 сообщение: +1 мес 1 ч 30 мин",
            id="months stay months",
        ),
        pytest.param(
            "[{send: a, only: vip}, {send: b}]",
            "up to 2 messages: at once",
            "до 2 сообщений: сразу",
            id="a guarded message may be skipped",
        ),
        pytest.param(
            f"[{{branch: {{{VIP}, then: [{{send: a}}], else: [{{send: b}}]}}}}]",
            "1 message: at once",
            "1 сообщение: сразу",
            id="either arm sends one",
        ),
        pytest.param(
            f"[{{branch: {{{VIP}, then: [{{wait: 2d}}]}}}}, {{send: b}}]",
            "1 message: +2 d",
            "1 сообщение: +2 д",
            id="arms meet at the later moment",
        ),
        pytest.param(
            "[{wait_for: {if: {event: bought}, timeout: 1d, then: [{send: a}], "
            "otherwise: [{send: b}]}}, {send: b}]",
            "2 messages: after the event waited for, +1 d",
            "2 сообщения: после ожидаемого события, +1 д",
            id="an event comes at any moment, the timeout at its own",
        ),
        pytest.param(
            "[{wait: 1d}, {wait: {until: '10:00'}}, {send: a}]",
            "1 message: ≥ +1 d",
            "1 сообщение: ≥ +1 д",
            id="a set time of day is not before",
        ),
        pytest.param(
            "[{wait: {until: '11:00'}}, {send: a}, {wait: 7d}, {send: b}]",
            "2 messages: after a wait until 11:00, ≥ +7 d",
            "2 сообщения: после ожидания до 11:00, ≥ +7 д",
            id="a first wait of no fixed length is named",
        ),
        pytest.param(
            "[{wait: 2h}, {send: a}, {wait_for: {first_of: [{if: {event: bought}, "
            "then: [{send: b}, {exit: x}]}, {if: vip, then: [{wait: 1d}, {send: b}, {exit: y}]}], "
            "timeout: 2d, otherwise: [{send: b}]}}]",
            "2 messages of 4 possible: +2 h, ≥ +2 h, ≥ +1 d 2 h, +2 d 2 h",
            "2 сообщения из 4 возможных: +2 ч, ≥ +2 ч, ≥ +1 д 2 ч, +2 д 2 ч",
            id="of many ways a customer goes one",
        ),
        pytest.param(
            f"[{{send: a}}, {{branch: {{{VIP}, then: [{{exit: done}}]}}}}, {{send: b}}]",
            "up to 2 messages: at once",
            "до 2 сообщений: сразу",
            id="those who leave get fewer",
        ),
        pytest.param(
            "[{exit: done}, {send: b}]", "no messages", "без сообщений", id="nobody gets there"
        ),
        pytest.param(
            "[{split: {arms: {x: {weight: 50, steps: [{send: a}]}, y: {weight: 50}}}}]",
            "up to 1 message: at once",
            "до 1 сообщения: сразу",
            id="an empty arm sends none",
        ),
        pytest.param(
            "[{switch: {value: {attribute: tier}, cases: {gold: [{send: a}]}, "
            "default: [{send: a}, {send: b}]}}]",
            "up to 2 messages: at once",
            "до 2 сообщений: сразу",
            id="cases differ",
        ),
        pytest.param(
            "[{experiment: {id: colour, arms: {red: {weight: 50, steps: [{send: a}]}, "
            "blue: {weight: 50, steps: [{send: b}]}}}}]",
            "1 message: at once",
            "1 сообщение: сразу",
            id="arms of a test",
        ),
        pytest.param(
            "[{batch: {for: 1h, as: items}}, {wait: {between: {min: 1h, max: 2h}}}, {send: a}]",
            "1 message: ≥ +2 h",
            "1 сообщение: ≥ +2 ч",
            id="collecting and random pauses",
        ),
        pytest.param(
            "[{wait_for: {first_of: [{if: {event: bought}, then: [{exit: x}]}]}}, {send: a}]",
            "no messages",
            "без сообщений",
            id="without timeout only the arms go on",
        ),
    ],
)
def test_messages_and_intervals(make_view, steps, english, russian):
    for lang, expected in (("en", english), ("ru", russian)):
        view = make_view(f"{SHOP}chains: {{c: {{trigger: viewed, steps: {steps}}}}}\n", lang=lang)
        assert Scenario(view.program.chains["c"], view).chain()[0].text == expected

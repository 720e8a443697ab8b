"""Steps: their ids, the order in which they run, and what nobody comes to."""

import pytest

RACE = """
- id: race
  wait_for:
    first_of:
      - if: {event: cart_updated}
        then: [{id: left, send: hello}]
    timeout: 1d
    otherwise: [{id: right, send: hello%s}]
"""


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("[{id: a, send: hello}, {id: b, send: hello}]", [], id="different ids"),
        pytest.param(
            "[{id: a, send: hello}, {id: a, wait: 1h}]", [("CRM207", "a")], id="the same id twice"
        ),
        pytest.param(
            "[{id: a, branch: {if: vip, then: [{id: a, wait: 1h}]}}]",
            [("CRM207", "a")],
            id="the same id inside",
        ),
        pytest.param(
            "[{id: a, send: hello}, {send: hello, only: {step: a, outcome: sent}}]",
            [],
            id="an earlier step",
        ),
        pytest.param(
            "[{id: abc, send: hello}, {send: hello, only: {step: acb, outcome: sent}}]",
            [("CRM208", "acb")],
            id="a step the chain does not have",
        ),
        pytest.param(
            "[{send: hello, only: {step: z, outcome: sent}}, {id: z, send: hello}]",
            [("CRM209", "z")],
            id="a later step",
        ),
        pytest.param(
            "[{id: z, send: hello, unless: {step: z, outcome: sent}}]",
            [("CRM209", "z")],
            id="the step itself",
        ),
        pytest.param(
            "[{id: a, send: hello}, {send: hello, only: {event: cart_updated, since: a}}]",
            [],
            id="since an earlier step",
        ),
        pytest.param(
            "[{send: hello, only: {event: cart_updated, since: chain_start}}]",
            [],
            id="since the start",
        ),
        pytest.param(
            "[{send: hello, only: {message: hello, opened: true, since: zz}}]",
            [("CRM208", "zz")],
            id="since a step the chain does not have",
        ),
        pytest.param(
            "[{branch: {if: vip, then: [{id: a, send: hello}]}}, "
            "{send: hello, only: {step: a, outcome: sent}}]",
            [],
            id="a step on one of the paths before",
        ),
        pytest.param(
            "[{switch: {value: {step: {step: z, output: x}}, cases: {}}}, {id: z, send: hello}]",
            [("CRM209", "z")],
            id="a switch on a later step",
        ),
        pytest.param(
            "[{id: a, send: hello}, {jump: {to: a, max: 3}}]", [], id="a jump with rounds"
        ),
        pytest.param(
            "[{id: a, send: hello}, {jump: a}]", [("CRM223", "a")], id="a jump back for ever"
        ),
        pytest.param(
            "[{jump: a, only: vip}, {wait: 1d}, {id: a, send: hello}]", [], id="a jump on"
        ),
        pytest.param("[{jump: nowhere}]", [("CRM208", "nowhere")], id="a jump to nowhere"),
        pytest.param(
            "[{id: a, wait: 1d}, {send: hello, only: {step: z, outcome: sent}}, "
            "{id: z, send: hello}, {jump: {to: a, max: 2}}]",
            [],
            id="a later step has run in the round before",
        ),
    ],
)
def test_steps(found, source, expected):
    assert found(f"chains: {{c: {{trigger: order_placed, steps: {source}}}}}") == expected


def test_a_step_of_a_sibling_path(found, steps):
    assert found(steps(RACE % "")) == []
    assert found(steps(RACE % ", only: {step: race, outcome: timeout}")) == []
    source = steps(RACE % ", only: {step: left, outcome: sent}")
    assert found(source) == [("CRM210", "left")]


def test_a_step_of_another_chain(look, steps):
    _, result = look(
        steps("- {send: hello, only: {step: there, outcome: sent}}")
        + "  d: {trigger: order_placed, steps: [{id: there, send: hello}]}\n"
    )
    finding = next(one for one in result if one.code.id == "CRM210")
    assert finding.message.english() == "step `there` is in the chain `d`"


def test_exits_may_ask_about_any_step(found, steps):
    body = "- {id: a, send: hello}"
    assert found(steps(body, "exit: {if: {step: a, outcome: skipped}}")) == []
    assert found(steps(body, "exit: {if: {step: b, outcome: skipped}}")) == [("CRM208", "b")]
    assert found(steps(body, "audience: {step: b, outcome: sent}")) == [("CRM208", "b")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "segments: {s: {step: a, outcome: sent}}", [("CRM208", "step")], id="a segment"
        ),
        pytest.param(
            "segments: {s: {event: cart_updated, since: chain_start}}",
            [("CRM208", "chain_start")],
            id="a segment has no start",
        ),
        pytest.param(
            'segments: {s: {event: cart_updated, since: "2026-01-01"}}',
            [],
            id="a segment has dates",
        ),
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: B, "
            "fallback: {when: {step: a, outcome: sent}, then: skip}}}",
            [],
            id="a message is part of chains",
        ),
    ],
)
def test_questions_outside_chains(found, source, expected):
    assert found(source) == expected


LEAVE = "{exit: done}"
HELLO = "{send: hello}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param([HELLO, LEAVE], [], id="an exit at the end"),
        pytest.param([LEAVE, HELLO, HELLO], ["send"], id="steps after an exit, said once"),
        pytest.param(["{exit: done, only: vip}", HELLO], [], id="an exit for some"),
        pytest.param(
            [f"{{branch: {{if: vip, then: [{LEAVE}], else: [{LEAVE}]}}}}", HELLO],
            ["send"],
            id="all paths exit",
        ),
        pytest.param(
            [f"{{branch: {{if: vip, then: [{LEAVE}]}}}}", HELLO], [], id="the other path goes on"
        ),
        pytest.param(
            [f"{{branch: {{if: vip, then: [{LEAVE}, {HELLO}]}}}}", HELLO],
            ["send"],
            id="inside a path",
        ),
        pytest.param(
            [f"{{wait_for: {{if: {{event: cart_updated}}, then: [{LEAVE}]}}}}", HELLO],
            ["send"],
            id="waiting without a timeout for an exit",
        ),
        pytest.param(
            [f"{{wait_for: {{if: {{event: cart_updated}}, then: [{LEAVE}], timeout: 1d}}}}", HELLO],
            [],
            id="the timeout goes on",
        ),
        pytest.param(
            [f"{{wait_for: {{if: vip, then: [], otherwise: [{HELLO}]}}}}", HELLO],
            ["otherwise"],
            id="otherwise without a timeout",
        ),
        pytest.param(
            [f"{{wait_for: {{if: vip, then: [], timeout: 1d, otherwise: [{HELLO}]}}}}"],
            [],
            id="otherwise after a timeout",
        ),
        pytest.param(
            ["{jump: a}", HELLO, "{id: a, send: hello}"], ["send"], id="a jump over a step"
        ),
        pytest.param(
            ["{jump: a, only: vip}", LEAVE, "{id: a, send: hello}"], [], id="the target of a jump"
        ),
        pytest.param(
            ["{jump: a, only: vip}", LEAVE, "{branch: {if: vip, then: [{id: a, send: hello}]}}"],
            [],
            id="a target inside",
        ),
        pytest.param(
            ["{id: a, send: hello}", "{jump: {to: a, max: 2}}", HELLO], [], id="rounds end"
        ),
        pytest.param(
            [f"{{split: {{arms: {{x: [{LEAVE}], y: {{weight: 50, steps: [{LEAVE}]}}}}}}}}", HELLO],
            ["send"],
            id="all arms exit",
        ),
    ],
)
def test_unreachable(found, source, expected):
    body = ", ".join(source).replace("x: [", "x: {weight: 50, steps: [").replace("], y", "]}, y")
    chain = f"chains: {{c: {{trigger: order_placed, steps: [{body}]}}}}"
    result = [one for one in found(chain) if one[0] == "CRM224"]
    assert result == [("CRM224", name) for name in expected]

"""Cases, topics, variants and weights."""

import pytest


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(
            "switch: {value: {attribute: tier}, cases: {none: [], silver: [], gold: []}}",
            [],
            id="every value",
        ),
        pytest.param(
            "switch: {value: {attribute: tier}, cases: {gold: []}}",
            [("CRM220", "cases")],
            id="values left out",
        ),
        pytest.param(
            "switch: {value: {attribute: tier}, cases: {gold: []}, default: []}",
            [],
            id="left out on purpose",
        ),
        pytest.param(
            "switch: {value: {attribute: tier}, cases: {glod: []}, default: []}",
            [("CRM212", "glod")],
            id="a slip",
        ),
        pytest.param(
            "switch: {value: {attribute: first_name}, cases: {Anna: []}}", [], id="free text"
        ),
        pytest.param(
            "switch: {value: {attribute: is_member}, cases: {true: [], false: []}}",
            [],
            id="yes and no",
        ),
        pytest.param(
            "switch: {value: {attribute: is_member}, cases: {yes: [], false: []}, default: []}",
            [("CRM212", "yes")],
            id="yes is not true",
        ),
        pytest.param(
            "switch: {value: {trigger: payment}, cases: {card: []}}",
            [("CRM220", "cases")],
            id="of the trigger",
        ),
        pytest.param(
            "switch: {value: {trigger: nothing}, cases: {card: []}}",
            [("CRM213", "nothing")],
            id="not of the trigger",
        ),
        pytest.param("split: {arms: {a: 50, b: 50}}", [], id="halves"),
        pytest.param("split: {arms: {a: 50, b: 40}}", [("CRM219", "arms")], id="a tenth left over"),
        pytest.param("split: {arms: {a: 60, b: 60}}", [("CRM219", "arms")], id="too much"),
        pytest.param("split: {arms: {a: 33.3, b: 33.3, c: 33.3}}", [], id="thirds"),
        pytest.param(
            "send: hello\n  only: {consent: marketing_email, topic: promo}", [], id="a topic"
        ),
        pytest.param(
            "send: hello\n  only: {consent: marketing_email, topic: porno}",
            [("CRM212", "porno")],
            id="a topic nobody declared",
        ),
        pytest.param(
            "consent: {set: marketing_email, status: subscribed, topic: x}",
            [("CRM212", "x")],
            id="a topic that is set",
        ),
    ],
)
def test_steps(found, steps, step, expected):
    assert found(steps(f"- {step}")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: B, topic: news}}", [], id="a topic"
        ),
        pytest.param(
            "messages: {m: {channel: email, subject: S, body: B, topic: nws}}",
            [("CRM212", "nws")],
            id="a topic of the channel's consent",
        ),
        pytest.param(
            "messages: {m: {channel: push, text: T, topic: nws}}", [], id="no consent, no topics"
        ),
        pytest.param(
            "experiments: {x: {variants: {a: {weight: 50}, b: {weight: 40}}}}",
            [("CRM219", "variants")],
            id="weights of variants",
        ),
        pytest.param("experiments: {x: {type: holdout, percent: 5}}", [], id="no variants"),
        pytest.param(
            "experiments: {x: {variants: {a: {weight: 50}, b: {weight: 50}}}}\n"
            "segments: {s: {experiment: x, variant: c}}",
            [("CRM212", "c")],
            id="a variant nobody declared",
        ),
        pytest.param(
            "experiments: {x: {hypothesis: H}}\nsegments: {s: {experiment: x, variant: c}}",
            [],
            id="variants are not known",
        ),
    ],
)
def test_resources(found, source, expected):
    assert found(source) == expected


def test_arms_of_an_experiment(found, steps):
    declared = "experiments: {x: {variants: {a: {weight: 50}, b: {weight: 50}}}}\n"
    good = "- experiment: {id: x, arms: {a: 50, b: 50}}"
    bad = "- experiment: {id: x, arms: {a: 50, c: 40}}"
    assert found(declared + steps(good)) == []
    assert found(declared + steps(bad)) == [("CRM212", "c"), ("CRM219", "arms")]
    free = "experiments: {x: {hypothesis: H}}\nsegments: {s: {experiment: x, variant: z}}\n"
    assert found(free + steps(good)) == [("CRM212", "z")]


def test_the_missing_cases_are_named(look, steps):
    _, result = look(steps("- switch: {value: {attribute: tier}, cases: {gold: []}}"))
    finding = next(one for one in result if one.code.id == "CRM220")
    assert finding.message.english() == "no case for `none`, `silver` of `tier`"
    assert finding.level.value == "warning"


def test_a_holdout_has_no_arms(found, steps):
    declared = "experiments: {x: {type: holdout, percent: 5}}\n"
    step = "- experiment: {id: x, arms: {a: 50, b: 50}}"
    assert found(declared + steps(step)) == [("CRM202", "x")]


@pytest.mark.parametrize(
    ("tie", "expected"),
    [
        pytest.param("a", [], id="a variant"),
        pytest.param("c", [("CRM212", "c")], id="no variant"),
    ],
)
def test_who_wins_a_tie(found, steps, tie, expected):
    winner = f"winner: {{metric: clicks, after: 1d, tie: {tie}}}"
    variants = "variants: {a: {weight: 50}, b: {weight: 50}}"
    assert found(f"experiments: {{x: {{{variants}, {winner}}}}}") == expected
    arms = steps("- experiment: {id: x, arms: {a: 50, b: 50}}")
    assert found(f"experiments: {{x: {{{winner}}}}}\n{arms}") == expected
    assert found(f"experiments: {{x: {{{winner}}}}}") == []


@pytest.mark.parametrize(
    ("weights", "advice"),
    [
        pytest.param([0.5, 0.5], "weights are percent: write 50 and 50", id="halves"),
        pytest.param([0.2, 0.3, 0.5], "weights are percent: write 20, 30 and 50", id="three"),
        pytest.param([1], "weights are percent: write 100", id="one arm"),
        pytest.param([50, 40], "10 are left over; give them to one of the arms", id="too few"),
        pytest.param([50, 60], "take 10 away from the arms", id="too many"),
    ],
)
def test_advice_about_weights(look, weights, advice):
    variants = ", ".join(f"v{n}: {{weight: {weight}}}" for n, weight in enumerate(weights))
    _, result = look(f"experiments: {{x: {{variants: {{{variants}}}}}}}")
    finding = next(one for one in result if one.code.id == "CRM219")
    assert [one.english() for one in finding.help] == [advice]

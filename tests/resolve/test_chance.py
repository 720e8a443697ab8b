"""What journey tests decide in place of chance, and customers who are two things at once."""

import pytest

SHOP = """
experiments: {tone: {}, price: {variants: {low: {weight: 50}, high: {weight: 50}}}}
segments:
  rich: {rfm: {recency: [5], over: 90d}}
  told: {raw: {mindbox: score > 3}}
chains:
  c:
    trigger: [order_placed, {api: lead_in}]
    steps:
      - wait: {between: {min: 1h, max: 2h}}
      - {id: nap, wait: {between: {min: 1h, max: 1mo}}}
      - wait: 1h
      - {id: half, split: {arms: {a: 50, b: 50}}}
      - split:
          salt: pepper
          arms: {c: {weight: 50, steps: [{webhook: {url: "https://shop.example"}}]}, d: 50}
      - experiment: {id: tone, arms: {warm: 50, dry: 50}}
  by_hand: {trigger: [{manual: true}, {form: survey}], steps: [{note: called}]}
channels: {site: {type: onsite}}
messages:
  survey: {channel: site, text: How was it?, category: service}
  quiz: {channel: site, text: Guess, category: service}
broadcasts:
  news: {audience: rich, message: hello, at: 2027-03-01, optimize_send_time: true}
  sale: {audience: rich, message: hello, at: 2027-03-01}
tests: {t: {start: 2027-03-01, expect: {}, %s}}
"""


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        pytest.param("arms: {c.half: a}", [], id="a split by its id"),
        pytest.param("arms: {c.steps.3: b}", [], id="a split by its place"),
        pytest.param("arms: {c.half: x}", [("CRM233", "x")], id="no such arm"),
        pytest.param("arms: {c.halv: a}", [("CRM233", "c.halv")], id="no such split"),
        pytest.param("arms: {c.steps.2: a}", [("CRM233", "c.steps.2")], id="no split there"),
        pytest.param("arms: {pepper: c}", [], id="a split by its salt"),
        pytest.param("arms: {tone: warm}", [], id="an arm of an experiment"),
        pytest.param("arms: {price: low}", [], id="a variant"),
        pytest.param("arms: {tone: wet}", [("CRM233", "wet")], id="no variant"),
        pytest.param("waits: {c.steps.0: 90m}", [], id="a random wait"),
        pytest.param("waits: {c.nap: 20d}", [], id="a random wait by its id"),
        pytest.param("waits: {c.nap: 31d}", [], id="a long month"),
        pytest.param("waits: {c.nap: 32d}", [("CRM233", "32d")], id="longer than a month"),
        pytest.param("waits: {c.steps.0: 3h}", [("CRM233", "3h")], id="too long a wait"),
        pytest.param("waits: {c.steps.0: [1h, 2h]}", [], id="one wait after another"),
        pytest.param("waits: {c.steps.0: [1h, 3h]}", [("CRM233", "3h")], id="the second too long"),
        pytest.param("waits: {c.steps.2: 1h}", [("CRM233", "c.steps.2")], id="a fixed wait"),
        pytest.param("waits: {news: 5h}", [], id="the moment of a broadcast"),
        pytest.param("waits: {news: 24h}", [("CRM233", "24h")], id="too late a moment"),
        pytest.param("waits: {sale: 5h}", [("CRM233", "sale")], id="a broadcast at its time"),
        pytest.param("answers: {score > 3: true}", [], id="a condition by its text"),
        pytest.param('answers: {\'raw:{"mindbox": "score > 3"}\': true}', [], id="by its name"),
        pytest.param("answers: {score > 4: true}", [("CRM233", "score > 4")], id="never asked"),
        pytest.param("answers: {c.steps.4.0.0: false}", [], id="a request that fails"),
        pytest.param("answers: {c.steps.4: false}", [("CRM233", "c.steps.4")], id="no request"),
        pytest.param("events: {at: 1h, api: lead_in}", [], id="an entry point"),
        pytest.param(
            "events: {at: 1h, api: lead_on}", [("CRM201", "lead_on")], id="no entry point"
        ),
        pytest.param("events: {at: 1h, form: survey}", [], id="a form that starts a chain"),
        pytest.param("events: {at: 1h, form: quiz}", [("CRM201", "quiz")], id="a form for nobody"),
        pytest.param("events: {at: 1h, form: quizz}", [("CRM201", "quizz")], id="no such form"),
        pytest.param("events: {at: 1h, start: by_hand}", [], id="a start by hand"),
        pytest.param(
            "events: {at: 1h, start: c}", [("CRM201", "c")], id="a chain not started by hand"
        ),
        pytest.param("events: {at: 1h, start: d}", [("CRM201", "d")], id="no such chain"),
        pytest.param("customer: {segments: rich, outside: told}", [], id="two segments"),
        pytest.param(
            "customer: {segments: rich, outside: [told, rich]}", [("CRM234", "rich")], id="torn"
        ),
        pytest.param("customer: {variants: {price: low}}", [], id="a variant of a customer"),
        pytest.param(
            "customer: {variants: {price: none}}", [("CRM212", "none")], id="no variant of it"
        ),
        pytest.param(
            "customer: {consents: {marketing_email.promo: subscribed}}", [], id="a declared topic"
        ),
        pytest.param(
            "customer: {consents: {marketing_email.prono: subscribed}}",
            [("CRM212", "prono")],
            id="no such topic",
        ),
        pytest.param(
            "events: {at: 1h, consent: marketing_email, status: subscribed, topic: offers}",
            [("CRM212", "offers")],
            id="no such topic later",
        ),
    ],
)
def test_what_a_test_decides(found, part, expected):
    assert found(SHOP % part) == expected


def test_nothing_is_said_while_parts_are_broken(found):
    broken = frozenset({("chains", "d")})
    assert found(SHOP % "arms: {d.steps.0: a}", broken=broken) == []


@pytest.mark.parametrize(
    ("part", "advice"),
    [
        pytest.param("waits: {c.nup: 1h}", "did you mean `c.nap`?", id="a slip"),
        pytest.param(
            "waits: {c.steps.22222: 1h}",
            "name a wait with `between` by its step, such as `welcome.steps.1`",
            id="a guess",
        ),
    ],
)
def test_advice(look, part, advice):
    _, result = look(SHOP % part)
    finding = next(one for one in result if one.code.id == "CRM233")
    assert [one.english() for one in finding.help] == [advice]

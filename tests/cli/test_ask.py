"""`crmspec ask`: questions and their answers."""

import json

import pytest

from crmspec.cli.sentence import understand

pytestmark = pytest.mark.usefixtures("story")
PROVED = "proof: proved for every customer"
SHOWN = "proof: replayed"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(
            ["together", "welcome", "greeting"],
            ["no: one customer is never in", "`main` lets a customer", PROVED],
            id="one group keeps two chains apart",
        ),
        pytest.param(
            ["together", "welcome", "care"],
            ["yes: one customer can be in `welcome` and `care` at once", "→ enters `care`", SHOWN],
            id="nothing keeps two chains apart",
        ),
        pytest.param(
            ["together", "loyal", "new"],
            ["no: nobody is in `loyal` and `new` at once", PROVED],
            id="segments without common customers",
        ),
        pytest.param(
            ["together", "loyal", "buyers"],
            ["yes: one customer can be in", "`order_placed` 3 times", SHOWN],
            id="segments with common customers",
        ),
        pytest.param(
            ["implies", "loyal", "buyers"],
            ["yes: everybody in `loyal` is in `buyers`", PROVED],
            id="a part",
        ),
        pytest.param(
            ["implies", "buyers", "again"], ["the other way round", PROVED], id="the same"
        ),
        pytest.param(
            ["implies", "buyers", "loyal"],
            ["no: there are customers in `buyers` who are not in `loyal`", "`order_placed`", SHOWN],
            id="no part",
        ),
        pytest.param(
            ["worst", "--actions", "1", "--window", "3d"],
            ["2 messages within 3 days", "✉ `nudge`", SHOWN],
            id="the most messages",
        ),
        pytest.param(
            ["worst", "--channel", "sms", "--window", "90m"],
            ["1 message within 90 minutes", SHOWN],
            id="the most messages of a channel",
        ),
        pytest.param(["worst", "--limit", "one_a_day"], ["within 24 hours", SHOWN], id="of a rule"),
        pytest.param(
            ["worst", "--channel", "sms", "--limit", "one_a_day", "--window", "1h"],
            ["1 message within 1 hour", "more is impossible"],
            id="of both",
        ),
        pytest.param(
            ["reach", "anna"],
            ["`anna`", "`welcome`: `hello`, `nudge`", "`greeting`: nothing, the customer"],
            id="chains that reach a persona",
        ),
        pytest.param(
            ["receives", "nudge"], ["`nudge` comes from `welcome`", SHOWN], id="who gets a message"
        ),
        pytest.param(
            ["receives", "nudge", "--after", "order_placed"],
            ["`nudge` can come after `order_placed`, from `welcome`", SHOWN],
            id="who gets a message after an event",
        ),
        pytest.param(
            ["receives", "unused"],
            ["nobody: no live chain or broadcast sends `unused`", PROVED],
            id="nobody",
        ),
        pytest.param(
            ["new-customer", "--days", "7"],
            ["2 messages in 7 days", "Wed 2027-03-03  10:00  ✉ `nudge`"],
            id="a new customer",
        ),
        pytest.param(
            ["new-customer", "--days", "2", "--event", "order_placed"],
            ["0 messages in 2 days"],
            id="a new customer who begins otherwise",
        ),
        pytest.param(
            ["can one customer be in welcome and greeting?"], ["no: one customer"], id="a sentence"
        ),
    ],
)
def test_answers(crmspec, question, said):
    code, out, err = crmspec("ask", *question)
    assert code == 0, err
    for words in said:
        assert words in out


def test_a_customer_in_a_file(story, crmspec):
    consents = "{news: subscribed, texts: subscribed}"
    (story / "who.yaml").write_text(f"customer: {{reachable: sms, consents: {consents}}}\n")
    _, out, _ = crmspec("ask", "reach", "who.yaml")
    assert "`welcome`: nothing, the channel cannot be reached" in out


def test_json(crmspec):
    _, out, _ = crmspec("ask", "together", "welcome", "care", "--format", "json")
    data = json.loads(out)
    assert data["version"] == 1
    assert data["evidence"]["verdict"] == "violated"
    assert data["evidence"]["timeline"]


def test_markdown(crmspec):
    _, out, _ = crmspec("ask", "together", "welcome", "care", "--format", "markdown")
    assert out.startswith("**yes: one customer can be in `welcome` and `care` at once**\n")
    assert "| Mon 2027-03-01 |" in out
    _, out, _ = crmspec("ask", "together", "loyal", "new", "--format", "markdown")
    assert "|" not in out


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param(["together", "welcom", "care"], "did you mean welcome?", id="chain"),
        pytest.param(["implies", "loyl", "new"], "did you mean loyal?", id="segment"),
        pytest.param(["reach", "ann"], "no persona or file ann; did you mean anna?", id="persona"),
        pytest.param(["receives", "nudg"], "did you mean nudge?", id="message"),
        pytest.param(["receives", "nudge", "--after", "x"], "there is no event x", id="event"),
        pytest.param(["worst", "--window", "soon"], "soon is no time", id="window"),
        pytest.param(["worst", "--window", "0h"], "0h is no time at all", id="no window"),
        pytest.param(["worst", "--channel", "fax"], "there is no channel fax", id="channel"),
        pytest.param(["worst", "--profile", "nope"], "there is no profile nope", id="profile"),
        pytest.param(["worst", "--window", "9999y"], "longer than ten years", id="too long"),
        pytest.param(["what is the weather"], "is not understood", id="something else"),
        pytest.param([""], "is not understood", id="nothing"),
        pytest.param(["how many messages in a fortnight"], "not understood", id="no window"),
        pytest.param(["how many messages in -5h"], "is not understood", id="less than nothing"),
        pytest.param(["how many messages in 2 months"], "is not understood", id="months"),
    ],
)
def test_questions_that_cannot_be_answered(crmspec, question, said):
    code, _, err = crmspec("ask", *question)
    assert code == 2
    assert said in err


def test_a_broken_project(story, crmspec):
    (story / "campaigns" / "bad.yaml").write_text("chains: {c: {trigger: x, steps: [{note: x}]}}")
    code, out, _ = crmspec("ask", "new-customer")
    assert code == 1
    assert "CRM201" in out


def test_no_first_event(story, crmspec):
    path = story / "campaigns" / "all.yaml"
    path.write_text(path.read_text().replace("signup", "hello_there"))
    code, _, err = crmspec("ask", "new-customer")
    assert code == 2
    assert "--event" in err


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("Can one customer be in `a` and `b`?", ["together", "a", "b"]),
        ("может ли один клиент быть в a и в b", ["together", "a", "b"]),
        ("does segment vip imply buyers", ["implies", "vip", "buyers"]),
        ("все ли из vip входят в buyers", ["implies", "vip", "buyers"]),
        ("which chains can reach anna", ["reach", "anna"]),
        ("какие цепочки достанут anna", ["reach", "anna"]),
        (
            "who can receive nudge after order_placed",
            ["receives", "nudge", "--after", "order_placed"],
        ),
        ("кто может получить nudge", ["receives", "nudge"]),
        ("what does a new customer get in 60 days", ["new-customer", "--days", "60"]),
        ("что получает новый клиент за 2 недели", ["new-customer", "--days", "14"]),
        (
            "how many messages in 24h after at most 2 actions",
            ["worst", "--window", "24h", "--actions", "2"],
        ),
        ("how many messages can a customer get in 90m", ["worst", "--window", "90m"]),
        (
            "сколько сообщений получит клиент за 1 день после 3 действий",
            ["worst", "--window", "24h", "--actions", "3"],
        ),
        ("how many messages can a customer get in a week", ["worst", "--window", "168h"]),
        ("сколько писем получит клиент за неделю", ["worst", "--window", "168h"]),
        ("how many messages in a fortnight", None),
        ("tell me a joke", None),
    ],
)
def test_sentences(sentence, meant):
    assert understand(sentence) == meant


@pytest.mark.usefixtures("story")
def test_together_with_itself_is_no_question(crmspec):
    code, _, err = crmspec("ask", "together", "welcome", "welcome")
    assert code == 2
    assert "name two different chains or segments, not welcome twice" in err

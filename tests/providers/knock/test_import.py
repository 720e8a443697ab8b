"""What is in an account of Knock comes back, and edits by hand come into the YAML."""

from __future__ import annotations

import pytest

from crmspec.cli.main import run
from tests.contract import example
from tests.contract.knock import KnockStandIn
from tests.contract.test_import import fill

CHAIN = "campaigns/chains/abandoned_cart.yaml"


@pytest.fixture
def account(tmp_path, monkeypatch):
    """An account with the project of the case, and a folder into which it has been imported."""
    with KnockStandIn(tmp_path / "old") as stand_in:
        fill(stand_in, tmp_path / "old", "case")
        new = example.bare(tmp_path / "new", stand_in)
        target = example.block({"targets": {example.TARGET: example.settings(stand_in)}}, 0)
        head = f"project: shop\ntimezone: UTC\n{target}\n"
        (new / "crmspec.yaml").write_text(head, encoding="utf-8")
        monkeypatch.chdir(new)
        monkeypatch.setenv("CRMSPEC_LANG", "en")
        assert run(["import", "--target", example.TARGET]) in {0, 4}
        yield stand_in


@pytest.fixture
def crmspec(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run([*arguments, "--target", example.TARGET])
        out, err = capsys.readouterr()
        return code, out + err

    return call


def steps(account, key="shop-abandoned_cart"):
    return account.kept["workflows"][key]["steps"]


def step(account, ref):
    return next(one for one in steps(account) if one["ref"] == ref)


def longer(account):
    step(account, "later")["settings"]["delay_for"] = {"unit": "hours", "value": 12}


def said_otherwise(account):
    step(account, "mail")["template"]["subject"] = "Корзина {{ recipient.city }}"


def another_page(account):
    template = step(account, "mail")["template"]
    template["html_body"] = template["html_body"].replace("<p>Корзина ждёт вас", "<p>Ждём")


def another_sender(account):
    for key in ("shop-abandoned_cart", "shop-thanks"):
        for one in steps(account, key):
            if one["ref"] == "mail":
                one["channel_overrides"] = {"from_name": "Лавка", "from_address": "hi@shop.example"}


def a_step_more(account):
    added = {
        "ref": "delay_1",
        "type": "delay",
        "settings": {"delay_for": {"unit": "weeks", "value": 2}},
    }
    steps(account).insert(2, added)


def another_question(account):
    terms = steps(account)[5]["branches"][0]["conditions"]["all"]
    terms[0]["argument"] = '"kazan"'


def read(tmp_path, path):
    return (tmp_path / "new" / path).read_text(encoding="utf-8")


EDITS = [
    pytest.param(longer, (CHAIN, "{id: later, wait: 12h}"), id="a wait"),
    pytest.param(
        said_otherwise,
        ("campaigns/chains/abandoned_cart.yaml", "Корзина {{ profile.city }}"),
        id="a subject",
    ),
    pytest.param(
        another_page, ("templates/messages/abandoned_cart_mail.html", "Ждём</p>"), id="a page"
    ),
    pytest.param(a_step_more, (CHAIN, "{id: delay_1, wait: {for: 14d}}"), id="a step more"),
    pytest.param(another_question, (CHAIN, "eq: kazan"), id="a condition"),
]


@pytest.mark.parametrize(("edit", "expected"), EDITS)
def test_an_edit_by_hand_is_pulled(account, crmspec, tmp_path, edit, expected):
    with account.guard:
        edit(account)
        account.kept["workflows"]["shop-abandoned_cart"]["sha"] = "edited"
    code, out = crmspec("plan", "--exit-code")
    assert code == 3, out
    code, out = crmspec("pull")
    assert code == 0, out
    path, words = expected
    assert words in read(tmp_path, path)
    code, out = crmspec("plan", "--exit-code")
    assert (code, "no changes" in out) == (0, True), out


def a_new_letter(account):
    steps(account).append(step(account, "mail") | {"ref": "mail_2"})


def theirs(account):
    step(account, "later")["description"] = "a remark"


@pytest.mark.parametrize("edit", [a_new_letter, theirs])
def test_what_has_no_words_is_left_alone(account, crmspec, edit):
    with account.guard:
        edit(account)
        account.kept["workflows"]["shop-abandoned_cart"]["sha"] = "edited"
    code, out = crmspec("pull")
    assert (code, "left alone chain.abandoned_cart.steps" in out) == (4, True), out


def test_a_workflow_without_words_is_named_and_nothing_of_it_is_written(account, crmspec, tmp_path):
    with account.guard:
        workflows = account.kept["workflows"]
        kept = workflows["shop-thanks"] | {"key": "by-hand", "name": "Theirs", "sha": "x"}
        first = kept["steps"][0] | {"ref": "hello", "description": "a remark"}
        workflows["by-hand"] = kept | {"steps": [first]}
    code, out = crmspec("import")
    assert code == 4, out
    assert "Theirs (by-hand): the project has no words for `steps[0].description`" in out
    written = "".join(one.read_text() for one in (tmp_path / "new").rglob("*.yaml"))
    assert "hello" not in written.replace("hello@shop.example", "")


SHIPPED = {
    "name": "Order shipped",
    "steps": [
        {
            "ref": "delay_1",
            "type": "delay",
            "settings": {"delay_for": {"unit": "hours", "value": 24}},
        },
        {
            "ref": "email_1",
            "name": "Letter",
            "type": "channel",
            "channel_key": "knock-email",
            "channel_type": "email",
            "template": {
                "subject": "Shipped, {{ recipient.first_name }}",
                "html_body": "<html><body>Hi {{ recipient.first_name | escape }}</body></html>",
                "settings": {"layout_key": None},
            },
        },
        {
            "ref": "branch_1",
            "type": "branch",
            "branches": [
                {
                    "name": "Read it",
                    "conditions": {
                        "all": [
                            {
                                "variable": "refs.email_1.engagement_status",
                                "operator": "contains",
                                "argument": "$message.read",
                            }
                        ]
                    },
                    "terminates": True,
                    "steps": [],
                },
                {"name": "Others", "steps": []},
            ],
        },
        {
            "ref": "push_1",
            "type": "channel",
            "channel_key": "knock-push",
            "channel_type": "push",
            "template": {
                "title": "Shipped",
                "text_body": "{{ data.number }}",
                "settings": {"delivery_type": "content"},
            },
        },
    ],
    "trigger_frequency": "every_trigger",
    "settings": {},
}


def test_what_others_made_comes_back(crmspec, tmp_path, monkeypatch):
    monkeypatch.setenv("CRMSPEC_LANG", "en")
    with KnockStandIn(tmp_path / "old") as stand_in:
        stand_in.kept["workflows"]["order-shipped"] = stand_in._made(
            "workflows", "order-shipped", {}, SHIPPED
        )
        new = example.bare(tmp_path / "new", stand_in)
        target = example.block({"targets": {example.TARGET: example.settings(stand_in)}}, 0)
        head = f"project: shop\ntimezone: UTC\n{target}\n"
        (new / "crmspec.yaml").write_text(head, encoding="utf-8")
        monkeypatch.chdir(new)
        _, out = crmspec("import")
        assert "steps:" not in out, out
        text = read(tmp_path, "campaigns/chains/order_shipped.yaml")
        assert "{id: delay_1, wait: 1d}" in text
        assert "{id: email_1, title: Letter, send: order_shipped_email_1}" in text
        channels = read(tmp_path, "campaigns/channels.yaml")
        assert "knock_email: {type: email, names: {main: knock-email}}" in channels
        code, out = crmspec("plan", "--exit-code")
        assert (code, "no changes" in out) == (0, True), out

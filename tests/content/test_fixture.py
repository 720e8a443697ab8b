"""Made-up customers: the project's own, and the awkward ones."""

import pytest

from crmspec.content.fixture import TRAITS, Fixtures, fixtures
from crmspec.content.parts import Messages
from crmspec.template.evaluate import evaluate

WRITTEN = """
personas:
  ann: {title: Ann, attributes: {first_name: Ann}, event: {total: 7}}
  bob: {attributes: {points: 3}}
feeds: {best: {url: "https://x.example", items: {name: string, image_url: string}}}
coupons: {c: {code: X}}
chains:
  welcome: {trigger: bought, steps: [{send: one}]}
messages:
  one:
    channel: email
    subject: "{{ profile.first_name }}"
    body: >-
      <a href="{{ profile.site }}" title='{{ profile.first_name }}'>{{ event.total }}</a>
      {% for i in event.items %}{{ i.name }}{% endfor %}{{ message.id }}
  two: {channel: sms, text: x}
"""


def test_personas_come_first_and_then_a_customer_of_each_kind(project):
    program = project(WRITTEN)
    found = fixtures(program, program.messages["one"])
    assert [one.id for one in found] == ["ann", "bob", *TRAITS]
    ann, bob = found[:2]
    assert (ann.title, ann.persona, ann.trait) == ("Ann", "ann", None)
    assert ann.values["profile"] == {"first_name": "Ann"}
    assert ann.values["event"] == {"total": 7, "items": [{"name": "Lamp"}]}
    assert bob.title == "bob"
    assert bob.values["message"]["id"] == "one"


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        pytest.param("ru", "Настольная лампа", id="Russian"),
        pytest.param("ru-KZ", "Настольная лампа", id="Russian of somewhere"),
        pytest.param("de", "Table lamp", id="another"),
        pytest.param(None, "Table lamp", id="none"),
    ],
)
def test_made_up_goods_speak_the_language_of_the_letter(project, locale, name):
    program = project(WRITTEN.replace("name: string", "name: string, price: number"))
    made = Fixtures(program)
    (typical,) = (one for one in made.of(program.messages["one"], locale) if one.trait == "typical")
    first = typical.values["feed"]["best"][0]
    assert (first["name"], first["price"]) == (name, 1990)


def test_customers_have_what_they_are_named_after(project):
    program = project(WRITTEN)
    by = {one.id: one.values for one in fixtures(program, program.messages["one"])}
    assert by["missing"]["profile"] == {}
    assert by["missing"]["event"] == {"total": 5}
    assert by["empty"]["profile"]["first_name"] == ""
    assert by["zero"]["event"]["total"] == 0
    assert len(by["long"]["event"]["items"]) == 12
    assert by["cyrillic"]["profile"]["first_name"].startswith("А")
    assert "<script>" in by["hostile"]["profile"]["first_name"]
    assert by["typical"]["links"]["unsubscribe"].startswith("https://")
    assert by["typical"]["feed"]["best"][0]["image_url"].endswith(".png")


def test_a_code_of_the_project_is_what_everybody_gets(project):
    written = WRITTEN.replace("{c: {code: X}}", "{c: {code: BACK10}, pool: {pool: own}}")
    found = fixtures(project(written), project(written).messages["one"])
    assert {one.values["coupon"]["c"] for one in found} == {"BACK10"}
    assert len({one.values["coupon"]["pool"] for one in found}) > 1


def test_no_customer_breaks_out_of_the_page(project):
    program = project(WRITTEN)
    parts = Messages(program).parts(program.messages["one"])
    for fixture in fixtures(program, program.messages["one"]):
        page = evaluate(parts.html, fixture.values, {})
        assert "<script>" not in page
        assert page.count("<a ") == 1
        assert page.count("</a>") == 1


def test_they_are_the_same_every_time(project):
    program = project(WRITTEN)
    assert fixtures(program, program.messages["one"]) == fixtures(
        project(WRITTEN), program.messages["one"]
    )


def test_a_message_that_nobody_sends_has_customers_too(project):
    program = project(WRITTEN)
    found = Fixtures(program).of(program.messages["two"], "en")
    assert found[2].values["event"] == {}
    assert found[2].values["message"]["locale"] == "en"


def test_all_kinds_of_attributes(project):
    program = project(
        """
        attributes:
          tags: {type: array, items: string}
          any_tags: {type: array}
          vip: {type: boolean}
          born: {type: date}
          tier: {type: enum, values: [gold, silver]}
        messages: {one: {channel: sms, text: x}}
        """
    )
    by = {one.id: one.values["profile"] for one in fixtures(program, program.messages["one"])}
    assert by["typical"]["tags"] == ["Anna"] * 3
    assert by["typical"]["any_tags"] == []
    assert (by["typical"]["vip"], by["zero"]["vip"]) == (True, False)
    assert (by["typical"]["born"][:4], by["empty"]["born"]) == ("2026", "")
    assert (by["typical"]["tier"], by["empty"]["tier"]) == ("gold", "")


@pytest.mark.parametrize(
    ("declared", "numbers"),
    [
        pytest.param("integer", {0, 1, 5, 12345678}, id="whole numbers"),
        pytest.param("integer, minimum: 1, maximum: 3.5", {1, 3}, id="whole numbers within limits"),
        pytest.param("integer, minimum: 5.5", {6, 12345678}, id="whole numbers from a fraction on"),
        pytest.param("number, maximum: 0.5", {0, 0.5}, id="a fraction at most"),
        pytest.param("number", {0, 1, 5, 12345678.9}, id="nothing but a number"),
    ],
)
def test_numbers_are_what_is_declared(project, declared, numbers):
    program = project(
        f"""
        attributes: {{n: {{type: {declared}}}, l: {{type: array, items: integer}}}}
        events:
          seen: {{title: B, properties: {{n: {{type: {declared}, required: true}}}}}}
        chains: {{c: {{trigger: seen, steps: [{{send: one}}]}}}}
        messages: {{one: {{channel: sms, text: x}}}}
        """
    )
    found = [one.values for one in fixtures(program, program.messages["one"])]
    assert {one["profile"]["n"] for one in found if "n" in one["profile"]} == numbers
    assert {one["event"]["n"] for one in found} == numbers
    assert all(isinstance(n, int) for one in found for n in one["profile"].get("l", ()))


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        pytest.param("{format: uri}", "https://shop.example.com/page?id=1&from=feed", id="a URL"),
        pytest.param("{format: email}", "anna@example.com", id="an address"),
        pytest.param("{values: [m, f]}", "m", id="one of a few"),
        pytest.param("{format: slug}", "Anna", id="another format"),
        pytest.param("string", "Anna", id="any text"),
    ],
)
def test_texts_are_what_is_declared(project, declared, text):
    program = project(
        f"""
        events: {{seen: {{title: B, properties: {{x: {declared}}}}}}}
        chains: {{c: {{trigger: seen, steps: [{{send: one}}]}}}}
        messages: {{one: {{channel: sms, text: x}}}}
        """
    )
    by = {one.id: one.values for one in fixtures(program, program.messages["one"])}
    assert by["typical"]["event"]["x"] == text

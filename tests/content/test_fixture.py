"""Made-up customers: the project's own, and the awkward ones."""

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
    assert by["typical"]["coupon"] == {"c": "Anna"}


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

"""Messages and blocks: what becomes an object of its own, and what does not."""

from __future__ import annotations

from tests.providers.klaviyo.small import HEAD, TARGET, findings, made, resources


def test_e_mails_become_templates_and_other_messages_go_into_flows():
    found = resources(HEAD)
    assert {name for name in found if name.startswith("message.")} == {"message.one"}
    assert "<body><p>Hi</p></body>" in found["message.one"].body["html"]


def test_what_does_not_reach_klaviyo():
    absent = {str(key) for key in made(HEAD).survey.absent}
    assert absent == {"message.late", "message.call", "message.odd"}


def test_blocks_of_html_become_universal_content():
    text = f"""{HEAD}
blocks:
  plain: {{template: "<p>Hi {{{{ profile.first_name }}}}</p>"}}
  given: {{template: "<p>{{{{ what }}}}</p>", inputs: {{what: string}}}}
  short: {{channel: sms, template: "Hi"}}
  wrong: {{template: "{{{{ links.confirm }}}}"}}
"""
    found = {name: one for name, one in resources(text).items() if name.startswith("block.")}
    assert set(found) == {"block.plain"}
    data = found["block.plain"].body["definition"]["data"]
    assert "person.first_name" in data["content"]
    assert "block.wrong" in {str(key) for key in made(text).survey.absent}


def test_options_that_are_not_there():
    import msgspec

    target = msgspec.structs.replace(TARGET, options={"list": "x"})
    words = [words for _, words in findings("lists: {a: {title: A}}", target)]
    assert "Klaviyo has no option `list`" in words

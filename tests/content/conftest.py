"""A shop in a few lines, and ways to see what becomes of its messages."""

from textwrap import dedent

import pytest

from crmspec.content.parts import Messages
from crmspec.document import read
from crmspec.ir import build
from crmspec.source import Once
from crmspec.template.evaluate import evaluate

SHOP = """
channels:
  email: {type: email}
  sms: {type: sms, cost: {amount: 4.5, currency: RUB}, consent: texts}
  telegram: {type: telegram}
  push: {type: mobile_push}
  site: {type: onsite}
consents:
  texts: {channel: sms, withdraw: {keyword: [HALT]}}
attributes:
  first_name: {type: string}
  points: {type: number}
  site: {type: string}
events:
  bought:
    properties:
      total: {type: number, required: true}
      items: {type: array, items: {type: object, properties: {name: {type: string}}}}
    example: {total: 10, items: [{name: Lamp}]}
"""


class Made:
    """The parts of one message, and what a customer sees of them."""

    def __init__(self, parts, texts):
        self.parts = parts
        self.texts = texts

    def __getitem__(self, field):
        return self.see(field)

    def see(self, field, **values):
        return evaluate(self.parts.fields.get(field, ()), values, {})

    @property
    def told(self):
        return [
            (
                one.kind,
                self.texts.get(one.span.path, "")[one.span.start : one.span.end],
                one.message.english(),
            )
            for one in self.parts.troubles
        ]


def read_program(written, files=None):
    results = [read(f"{n}.yaml", dedent(one).encode()) for n, one in enumerate((SHOP, written))]
    assert not [one for result in results for one in result.diagnostics]
    documents = [document for result in results for document in result.documents]
    program = build(documents, (), dict(files or {}), Once())
    texts = {f"templates/{name}": text for name, text in (files or {}).items()}
    texts |= {result.source.path: result.source.text for result in results}
    return program, texts, {result.source.path: result.source for result in results}


@pytest.fixture
def project():
    def made(written, files=None):
        return read_program(written, files)[0]

    return made


@pytest.fixture
def message():
    """Return the parts of the message `one` of a project."""

    def made(written, files=None, locale=None):
        program, texts, sources = read_program(written, files)
        parts = Messages(program, sources).parts(program.messages["one"], locale)
        return Made(parts, texts)

    return made


@pytest.fixture
def letter(message):
    """Return the parts of an e-mail with a body."""

    def made(body, extra="", files=None):
        lines = "\n      ".join(dedent(extra).strip().splitlines())
        return message(
            f"messages:\n  one:\n    channel: email\n    file: one.mjml\n    {lines}",
            {"one.mjml": body, **(files or {})},
        )

    return made

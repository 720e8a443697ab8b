"""Render templates with Genshi, one line of JSON each; runs in Tryton's own environment."""

import json
import sys

from genshi.template import MarkupTemplate, TextTemplate

KINDS = {"subject": TextTemplate, "page": MarkupTemplate}


class Record:
    """A record as Tryton gives it: its fields are there, and empty ones are None."""

    def __init__(self, values):
        self._values = values

    def __getattr__(self, name):
        value = self._values.get(name)
        return Record(value) if isinstance(value, dict) else value


for line in sys.stdin:
    kind, text, values = json.loads(line)
    try:
        made = KINDS[kind](text).generate(record=Record(values)).render(encoding=None)
        reply = {"text": made}
    except Exception as error:  # noqa: BLE001 - templates are Python
        reply = {"error": f"{type(error).__name__}: {error}"}
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()

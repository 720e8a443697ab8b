"""Clean projects as plain data, and the small words with which defects are planted into them."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path

from crmspec.document import read
from tests.generate import portfolio

ROOT = Path(__file__).parents[2]
PLANTED = "campaigns/planted.yaml"


def letter(text):
    """Return a whole e-mail."""
    inside = f"<mj-section><mj-column><mj-text>{text}</mj-text></mj-column></mj-section>"
    return f"<mjml><mj-body>{inside}</mj-body></mjml>"


BODY = letter("A letter")


def parsed(files):
    """Return the project settings, and all resources of the files by section and id."""
    settings, sections = {}, {}
    for path, data in files.items():
        for found in read(path, data).documents:
            if "project" in found.data:
                settings.update(found.data)
                continue
            for section, entries in found.data.items():
                sections.setdefault(section, {}).update(entries)
    return settings, sections


@cache
def example():
    paths = [ROOT / "crmspec.yaml", *sorted((ROOT / "campaigns").rglob("*.yaml"))]
    templates = {
        one.relative_to(ROOT / "templates").as_posix(): one.read_text()
        for one in (ROOT / "templates").rglob("*")
        if one.is_file()
    }
    return parsed({one.relative_to(ROOT).as_posix(): one.read_bytes() for one in paths}), templates


@cache
def generated(chains, seed):
    files = portfolio.files(chains, seed=seed)
    return parsed({path: text.encode() for path, text in files}), {}


BASES = {
    "example": example,
    "six chains": lambda: generated(6, 3),
    "fourteen chains": lambda: generated(14, 8),
}


class Kit:
    """One base, and what is planted into it; `base` may be changed too."""

    def __init__(self, name):
        (settings, sections), self.templates = BASES[name]()
        self.name = name
        self.is_example = name == "example"
        self.settings = copy.deepcopy(settings)
        self.base = copy.deepcopy(sections)
        self.planted = {}
        word = "marketing_{}" if self.is_example else "{}_marketing"
        self.consents = {channel: word.format(channel) for channel in ("email", "push")}
        self.frozen = (
            ("city", ["moscow", "kazan"]) if self.is_example else ("market", ["m_0", "m_1"])
        )

    def files(self):
        """Return the project as files; JSON is YAML."""
        made = {
            "crmspec.yaml": self.settings,
            "campaigns/base.yaml": self.base,
            PLANTED: self.planted,
        }
        return {path: _dump(data) for path, data in made.items() if data}

    def add(self, section, id_, /, **data):
        entry = data if section in ("tests", "frequency") else {"title": f"Planted {id_}", **data}
        self.planted.setdefault(section, {})[id_] = {"title": f"Planted {id_}", **entry}
        return id_

    def event(self, id_, **data):
        amount = {"type": "number", "minimum": 0, "required": True}
        return self.add("events", id_, properties={"amount": amount}, **data)

    def attribute(self, id_, type_="integer", **data):
        return self.add("attributes", id_, type=type_, **data)

    def segment(self, id_, *conditions, **data):
        return self.add("segments", id_, all=list(conditions), **data)

    def message(self, id_, channel="email", **data):
        content = {
            "email": {"subject": "News", "preheader": "What is new", "body": BODY, "text": "News"},
            "push": {
                "heading": "News",
                "text": "What is new",
                "open": {"url": "https://shop.example/"},
            },
        }[channel]
        return self.add("messages", id_, channel=channel, **{**content, **data})

    def letters(self, *ids, **data):
        return [{"send": self.message(one, **data)} for one in ids]

    def chain(self, id_, trigger, steps, *audience, channels=("email",), **data):
        """Plant a chain whose audience asks for consent and reachability in the `channels`."""
        asked = [{"consent": self.consents[one]} for one in channels]
        asked += [{"reachable": one} for one in channels]
        whole = {"audience": {"all": [*asked, *audience]}} if asked or audience else {}
        return self.add("chains", id_, trigger=trigger, steps=steps, **{**whole, **data})

    def mailing(self, id_, message, channel="email", tags=(), **data):
        """Plant a broadcast to all who may be written to, at the project's own time."""
        self.message(message, channel=channel, tags=list(tags))
        everybody = f"{id_}_readers"
        self.segment(everybody, {"consent": self.consents[channel]}, {"reachable": channel})
        audience = {"include": [everybody]}
        return self.add("broadcasts", id_, message=message, audience=audience, **data)

    def cap(self, id_, tag, *limits, **data):
        """Plant a tag and a frequency rule for the messages that have it."""
        self.add("tags", tag)
        made = {"limits": list(limits)} if limits else {}
        return self.add("frequency", id_, applies_to={"tags": [tag]}, **made, **data)

    def target(self, **profile):
        """Plant a target whose system deviates."""
        self.add("profiles", "planted_system", **profile)
        self.add("targets", "planted_target", platform="sandbox", profile="planted_system")


def _dump(data):
    return json.dumps(data, ensure_ascii=False, indent=1).encode()

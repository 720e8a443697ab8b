"""Small readers of languages without an engine, written after the vendors' published grammar."""

# ruff: noqa: E501 - what is printed, and what reads it, stands on one line

import re

import pytest

TAGS = {
    "mailchimp": r"\*\|(?P<tag>.*?)\|\*",
    "mandrill": r"\*\|(?P<tag>.*?)\|\*",
    "getresponse": r"\{\{(?P<tag>.*?)\}\}",
    "altcraft": r"\{(?P<tag>(?:if |else|end|lead\.|subscription\.).*?|else|end)\}",
}


def nodes(dialect, text):
    """Return alternating texts and tags."""
    at = 0
    for found in re.finditer(TAGS[dialect], text, re.DOTALL):
        yield "text", text[at : found.start()]
        yield "tag", found["tag"]
        at = found.end()
    yield "text", text[at:]


def render(dialect, text, fields):
    """Return what a published grammar makes of a text; `fields` are texts by their names."""
    said, open_ = [], []
    for kind, inner in nodes(dialect, text):
        shown = all(holds for holds, _ in open_)
        if kind == "text":
            said.append(inner if shown else "")
            continue
        condition = asked(dialect, inner)
        if condition is not None:
            open_.append((shown and condition(fields), inner))
        elif is_else(inner):
            holds, opening = open_.pop()
            open_.append((all(h for h, _ in open_) and not holds, opening))
        elif is_end(inner):
            open_.pop()
        elif shown:
            said.append(value(dialect, inner, fields))
    assert not open_
    return "".join(said)


def is_else(tag):
    return tag in ("ELSE:", "ELSE", "else")


def is_end(tag):
    return tag in ("END:IF", "ENDIF", "end")


def asked(dialect, tag):
    """Return the condition that a tag asks, None if it asks nothing."""
    patterns = {
        "mailchimp": r"(IF|IFNOT):([A-Za-z_0-9]+)(?:(!=|<=|>=|=|<|>)(.*))?\Z",
        "getresponse": r"(IF) `\((\w+) (IS_DEFINED|STRING_EQ|NUMBER_EQ|NUMBER_LT|NUMBER_GT)(?: '([^'`\"]*)')?\)`\Z",
        "altcraft": r"(if) ([\w.]+)(?: (equal) \"([^\"]*)\")?\Z",
    }
    found = re.match(patterns.get(dialect, patterns["mailchimp"]), tag)
    if found is None:
        return None
    word, name, operator, other = found.groups()
    return lambda fields: compared(fields.get(name, ""), operator, other) != (word == "IFNOT")


def compared(left, operator, right):
    if operator in (None, "IS_DEFINED"):
        return left not in ("", "0")
    if operator in ("=", "STRING_EQ", "equal"):
        return left == right
    if operator == "!=":
        return left != right
    number, other = float(left or 0), float(right)
    return {
        "<": number < other,
        "NUMBER_LT": number < other,
        "<=": number <= other,
        ">": number > other,
        "NUMBER_GT": number > other,
        ">=": number >= other,
        "NUMBER_EQ": number == other,
    }[operator]


def value(dialect, tag, fields):
    if dialect == "getresponse":
        found = re.match(r"CONTACT `(\w+)`\Z", tag)
        return fields.get(found[1], "") if found else pytest.fail(tag)
    change, _, name = tag.rpartition(":")
    said = fields.get(name, "")
    return {"": said, "UPPER": said.upper(), "LOWER": said.lower()}[change]

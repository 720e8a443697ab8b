"""Titles of any signs leave tables tables, sheets sheets and charts charts."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmspec.render import render_all

SIGNS = "|`[]()<>\\\n\r\t\u2028\u0085#*_~$&\"'=+-@%{};:! aя1🛒👩‍👩‍👧"
TITLES = st.text(st.sampled_from(SIGNS), min_size=1, max_size=12)
ROW = re.compile(r"(?<!\\)(?:\\\\)*\|")
CODE = re.compile(r"(?<!\\)`[^`\n]*`")
EVIL = ["a | b", "`a|b`", "``` ", "[a](b)", "](x)", "a\nb", "\n|---|", "\\", "\\|", "\u2028|",
        "🛒|🛍", "=1+1", "<b>|</b>", "-->", '"];', "%%{init}%%", "end", " "]  # fmt: skip


def flow(data: dict[str, object]) -> str:
    """Return a mapping as YAML, with the line breaks of Unicode escaped."""
    text = json.dumps(data, ensure_ascii=False)
    return text.replace("\u2028", r"\u2028").replace("\u0085", r"\u0085")


def project(titles: list[str]) -> str:
    title = iter(titles * 20)
    name = lambda **rest: flow({"title": next(title), **rest})  # noqa: E731
    prop = flow({"type": "number", "title": titles[0]})
    chain = {
        "trigger": {"event": "paid", "where": {"sum": {"eq": titles[0]}}},
        "audience": [{"not": "vip"}],
        "goal": "bought", "stage": "buy", "job": "rest", "owner": titles[-1],
        "description": titles[0],
        "steps": [
            {"send": "hi", "title": titles[0]},
            {"wait_for": {"if": {"event": "paid"}, "timeout": "1d"}},
            {"note": titles[-1]}, {"exit": "late"},
        ],
    }  # fmt: skip
    return f"""
events: {{paid: {name(sources=["a"])[:-1]}, "properties": {{"sum": {prop}}}}}}}
channels: {{email: {name(type="email")}}}
attributes: {{tier: {name(type="string")}}}
segments:
  vip: {name(attribute="tier", eq=titles[0])}
  gold: {name(attribute="tier", eq=titles[0])}
goals: {{bought: {name(event="paid")}}}
stages: {{buy: {name(order=1, barriers=titles)}}}
jobs: {{rest: {name(when=titles[0], want=titles[-1])}}}
systems: {{a: {name(kind="site")}, b: {name(kind="crm")}}}
flows: {{f: {name(**{"from": "a", "to": "b", "method": "api", "carries": ["events"]})}}}
messages: {{hi: {name(channel="email", subject="Hi", body="Hi")}}}
chains: {{c: {name(**chain)}, d: {name(**chain)}}}
"""


def tables(page: str):
    """Yield the groups of lines that begin as rows of a table, outside fences."""
    outside = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    for block in re.findall(r"(?:^\|.*(?:\n|$))+", outside, flags=re.MULTILINE):
        yield block.splitlines()


def check_page(page: str, parse_mermaid) -> None:
    for heading, rule, *rows in tables(page):
        width = heading.count("|")
        assert re.fullmatch(r"\|( --- \|)+", rule)
        assert rule.count("|") == width
        assert rows
        for row in rows:
            assert len(ROW.findall(row)) == width, row
            assert not any("|" in code for code in CODE.findall(row)), row
    for chart in re.findall(r"^```mermaid\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL):
        parse_mermaid(chart)
    assert len(re.findall(r"^```", page, flags=re.MULTILINE)) % 2 == 0


def check_sheet(data: bytes) -> None:
    heading, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    assert {len(row) for row in rows} <= {len(heading)}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def check(titles: list[str], load_files, parse_mermaid) -> None:
    program, sources = load_files({"campaigns/a.yaml": project(titles)})
    for lang in ("en", "ru"):
        for made in render_all(program, lang, sources):
            if made.path.endswith(".md"):
                check_page(made.content, parse_mermaid)
            elif made.path.endswith(".csv"):
                check_sheet(made.content)
            else:
                assert json.loads(made.content)["sections"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(titles=st.lists(TITLES, min_size=1, max_size=4, unique=True))
def test_any_titles(load_files, parse_mermaid, titles):
    check(titles, load_files, parse_mermaid)


@pytest.mark.parametrize("title", EVIL)
def test_titles_that_imitate_the_format(load_files, parse_mermaid, title):
    check([title], load_files, parse_mermaid)

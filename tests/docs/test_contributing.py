"""The rule that CONTRIBUTING.md takes a newcomer through does what the page says."""

import re
import types
from pathlib import Path
from textwrap import dedent

from crmspec.api import check_files
from crmspec.diagnostics.page import parse
from crmspec.rules import registry

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(language, fence):
    return dedent(re.search(rf"( *){fence}{language}\n.*?\n *{fence}\n", TEXT, re.DOTALL)[0])


def inside(fenced):
    return fenced.split("\n", 1)[1].rsplit("\n", 2)[0] + "\n"


def test_the_example_rule_and_its_page(monkeypatch):
    rule = types.ModuleType("chain_without_owner")
    exec(compile(inside(block("python", "```")), "CONTRIBUTING.md", "exec"), rule.__dict__)
    monkeypatch.setattr(registry, "RULES", (*registry.RULES, rule))
    page = parse(inside(block("markdown", "````")))
    assert (page.id, page.slug) == (rule.CODE.id, rule.CODE.slug)
    found = [
        [one.code.id for one in check_files(example.files).report.findings]
        for example in page.examples()
    ]
    assert found == [[rule.CODE.id], []]

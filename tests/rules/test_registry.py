"""The registry of rules."""

from pathlib import Path

from crmspec.diagnostics import Code
from crmspec.ir.program import Program
from crmspec.logic.portfolio import Portfolio
from crmspec.rules.registry import RULES
from crmspec.rules.rule import Rule

FOLDER = Path(__file__).parents[2] / "crmspec" / "rules"


def test_every_rule_has_a_code_of_its_own():
    codes = [rule.CODE for rule in RULES]
    assert all(isinstance(code, Code) for code in codes)
    assert len({code.id for code in codes}) == len(codes)


def test_a_rule_stands_in_a_module_named_after_it():
    for rule in RULES:
        assert (FOLDER / f"{rule.CODE.slug.replace('-', '_')}.py").is_file()


def test_an_empty_program_is_fine():
    assert [one for rule in RULES for one in rule.check(Portfolio(Program()))] == []


def test_every_rule_has_what_a_rule_has():
    public = [name for name in vars(Rule) if not name.startswith("_")]
    assert public == ["CODE", "check"]
    assert all(hasattr(rule, name) for rule in RULES for name in public)

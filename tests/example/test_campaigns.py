"""The example project and the scaffold: clean, complete, and written with care."""

import re
from pathlib import Path

import pytest

from crmspec.api import check_path
from crmspec.ir import Program
from crmspec.ir.message import Content, Message

ROOT = Path(__file__).parents[2]
SCAFFOLD = ROOT / "templates" / "init"
REFERENCE_CHAINS = {
    "welcome",
    "abandoned_cart",
    "app_onboarding",
    "high_value_order",
    "winback_60",
    "support_nps",
}
VARIABLE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ALWAYS_THERE = re.compile(r"^\s*(links|slots|message|project)\.")
LONGEST = {
    "profile.first_name": "Александра-Валентина",
    "event.items": "Посудомоечная машина узкая, бе",
}


@pytest.fixture(scope="module")
def shop() -> Program:
    return check_path(ROOT).program


def filled(template: str) -> str:
    """Put a long value in place of each variable."""

    def value(match: re.Match[str]) -> str:
        path = match[1].split("|", maxsplit=1)[0].strip()
        return LONGEST.get(path, "99 999")

    return VARIABLE.sub(value, template)


def length(content: Content, field: str) -> int:
    template = getattr(content, field)
    return len(filled(template.source)) if template is not None else 0


@pytest.mark.parametrize("root", [ROOT, SCAFFOLD], ids=["example project", "scaffold"])
def test_nothing_is_found(root: Path):
    findings = check_path(root).report.findings
    assert [(one.code.id, one.message) for one in findings] == []


def test_the_reference_chains_are_there(shop: Program):
    assert set(shop.chains) >= REFERENCE_CHAINS


def test_every_resource_explains_itself(shop: Program):
    lacking = [
        f"{kind}.{resource.id}"
        for kind, resource in shop.resources()
        if not (resource.title and resource.description and resource.owner)
    ]
    assert lacking == []


def test_every_chain_has_a_goal_a_metric_and_a_way_out(shop: Program):
    for chain in shop.chains.values():
        assert chain.goal, chain.id
        assert chain.metrics, chain.id
        assert chain.exit, chain.id


def limit(message: Message) -> tuple[tuple[str, int, int], ...]:
    """Return `(field, shortest, longest)` for what the message shows."""
    match message.channel.id:
        case "email":
            return ("subject", 10, 50), ("preheader", 30, 90)
        case "push" | "web_push":
            return (("text", 60, 120),)
        case "sms":
            return (("text", 10, 70),)
    return ()


def test_texts_fit_their_channels(shop: Program):
    misfits = [
        (message.id, field, length(message.content, field))
        for message in shop.messages.values()
        for field, low, high in limit(message)
        if not low <= length(message.content, field) <= high
    ]
    assert misfits == []


def templates(shop: Program) -> dict[str, str]:
    found = {p: body for p, body in shop.files.items() if not p.startswith("init/")}
    for message in shop.messages.values():
        for field in ("subject", "preheader", "heading", "text"):
            template = getattr(message.content, field)
            if template is not None:
                found[f"{message.id}.{field}"] = template.source
    return found


def guarded(expression: str, before: str) -> bool:
    """Say whether a variable has a fallback, or stands where its value is known to be there."""
    path = expression.split("|", maxsplit=1)[0].strip()
    return (
        "default(" in expression
        or ALWAYS_THERE.match(expression) is not None
        or re.search(rf"\{{% if {re.escape(path)} > 0 %\}}(?!.*\{{% endif %\}})", before, re.DOTALL)
        is not None
    )


def test_every_variable_has_a_fallback(shop: Program):
    bare = [
        (name, match[0])
        for name, body in templates(shop).items()
        for match in VARIABLE.finditer(body)
        if not guarded(match[1], body[: match.start()])
    ]
    assert bare == []


def test_every_marketing_letter_can_be_unsubscribed_from(shop: Program):
    for message in shop.messages.values():
        if message.channel.id == "email":
            assert message.layout is not None, message.id
            layout = shop.layouts[message.layout.id]
            assert "links.unsubscribe" in shop.files[layout.file or ""]


def test_every_template_file_is_used(shop: Program):
    named = {item.file for item in (*shop.layouts.values(), *shop.blocks.values())} | {
        message.content.file for message in shop.messages.values()
    }
    shipped = {path for path in shop.files if not path.startswith("init/")}
    assert shipped == named - {None}


def test_files_tell_editors_their_schema():
    for path in [ROOT / "crmspec.yaml", *(ROOT / "campaigns").rglob("*.yaml")]:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        assert (path.parent / first.partition("=")[2]).resolve().is_file(), path


def test_a_persona_stands_for_each_trap(shop: Program):
    names = [persona.attributes.get("first_name") for persona in shop.personas.values()]
    assert None in names
    assert any(isinstance(name, str) and name.isascii() for name in names)
    assert any(isinstance(name, str) and len(name) > 18 for name in names)


def test_the_scaffold_is_short_enough_to_read():
    files = [*SCAFFOLD.rglob("*.yaml")]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert lines <= 110

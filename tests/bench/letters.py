"""What e-mails cost: all rules of messages by size, and against rendering the same letters once."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from jinja2 import DictLoader, Environment
from mjml import mjml2html

from crmspec.api.check import check_workspace
from crmspec.api.examine import Wanted
from crmspec.api.workspace import load
from crmspec.rules.registry import RULES
from tests.generate import letters

SIZES = (1000, 3000, 10_000)
RULES_OF_MESSAGES = tuple(rule for rule in RULES if rule.CODE.id.startswith("CRM4"))
VALUES = {
    "profile": {"first_name": "Anna", "points": 120, "tier": "gold"},
    "event": SimpleNamespace(sku="L-1", items=[{"name": "Lamp", "price": 1200}] * 3),
    "links": {},
    "message": {},
}


def write(folder: Path, count: int) -> None:
    """Write a project of e-mails."""
    for path, text in letters.files(count):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def rules(count: int) -> tuple[float, float]:
    """Return the CPU seconds of the rules of messages, of all processes, and the wall seconds."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), count)
        workspace = load((Path(name),), project=True)
        read = time.monotonic()
        check_workspace(workspace, wanted=Wanted(rules=(), proofs=False))
        started = time.monotonic()
        result = check_workspace(workspace, wanted=Wanted(rules=RULES_OF_MESSAGES, proofs=False))
        assert result.examined is not None
        seconds = sum(cost.seconds for cost in result.examined.costs)
        return seconds, time.monotonic() - started - (started - read)


def bare(count: int) -> float:
    """Return the CPU seconds of rendering each letter once with Jinja2 and MJML, nothing else."""
    files = dict(letters.templates())
    blocks = {Path(name).stem: text for name, text in files.items()}
    environment = Environment(loader=DictLoader(blocks), autoescape=True)
    environment.filters |= {
        "number": lambda value, _=0: str(value),
        "limit": lambda items, most: items[:most],
        "url_encode": str,
    }
    started = time.process_time()
    for letter in letters.letters(count):
        for locale in letter.locales:
            frame = blocks[f"frame_{letter.layout}"].replace(
                "{{ slots.content }}", letters.body(letter, locale)
            )
            mjml2html(environment.from_string(frame).render(VALUES, slots={}))
    return time.process_time() - started


def main() -> None:
    """Print the table."""
    print("\nrules of messages, e-mails that share 12 layouts and 18 blocks")
    for count in SIZES:
        seconds, wall = rules(count)
        print(
            f"{count:>6} e-mails {seconds:>8.2f} CPU s {1000 * seconds / count:>7.2f} ms each "
            f"{wall:>8.2f} s"
        )
    once = bare(SIZES[0])
    seconds, _ = rules(SIZES[0])
    print(
        f"{SIZES[0]:>6} e-mails, Jinja2 and MJML alone, once: {once:.2f} CPU s; "
        f"the rules are {seconds / once:.2f} x"
    )


if __name__ == "__main__":
    main()

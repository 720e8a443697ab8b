"""What messages cost: all their rules by size, and against rendering the same letters once."""

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
from tests.bench import loop
from tests.generate import letters

SIZES = (1000, 3000, 10_000)
RULES_OF_MESSAGES = tuple(rule for rule in RULES if rule.CODE.id.startswith("CRM4"))
VALUES = {
    "profile": {"first_name": "Anna", "points": 120, "tier": "gold"},
    "event": SimpleNamespace(sku="L-1", items=[{"name": "Lamp", "price": 1200}] * 3),
    "links": {},
    "message": {},
}


def write(folder: Path, count: int, *, mixed: bool = False) -> None:
    """Write a project of e-mails; of messages of which half are e-mails if it is `mixed`."""
    for path, text in letters.files(count, mixed=mixed):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def rules(count: int, *, mixed: bool = False) -> tuple[float, float]:
    """Return the CPU seconds of the rules of messages, of all processes, and the wall seconds."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), count, mixed=mixed)
        workspace = load((Path(name),), project=True)
        read = time.monotonic()
        check_workspace(workspace, wanted=Wanted(rules=(), proofs=False))
        started = time.monotonic()
        result = check_workspace(workspace, wanted=Wanted(rules=RULES_OF_MESSAGES, proofs=False))
        assert result.examined is not None
        seconds = sum(cost.seconds for cost in result.examined.costs)
        return seconds, time.monotonic() - started - (started - read)


def bare(count: int, *, mixed: bool = False) -> float:
    """Return the CPU seconds of rendering each letter once with Jinja2 and MJML, nothing else.

    Messages that are no letters cost nothing here.
    """
    files = dict(letters.templates())
    blocks = {Path(name).stem: text for name, text in files.items()}
    environment = Environment(loader=DictLoader(blocks), autoescape=True)
    environment.filters |= {
        "number": lambda value, _=0: str(value),
        "limit": lambda items, most: items[:most],
        "url_encode": str,
    }
    started = time.process_time()
    for letter in (one for one in letters.letters(count) if not (mixed and one.n % 2)):
        for locale in letter.locales:
            frame = blocks[f"frame_{letter.layout}"].replace(
                "{{ slots.content }}", letters.body(letter, locale)
            )
            mjml2html(environment.from_string(frame).render(VALUES, slots={}))
    return time.process_time() - started


def main() -> None:
    """Print the tables."""
    print(f"\nrules of messages; letters share 12 layouts and 18 blocks; {loop.told()}")
    for mixed, what in ((False, "e-mails"), (True, "messages, half of them e-mails")):
        for count in SIZES:
            seconds, wall = rules(count, mixed=mixed)
            print(
                f"{count:>6} {what:<31}{seconds:>8.2f} CPU s {1000 * seconds / count:>6.2f} ms each"
                f"{wall:>8.2f} s"
            )
        once = bare(SIZES[0], mixed=mixed)
        seconds, _ = rules(SIZES[0], mixed=mixed)
        print(
            f"{SIZES[0]:>6} {what}, Jinja2 and MJML alone, once: {once:.2f} CPU s; "
            f"the rules are {seconds / once:.2f} x"
        )
    print(loop.told())


if __name__ == "__main__":
    main()

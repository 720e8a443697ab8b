"""The plan as Markdown, for a comment on a change that is updated in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.diagnostics import Text, text
from crmspec.diagnostics.format.width import printable
from crmspec.engine.effect import by_hand, counted, effect, quotas, warnings
from crmspec.engine.text import lines_of, lines_of_differences, meant, place, remarked, symbol

if TYPE_CHECKING:
    from collections.abc import Callable

    from crmspec.engine.change import Change
    from crmspec.engine.plan import Left, Plan
    from crmspec.engine.task import Task

    Say = Callable[[Text], str]

MARKER = "<!-- crmspec plan -->"
_LARGEST = 60_000
_FENCE = "````"


def comment(plan: Plan, *, say: Say = Text.english) -> str:
    """Return Markdown that begins with a marker and fits into one comment.

    What stands in the way comes first; changes that do not fit are counted at the end.
    """
    where = place(plan)
    head = [_marker(plan), f"### crmspec: {_title(plan, say)}", ""]
    head += [] if where is None else [f"- {say(where)}"]
    head += [f"- ⚠️ {say(warning)}" for warning in warnings(plan)]
    needed = quotas(plan, say)
    head += [f"- {needed}"] if needed is not None else []
    hint = by_hand(plan)
    head += [f"- {say(hint)}"] if hint is not None else []
    blocks: list[str] = []
    room = _LARGEST - sum(map(len, head))
    every = [_block(change, say) for change in plan.changes if not change.only_noted]
    every += [_task(task, say) for task in plan.tasks]
    every += [_remark(remark, say) for remark in plan.remarks]
    every += [f"- `≈ {one.kind} ({one.count})` {say(one.reason)}" for one in plan.undeployed]
    for block in every:
        room -= len(block) + 1
        if room < 0:
            left = len(every) - len(blocks)
            blocks.append(say(text("{count} more: see `crmspec plan`", count=left)))
            break
        blocks.append(block)
    return (
        "\n".join(printable(line) for one in [*head, "", *blocks] for line in one.split("\n"))
        + "\n"
    )


def _marker(plan: Plan) -> str:
    """Return what the comment is found by; each environment has its own."""
    return MARKER if place(plan) is None else f"<!-- crmspec plan {plan.state.target} -->"


def _title(plan: Plan, say: Say) -> str:
    return say(text("no changes to make")) if plan.idle else counted(plan, say)


def _block(change: Change, say: Say) -> str:
    head = f"`{symbol(change)} {change.address}` {say(effect(change))}"
    return _folded(head, change.source, [line.strip("\n") for line in lines_of(change, say)])


def _task(task: Task, say: Say) -> str:
    head = f"`! {task.address}` {say(task.reason)}"
    return _folded(head, task.source, [*lines_of_differences(task.fields, say)])


def _remark(remark: Left, say: Say) -> str:
    mark, line = remarked(remark)
    said = f"`{mark} {remark.address}` {say(line)}"
    return _folded("; ".join([said, *meant(remark, say)]), remark.source, [])


def _folded(head: str, source: str, detail: list[str]) -> str:
    head += f" (`{source}`)" if source else ""
    if not detail:
        return f"- {head}"
    body = "\n".join(detail).replace(_FENCE, "'''")
    summary = f"<details><summary>{_html(head)}</summary>"
    return f"{summary}\n\n{_FENCE}diff\n{body}\n{_FENCE}\n</details>"


def _html(line: str) -> str:
    """Return the line with its code spans as HTML: Markdown is not read inside a summary."""
    safe = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = safe.split("`")
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(parts))

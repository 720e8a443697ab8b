"""Fold blocks into what includes them, for targets that keep none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crmspec.ir import Program

_INCLUDE = re.compile(r"""\{%-?\s*include\s+["']([^"'\s]+)["']\s*(with\s.*?)?\s*-?%\}""")


def fold(source: str, program: Program, around: tuple[str, ...] = ()) -> str:
    """Return a template with its `{% include "block" %}` tags replaced, at any depth.

    What a tag gives the block with `with` stands around it then: `{% with … %}…{% endwith %}`.

    A tag stays as written if there is no such block, or if it would include itself; `around`
    are the ids of the blocks that the source is part of.
    """

    def replaced(tag: re.Match[str]) -> str:
        id_ = tag[1]
        inner = None if id_ in around else _source(program, id_)
        if inner is None:
            return tag[0]
        inner = fold(inner, program, (*around, id_))
        return f"{{% {tag[2]} %}}{inner}{{% endwith %}}" if tag[2] else inner

    return _INCLUDE.sub(replaced, source) if "include" in source else source


def _source(program: Program, id_: str) -> str | None:
    block = program.blocks.get(id_)
    if block is None:
        return None
    if block.template is not None:
        return block.template.source
    return program.files.get(block.file) if block.file is not None else None

"""A template tree as source text again: `parse(printed(body)).body` equals it, spans apart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crmspec.template import tree
from crmspec.template.value import exact

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME: Final = re.compile(r"[^\W\d]\w*")
_BRACE: Final = re.compile(r"\{(?=[{%#]|\Z)")
_RAW_BRACE: Final = "{% raw %}{{% endraw %}"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r"})


def printed(body: tree.Body) -> str:
    """Return the source of pieces; literals are in single quotes where they can be."""
    return "".join(_PIECES[type(piece)](piece) for piece in body)


def written(expression: tree.Expression) -> str:
    """Return the source of an expression."""
    return _EXPRESSIONS[type(expression)](expression)


def _text(piece: tree.Text) -> str:
    if not _BRACE.search(piece.text):
        return piece.text
    if "endraw" in piece.text:
        return _BRACE.sub(_RAW_BRACE, piece.text)
    return f"{{% raw %}}{piece.text}{{% endraw %}}"


def _output(piece: tree.Output) -> str:
    return f"{{{{ {written(piece.expression)} }}}}"


def _if(piece: tree.If) -> str:
    parts: list[str] = []
    for number, branch in enumerate(piece.branches):
        word = "elif" if number else "if"
        parts.append(f"{{% {word} {written(branch.condition)} %}}{printed(branch.body)}")
    return f"{''.join(parts)}{_otherwise(piece.otherwise)}{{% endif %}}"


def _otherwise(body: tree.Body) -> str:
    return f"{{% else %}}{printed(body)}" if body else ""


def _for(piece: tree.For) -> str:
    limit = "" if piece.limit is None else f" | limit({piece.limit})"
    head = f"{{% for {piece.variable} in {written(piece.of)}{limit} %}}"
    return f"{head}{printed(piece.body)}{_otherwise(piece.otherwise)}{{% endfor %}}"


def _with(piece: tree.With) -> str:
    bindings = ", ".join(f"{name} = {written(value)}" for name, value in piece.bindings)
    return f"{{% with {bindings} %}}{printed(piece.body)}{{% endwith %}}"


def _include(piece: tree.Include) -> str:
    return f"{{% include {quoted(piece.block)} %}}"


def _native(piece: tree.Native) -> str:
    return f"{{% native {quoted(piece.dialect)} %}}{piece.text}{{% endnative %}}"


def quoted(value: str) -> str:
    """Return a text as a literal."""
    escaped = value.translate(_ESCAPES)
    if "'" in escaped and '"' not in escaped:
        return f'"{escaped}"'
    return "'" + escaped.replace("'", "\\'") + "'"


def _constant(node: tree.Constant) -> str:
    value = node.value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return format(exact(value), "f")


def _path(node: tree.Path) -> str:
    return node.root + "".join(_key(key) for key in node.keys)


def _key(key: str | int) -> str:
    if isinstance(key, int):
        return f"[{key}]"
    return f".{key}" if _NAME.fullmatch(key) else f"[{quoted(key)}]"


def _filter(node: tree.Filter) -> str:
    given = [written(one) for one in node.arguments]
    given += [f"{name}={written(one)}" for name, one in node.named]
    brackets = f"({', '.join(given)})" if given else ""
    return f"{written(node.of)} | {node.name}{brackets}"


def _comparison(node: tree.Comparison) -> str:
    return f"{written(node.left)} {node.operator} {written(node.right)}"


def _one_of(node: tree.OneOf, word: str = "in") -> str:
    values = ", ".join(written(one) for one in node.values)
    return f"{written(node.of)} {word} [{values}]"


def _contains(node: tree.Contains, word: str = "in") -> str:
    return f"{written(node.item)} {word} {written(node.of)}"


def _not(node: tree.Not) -> str:
    match node.of:
        case tree.OneOf():
            return _one_of(node.of, "not in")
        case tree.Contains():
            return _contains(node.of, "not in")
        case tree.Present(of=of):
            return f"{written(of)} is not defined"
        case tree.Empty(of=of):
            return f"{written(of)} is not empty"
        case tree.And() | tree.Or():
            return f"not ({written(node.of)})"
    return f"not {written(node.of)}"


def _and(node: tree.And) -> str:
    return " and ".join(_bracketed(one, (tree.And, tree.Or)) for one in node.parts)


def _or(node: tree.Or) -> str:
    return " or ".join(_bracketed(one, (tree.And, tree.Or)) for one in node.parts)


def _bracketed(node: tree.Expression, kinds: tuple[type[tree.Node], ...]) -> str:
    return f"({written(node)})" if isinstance(node, kinds) else written(node)


_PIECES: Final[dict[type[tree.Node], Callable[..., str]]] = {
    tree.Text: _text,
    tree.Output: _output,
    tree.If: _if,
    tree.For: _for,
    tree.With: _with,
    tree.Include: _include,
    tree.Native: _native,
}
_EXPRESSIONS: Final[dict[type[tree.Node], Callable[..., str]]] = {
    tree.Constant: _constant,
    tree.Path: _path,
    tree.Filter: _filter,
    tree.Comparison: _comparison,
    tree.OneOf: _one_of,
    tree.Contains: _contains,
    tree.Present: lambda node: f"{written(node.of)} is defined",
    tree.Empty: lambda node: f"{written(node.of)} is empty",
    tree.Not: _not,
    tree.And: _and,
    tree.Or: _or,
}

"""The YAML event stream: libyaml where PyYAML was built with it, else pure Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

SCALAR: Final[object] = yaml.ScalarEvent
ALIAS: Final[object] = yaml.AliasEvent
MAPPING: Final[object] = yaml.MappingStartEvent
MAPPING_END: Final[object] = yaml.MappingEndEvent
SEQUENCE: Final[object] = yaml.SequenceStartEvent
SEQUENCE_END: Final[object] = yaml.SequenceEndEvent
DOCUMENT: Final[object] = yaml.DocumentStartEvent

FAST: Final = bool(yaml.__with_libyaml__)
"""Whether libyaml does the reading; without it reading takes about 14 times as long."""


def _parser(fast: bool) -> Callable[[str], Any]:  # noqa: FBT001
    if not fast:
        return yaml.SafeLoader
    from yaml._yaml import CParser

    return CParser


PARSER: Final = _parser(FAST)


def events(text: str) -> Callable[[], Any]:
    """Return a function that gives the next event of `text`, up to the stream's end.

    It raises `yaml.YAMLError` on a syntax error. Marks of events count code points.
    """
    get_event: Callable[[], Any] = PARSER(text).get_event
    return get_event

"""Write the examples of the schemas as YAML."""

from __future__ import annotations

import yaml


class _Dumper(yaml.SafeDumper):
    """Indents lists below their key, as people do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Go one level deeper."""
        super().increase_indent(flow, indentless=False)


def _sequence(dumper: _Dumper, data: list[object]) -> yaml.Node:
    short = all(not isinstance(item, dict | list) for item in data)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


_Dumper.add_representer(list, _sequence)


def to_yaml(value: object) -> str:
    """Return a value as block YAML; lists of scalars stay on one line."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)

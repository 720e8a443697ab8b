"""Environments: the same project with other values, deployed to other accounts."""

from __future__ import annotations

from crmspec.ir.value import Plain, Resource


class Environment(Resource, frozen=True, kw_only=True):
    """What differs in one environment; `targets` are those it is deployed to (none: all).

    `vars` gives the project's variables their values. `overlay` is written as resources are: kind,
    id, fields; it changes resources that are there. Both are put in before the program is built.
    """

    vars: dict[str, str | int | float | bool] = {}
    overlay: dict[str, dict[str, Plain]] = {}

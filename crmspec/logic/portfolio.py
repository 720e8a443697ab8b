"""What rules are given: the program and, on demand, everything the analysis knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmspec.semantics.behaviour import REFERENCE

if TYPE_CHECKING:
    from crmspec.ir.program import Program
    from crmspec.semantics.behaviour import Behaviour


class Portfolio:
    """One program under one behaviour; each analysis is made once, when the first rule asks.

    Analyses count work, not seconds: the same program gives the same answers on any machine.
    """

    def __init__(self, program: Program, behaviour: Behaviour = REFERENCE) -> None:
        self.program = program
        self.behaviour = behaviour

"""The intermediate representation: a typed, frozen, located program."""

from crmspec.ir.build import build
from crmspec.ir.plain import plain
from crmspec.ir.program import KEYS, KINDS, Program
from crmspec.ir.value import Located, Ref, Resource
from crmspec.ir.walk import walk

__all__ = ["KEYS", "KINDS", "Located", "Program", "Ref", "Resource", "build", "plain", "walk"]

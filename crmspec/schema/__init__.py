"""The shape of the language: JSON Schemas, and sentences about documents that do not fit them."""

from crmspec.schema.library import kinds, load
from crmspec.schema.shape import Shape, validate

__all__ = ["Shape", "kinds", "load", "validate"]

"""crmspec: a declarative campaign compiler for CRM marketing."""

__version__ = "0.1.0"

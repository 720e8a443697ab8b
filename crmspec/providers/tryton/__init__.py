"""Tryton: marketing automation of a business system that everybody can run."""

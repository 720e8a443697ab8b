"""Planted defects: every rule finds what was planted for it, and nothing in the clean projects."""

"""Mindbox: imports of values and pools, a list of segments; all else is made by people."""

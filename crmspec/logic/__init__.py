"""The analysis core: what can, must and cannot happen to any customer, and why."""

"""The deploy engine: differences, plans and their application, behind ports; no I/O."""

"""Previews: a message as the people see it who get it, as one HTML page that needs nothing else."""

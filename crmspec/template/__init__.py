"""Templates: the restricted Jinja2 of messages as a typed tree, and what it means."""

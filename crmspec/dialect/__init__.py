"""Template languages of the targets: one tree in, one text out, and what was lost on the way."""

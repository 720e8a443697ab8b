"""Content: a message in one language as the parts that a customer sees."""

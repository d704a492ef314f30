"""A recipe picks one of each: one application per file."""

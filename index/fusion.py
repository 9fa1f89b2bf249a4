"""Several rankings in one: reciprocal rank fusion."""

"""The forms in which models write claims, and how each is read."""

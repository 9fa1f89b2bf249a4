"""Canned pairs: questions on the seeds, and what must be said to them."""

"""Passages in, cited answers out, and the front ends."""

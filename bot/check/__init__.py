"""Canned pairs: cases in people's files, a runner, what is expected, a baseline, and reports."""

"""Tests of the checks of a claim."""

"""Tests of the canned pairs."""

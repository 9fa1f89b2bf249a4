"""Tests of what a message states and how it is laid beside a document."""

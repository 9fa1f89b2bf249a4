"""Tests of documents in, passages out."""

"""Vectors that were paid for, kept by the text that they stand for."""

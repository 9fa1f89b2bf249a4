"""Tests of the program that answers for months."""

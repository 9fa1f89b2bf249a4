"""Servers that the tests and benchmarks talk to, over real connections on loopback."""

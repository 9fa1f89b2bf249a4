"""A small Discord on loopback: its gateway, its HTTP interface, and the people who use it."""

"""Machines that fail: what an index is after a kill, a full disk, a call that is refused."""

"""One output each: pure functions from an Answer or an Abstention to text."""

"""The weights of the claim check."""

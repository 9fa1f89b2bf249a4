"""Whether a claim may be shown: its quote, its figures and names, its support."""

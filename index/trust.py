"""How far the dense arm can be trusted with a language."""

"""Whether a claim is supported by the quotes that it rests on."""

"""A conversation with any OpenAI-compatible server, as a stream of text."""

"""A conversation with any OpenAI-compatible server: the client, and all that goes wrong."""

"""Text in a document that speaks to a language model rather than to a reader."""

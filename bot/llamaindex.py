"""Footnote as a retriever and a query engine of LlamaIndex."""

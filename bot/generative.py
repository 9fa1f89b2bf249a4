"""Answers with a language model: claims in its words, each with a quote to be verified."""

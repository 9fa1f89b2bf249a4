"""Random histories of a folder of documents and of its index, against a model in memory."""

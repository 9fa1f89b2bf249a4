"""Search by meaning: vectors of passages, kept in Chroma and in a flat file, and asked."""

"""What a message states, and a statement laid beside a sentence of the documents."""

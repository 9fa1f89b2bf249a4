"""What was said before a question, and whether the question leans on it."""

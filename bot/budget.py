"""What models may cost and what they did cost: by question, by day, across restarts."""

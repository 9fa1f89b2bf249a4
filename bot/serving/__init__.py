"""A program that answers for months: its hall and reception, its log, and how it is."""

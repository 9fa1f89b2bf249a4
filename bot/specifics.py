"""The numbers, dates, names and addresses of a claim, and whether its evidence has them."""

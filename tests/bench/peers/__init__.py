"""What Footnote is measured against."""

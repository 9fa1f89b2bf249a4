"""What is looked at to tell whether all is well, a file each."""

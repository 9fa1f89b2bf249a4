"""Folders that somebody laid out to do harm, and what `footnote` says and takes as a process."""

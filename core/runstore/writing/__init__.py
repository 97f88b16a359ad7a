"""The writing way: records of a run put on disk as they happen. Standard library only, Python 3.8 syntax."""

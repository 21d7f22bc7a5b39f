"""One module a file format whose joints are stored: identify, read, write."""

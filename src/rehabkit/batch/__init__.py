"""Many recordings in one go: which there are, what is done already, and who does the rest."""

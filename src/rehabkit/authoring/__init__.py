"""Making what the catalogue needs: healthy templates from data sets, exercises from examples."""

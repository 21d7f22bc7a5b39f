"""Clean-up of recordings: gaps, jumps, filters, resampling, runs between breaks."""

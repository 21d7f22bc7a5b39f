"""Generated movement with dialled faults and its truth."""

"""FineRehab: snippets of one repetition each, from an inertial suit and two Azure Kinects."""

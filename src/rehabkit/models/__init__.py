"""What is learned from data: models behind scikit-learn's interface, and their shipped weights."""

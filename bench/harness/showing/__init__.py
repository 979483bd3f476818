"""What a person gets to see of a run."""

"""What the ground floor reads out."""

"""What the demo's companies sell and bill."""

"""What people type about money that came in."""

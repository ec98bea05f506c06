"""The customers of the demo's companies."""

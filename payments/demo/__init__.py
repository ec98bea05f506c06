"""How the customers of the demo's companies pay."""

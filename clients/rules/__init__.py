"""Pure rules about clients."""

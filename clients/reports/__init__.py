"""What is read out about clients."""

"""What a network is, in words and tables."""

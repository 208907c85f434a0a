"""What lies around the spots on a map: main roads, catchments, times from anywhere, closures."""

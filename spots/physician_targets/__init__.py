"""Target numbers of physicians (目標医師数) by area, and the progress towards them year by year."""

"""Speed profiles: tables of kilometres per hour with a source for each row."""

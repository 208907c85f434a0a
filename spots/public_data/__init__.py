"""Files that are published for anybody: which a prefecture needs, and how they get here."""

"""The rule applied: policy, criteria, designation, circles, people. Pure but for policy files."""

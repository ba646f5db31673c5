"""The passes: the order of all acts as a value, running them, and central differences."""

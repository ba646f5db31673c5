"""Files that users give and get."""

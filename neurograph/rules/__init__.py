"""Scalar mathematics and its formulas: one record for each activation, loss and initializer."""

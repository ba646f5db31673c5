"""Plots of training, data and single functions, on axes: one file for each subject."""

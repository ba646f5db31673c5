"""Data sets, all in one shape."""

from neurograph.data import datasets as datasets

"""The compiled engine: the same sums in the same order, over arrays. README.md here says why it is built so."""

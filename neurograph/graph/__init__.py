"""The objects: neurons, weighted edges, groups, targets, and the structure that holds them in a networkx graph."""

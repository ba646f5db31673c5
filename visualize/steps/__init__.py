"""A training step neuron by neuron: the card of one neuron, strips of pictures, and films."""

"""The stepper page: a trace as one HTML file that works anywhere, without a server and without a network."""

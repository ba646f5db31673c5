"""Pictures of networks: they read the live objects, draw on the axes they are given, and return what they drew."""

from visualize.diagram import NetworkDiagram as NetworkDiagram
from visualize.draw import draw_network as draw_network

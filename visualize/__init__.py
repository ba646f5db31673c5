"""Pictures of networks: they read the live objects, draw on the axes they are given, and return what they drew.

This file names what is public. Everything is loaded on first use; matplotlib when something is drawn.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurograph.learning.diagnostics import find_marks as find_marks
    from visualize.drawn import Drawn as Drawn
    from visualize.export import save_figure as save_figure
    from visualize.network.diagram import NetworkDiagram as NetworkDiagram
    from visualize.network.draw import draw_network as draw_network
    from visualize.network.painter import DrawnNetwork as DrawnNetwork
    from visualize.page.stepper import write_stepper as write_stepper
    from visualize.plots.activations import plot_activations as plot_activations
    from visualize.plots.boundary import plot_decision_boundary as plot_decision_boundary
    from visualize.plots.confusion import plot_confusion as plot_confusion
    from visualize.plots.curves import plot_activation as plot_activation
    from visualize.plots.distribution import plot_activation_spread as plot_activation_spread
    from visualize.plots.history import plot_history as plot_history
    from visualize.plots.layers import plot_gradients as plot_gradients
    from visualize.plots.layers import plot_saturation as plot_saturation
    from visualize.plots.layers import plot_update_ratio as plot_update_ratio
    from visualize.plots.matrix import plot_matrix as plot_matrix
    from visualize.plots.predicted import plot_predictions as plot_predictions
    from visualize.plots.responses import plot_responses as plot_responses
    from visualize.plots.surface import plot_loss_surface as plot_loss_surface
    from visualize.plots.weights import plot_weights as plot_weights
    from visualize.steps.animation import animate_steps as animate_steps
    from visualize.steps.card import draw_card as draw_card
    from visualize.steps.strip import draw_strip as draw_strip
    from visualize.steps.training_film import animate_training as animate_training
    from visualize.themes import THEMES as THEMES
    from visualize.themes import Theme as Theme

_HOMES = {
    "THEMES": "visualize.themes",
    "Drawn": "visualize.drawn",
    "DrawnNetwork": "visualize.network.painter",
    "NetworkDiagram": "visualize.network.diagram",
    "Theme": "visualize.themes",
    "animate_steps": "visualize.steps.animation",
    "animate_training": "visualize.steps.training_film",
    "draw_card": "visualize.steps.card",
    "draw_network": "visualize.network.draw",
    "draw_strip": "visualize.steps.strip",
    "find_marks": "neurograph.learning.diagnostics",
    "plot_activation": "visualize.plots.curves",
    "plot_activation_spread": "visualize.plots.distribution",
    "plot_activations": "visualize.plots.activations",
    "plot_confusion": "visualize.plots.confusion",
    "plot_decision_boundary": "visualize.plots.boundary",
    "plot_gradients": "visualize.plots.layers",
    "plot_history": "visualize.plots.history",
    "plot_loss_surface": "visualize.plots.surface",
    "plot_matrix": "visualize.plots.matrix",
    "plot_predictions": "visualize.plots.predicted",
    "plot_responses": "visualize.plots.responses",
    "plot_saturation": "visualize.plots.layers",
    "plot_update_ratio": "visualize.plots.layers",
    "plot_weights": "visualize.plots.weights",
    "save_figure": "visualize.export",
    "write_stepper": "visualize.page.stepper",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'visualize' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

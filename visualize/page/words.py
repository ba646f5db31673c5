"""What a page says in words: a sentence for each phase, each act and each equation, for who meets them the first time.

No number and no symbol of a network is here; those are the trace's.
"""

from __future__ import annotations

from neurograph.trace.step import KINDS

__all__ = ["EQUATIONS", "INTRO", "PARTS", "PHASES", "SENTENCES", "SIGNS", "TITLES", "WAYS"]

INTRO = (
    "One training step of this network, number by number: forward to the outputs, the loss, back with the error, the "
    "gradients, the update, and once more forward to see what it has brought."
)

# phase: (its name, what it is for)
PHASES: dict[str, tuple[str, str]] = {
    "forward": ("Forward", "The inputs go through the net, layer by layer, until every output has its activation."),
    "loss": ("Loss", "The outputs are compared with the targets: one number C says how far off they are."),
    "backward": (
        "Backward",
        "The error comes back from the outputs. A delta says how much C would change if a neuron's z changed.",
    ),
    "gradient": (
        "Gradients",
        "A gradient says how much C would change if a weight or bias changed. All use the old weights.",
    ),
    "mean": ("Mean of the batch", "The gradients of all examples are averaged, so that one step serves them all."),
    "update": ("Update", "Every weight and bias takes a small step against its gradient."),
    "after": ("After", "The net goes forward once more, with its new weights, to see what the step has brought."),
}

# key of an act or a term: how a page calls it, with the signs that a terminal may lack
TITLES: dict[str, str] = KINDS | {"gradients": "∂C/∂b and ∂C/∂w"}

# key of an act or a term, or a case of it that has its own: what happens, and why
SENTENCES: dict[str, str] = {
    "weighted_sum": "Everything that comes in is multiplied by the weight of its edge; the bias is added. That is z.",
    "product": "One edge: the activation where it begins, times its weight.",
    "activation": "The activation function turns the sum z into what the neuron gives on, its activation a.",
    "group_activation": "Softmax looks at all z of its group together: each e to the z, over the sum of them all. So "
    "all a add up to 1.",
    "loss_term": "What this output adds to the loss: its activation a beside its target y.",
    "loss_only_term": "There is one output, so its term is the loss C.",
    "loss_sum": "The terms of all outputs add up to the loss C.",
    "output_error": "How much C would change if the output a changed: the slope of the loss at a.",
    "error": "Every edge that leaves the neuron brings back a share of the error: its weight times the "
    "delta at its end. They add up to the error of this neuron.",
    "input_error": "Every edge that leaves the input brings back its weight times the delta at its end. They add "
    "up to how C would change if the input changed.",
    "error_share": "One edge, backwards: its weight times the delta of the neuron where it ends.",
    "slope": "The slope of the activation function at z: is the neuron listening? Where the slope is near 0 it hardly "
    "is, and little error gets through.",
    "delta": "Error times slope: how C reacts to a, times how a reacts to z. That is how C reacts to z.",
    "delta_of_slope_0": "The slope is 0 here: the neuron does not react to z, so no error gets through. Its weights, "
    "and all that only it could teach, learn nothing from this example.",
    "short_delta": "Loss and activation were made for each other: error and slope cancel to this difference.",
    "short_delta_and_edges": "Loss and activation cancel to a difference; what the neuron's own edges brought back "
    "is added, times the slope.",
    "short_group_delta": "The loss of every output of the group reacts to this neuron's z, and each gives its share to "
    "delta at once; what came back over edges is added.",
    "delta_share": "One output of the group: how its part of the loss, or the error that its edges brought back, "
    "reacts to this neuron's z.",
    "jacobian_delta": "The outputs of the group depend on each other's z, so delta collects a term from "
    "every one of them.",
    "jacobian_term": "One output of the group: its error, times how much it changes with this neuron's z.",
    "gradients": "The gradient of the bias is delta itself; that of a weight is the activation that came in over "
    "its edge, times delta.",
    "mean_gradients": "The gradients that the examples gave, added up and divided by how many there are.",
    "update": "New is old minus learning rate times gradient: downhill, a small step each.",
    "optimizer_update": "The optimizer makes a step of the gradient, and of what it remembers of earlier ones. A "
    "penalty may then draw the new value towards 0.",
    "frozen": "Frozen: it keeps its value, whatever its gradient.",
    "tied_update": "Edges that share one weight move it together, by the sum of their gradients.",
    "tied_bias_update": "Neurons that share one bias move it together, by the sum of their gradients.",
    "move_clock": "The optimizer counts its steps by powers of its shares; they correct for a memory that began at 0.",
    "penalise": "The penalty wants small weights: its slope is added to the gradient of each that it is about.",
    "limit": "Gradients that are too large are cut down, so that no step goes too far.",
    "mean_loss": "The loss of the batch is the mean over its examples.",
    "predicted_change": "What the gradient promises to first order: minus the learning rate times the sum "
    "of all squared gradients.",
    "real_change": "What the step has really brought: the new loss minus the old one.",
}

# an act of several lines: what a line about the bias says, and one about a weight
PARTS: dict[str, tuple[str, str]] = {
    "gradients": (
        "The gradient of the bias is delta itself.",
        "The gradient of a weight: the activation that came in over its edge, times delta.",
    ),
    "update": (
        "The new bias: the old one minus learning rate times gradient.",
        "The new weight: the old one minus learning rate times gradient.",
    ),
}

# key of a delta that goes a way of its own: what the name of its equation ends in
WAYS: dict[str, str] = {
    "short_delta": ", the short way",
    "short_delta_and_edges": ", loss and edges",
    "short_group_delta": ", of a group",
    "jacobian_delta": ", Jacobian",
}

# equation: (its formula, what it says)
EQUATIONS: dict[str, tuple[str, str]] = {
    "BP1": ("δ = ∂C/∂a · f\N{PRIME}(z)", "delta of an output: how the loss reacts to a, times how a reacts to z"),
    "BP1, the short way": ("δ = a - y", "delta of an output where loss and activation cancel"),
    "BP1, loss and edges": (
        "δ = a - y + (Σ w · δ of the next) · f\N{PRIME}(z)",
        "delta of an output where loss and activation cancel, and that feeds other neurons too",
    ),
    "BP1, of a group": (
        "δ of j = Σ over k of ∂C of k/∂z of j",
        "delta of an output that shares its z with others: every output k of the group adds a term of the loss",
    ),
    "BP2, of a group": (
        "δ of j = Σ over k of ∂C of k/∂z of j",
        "delta of a hidden neuron that shares its z with outputs: every output k adds a term of the loss",
    ),
    "BP1, Jacobian": (
        "δ of j = Σ over k of ∂C/∂a of k · ∂a of k/∂z of j",
        "delta of an output that shares its z with others: every output k of the group adds a term",
    ),
    "BP2": (
        "δ = (Σ w · δ of the next) · f\N{PRIME}(z)",
        "delta of a hidden neuron, from the deltas of those that it feeds",
    ),
    "BP2, Jacobian": (
        "δ of j = Σ over k of ∂C/∂a of k · ∂a of k/∂z of j",
        "delta of a hidden neuron that shares its z with others: every neuron k of the group adds a term",
    ),
    "BP3": ("∂C/∂b = δ", "the gradient of a bias is the delta of its neuron"),
    "BP4": ("∂C/∂w = a · δ", "the gradient of a weight: what came in, times the delta where it went"),
}

# sign: what it means
SIGNS: dict[str, str] = {
    "a, z": "the activation of a neuron, what it gives on; z is the sum that it makes of what comes in: a = f(z)",
    "w, b": "the weight of an edge; the bias of a neuron",
    "y, C": "the target of an output; the loss, one number for how far off the outputs are",
    "∂C/∂a": "how much C changes when a changes a little: the error at a; the same for every other letter",
    "δ": "delta, the same for z: ∂C/∂z",
    "f\N{PRIME}(z)": "the slope of the activation function at z",
    "η": "the learning rate: how far to go against the gradient",
    "w\N{PRIME}, a\N{PRIME}": "a value after the update",
    "BP1 to BP4": "the four equations of backpropagation, numbered after M. Nielsen",
    "≈": "the numbers as they are shown do not give the result to its last digit, since they are rounded",
    "?": "not computed yet, or yours to predict",
    "✓": "checked without backpropagation: the net is run forward with the number a little larger and smaller, and C "
    "changes at the same rate (central difference)",
    "ring": "at work now; a dashed ring: read now; yellow: the news of this step; ▸ forward, ◂ back",
    "edges": "purple: a positive weight; orange: a negative one; the thicker, the larger",
}

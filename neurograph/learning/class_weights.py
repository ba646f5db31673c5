"""How much the examples of each class count in training, as the caller says it: by a rule, or class by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from neurograph.engines.objects import are_classes, class_of
from neurograph.errors import Argument, InvalidTypeError, InvalidValueError, some_of
from neurograph.tables import Example
from neurograph.validate import as_list, in_range, one_of, whole

__all__ = ["ClassWeight", "class_weights"]

ClassWeight = str | Mapping[int, float] | Mapping[str, float] | Sequence[float]
_WHERE = Argument("train", "class_weight")


def class_weights(
    given: ClassWeight | None, examples: Sequence[Example], labels: Sequence[object] | None = None
) -> tuple[float, ...] | None:
    """Give the weight of each class; None where all examples count alike.

    Parameters
    ----------
    given : {"balanced"}, mapping, sequence or None
        "balanced" is `n / (k * count)` for a class that `count` of the n examples have, k classes being there, so that
        all classes count alike; a mapping gives weights by label, or without labels by the number of the class from 0,
        the others have 1; a sequence gives all. Of one output, the classes are 0 and 1.
    examples : sequence of (x, y)
        What is learned from.
    labels : sequence, optional
        Those that the targets were given by, in order.

    Raises
    ------
    InvalidValueError
        When the targets are no classes, a weight is below 0, or there is not one for each class.
    InvalidTypeError, UnknownNameError
        When it is neither of these.

    Examples
    --------
    >>> examples = [([0.0], [0.0]), ([1.0], [0.0]), ([2.0], [0.0]), ([3.0], [1.0])]
    >>> class_weights("balanced", examples), class_weights({1: 3.0}, examples)
    ((0.6666666666666666, 2.0), (1.0, 3.0))
    """
    if given is None:
        return None
    targets = [y for _, y in examples]
    if not are_classes(targets):
        cure = "Leave it out, or give targets of 0 and 1, with one 1 in each row of several."
        raise InvalidValueError("the targets are numbers, and no classes.", where=_WHERE, cure=cure)
    classes = max(2, len(targets[0]))
    if isinstance(given, str):
        one_of(given, ["balanced"], _WHERE, "unknown rule", "Or give a weight for each class.")
        counts = Counter(map(class_of, targets))
        return tuple(len(targets) / (len(counts) * counts[k]) if counts[k] else 1.0 for k in range(classes))
    if isinstance(given, Mapping):
        if labels is None:
            places = {whole(key, _WHERE, 0, classes - 1, what="classes as numbers"): key for key in given}
        elif odd := [key for key in given if key not in labels]:
            expected = f"one of the labels {some_of(list(map(repr, labels)))}"
            raise InvalidValueError(where=_WHERE, given=odd[0], expected=expected)
        else:
            places = {list(labels).index(key): key for key in given}
        values = [given[places[k]] if k in places else 1.0 for k in range(classes)]  # type: ignore[index]
    else:
        expected = "'balanced', or a weight for each class"
        if isinstance(given, Set):  # it has no order
            raise InvalidTypeError(where=_WHERE, given=given, expected=expected)
        values = as_list(given, _WHERE, expected)
        if len(values) != classes:
            raise InvalidValueError(f"got {len(values)} weights, expected {classes}, one for each class.", where=_WHERE)
    return tuple(
        in_range(value, Argument("train", f"class_weight, class {k}"), least=0.0) for k, value in enumerate(values)
    )

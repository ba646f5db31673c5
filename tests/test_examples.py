"""Every example runs as it stands and prints what it promises."""

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.py"))

PROMISES = {
    "by_hand": ["output [0.560231", "output after one step [0.670450"],
    "unrolled_in_time": [
        "<Tie of h1->h2, h2->h3, h3->h4, weight 0.5>",
        "= 0.2 - 0.1 * (-0.242 + (-0.484) + (-0.969) + (-1.94))",
        "h_t = 1.0000 h_(t-1) + 1.0000 x_t + 0.0",
        "add up to 31.000",
    ],
    "worked_example": [
        "loss 0.298371109",
        "dC/dw5 = 0.082167041, w5 becomes 0.35891648",
        "16 derivatives checked: 16 ok",
    ],
    "catch_a_wrong_rule": [
        "1 - a for tanh:             17 derivatives checked: 5 ok, 12 wrong",
        "22 wrong",
        "12 wrong",
    ],
    "lesson1_iris_neuron_graph": [
        "h5      0.99996283   4.893116e-07\n",
        "o1      0.99330591  -4.451083e-05\n",
        "o3      0.99330591   6.604765e-03\n",
        "mean of the unseen flowers that are named rightly: 96.9%",
    ],
    "lesson2_breast_cancer": [
        "   1              395.0792                 395.0792\n",
        "  10              394.4837                 394.4533\n",
        "as it should be:       161 derivatives checked: 161 ok",
        "delta = y - a:         161 derivatives checked: 161 wrong",
        "relu before sigmoid:   161 derivatives checked: 161 wrong",
        'its smallest output over all tumours is 0.50: it can never say "malignant"',
        "   0         98.5%           99.1%\n",
    ],
    "lesson3_gaussian_clouds": [
        "never updated, 9 of 21 parameters: h1->o1, h2->o1, h3->o1, h1->o2,",
        "1e-06  frozen              60  -1516.8 to -1495.6                  -,    -    46.7%\n",
        "1e-06  trained             60  -1516.8 to -1479.1                  -,    -    48.1%\n",
        "1e-03  frozen             150  -1516.8 to -783.5                   -,    -    96.3%\n",
        "1e-03  trained            150  -1516.8 to -135.4                  11,   81    97.2%\n",
        "x1->h1_1                    27   3.25708989e-03   3.25708989e-03\n",
    ],
    "lesson4_modular_deep_net": [
        "as described                  0.4796     0.0288   1.000\n",
        "optimizer=Adam(0.02)          0.4761     0.0005   1.000\n",
        "as described                  5.2339     0.0118   0.993\n",
        "optimizer=Momentum(0.01)      6.0244     0.0050   0.997\n",
        "the whole Jacobian:  42 derivatives checked: 42 ok",
        "its diagonal only:   42 derivatives checked: 2 ok, 40 wrong",
    ],
    "lesson5_binary_mlp": [
        "example   output  predicted  true\n",
        "     10   0.0002          0     0\n",
        "10 of 10 right",
        "as it should be:           91 derivatives checked: 91 ok",
        "tanh with a forgotten 2:   91 derivatives checked: 23 ok, 68 wrong",
        "slope of the next layer:   91 derivatives checked: 5 ok, 86 wrong",
    ],
}
BORROWERS = ["lesson2_breast_cancer", "lesson5_binary_mlp"]  # their data come from scikit-learn


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_an_example_runs_and_keeps_its_promises(script, capsys, monkeypatch):
    if script.stem in BORROWERS:
        pytest.importorskip("sklearn")
    monkeypatch.setattr(sys, "argv", [str(script)])
    runpy.run_path(str(script), run_name="__main__")
    printed = capsys.readouterr().out
    for promise in PROMISES[script.stem]:
        assert promise in printed


@pytest.mark.parametrize("name", BORROWERS)
def test_without_scikit_learn_a_lesson_ends_with_one_line_that_names_the_extra(name, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)  # importing it fails
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    assert "scikit-learn, which is not installed" in ended.value.code
    assert "pip install -e '.[data]'" in ended.value.code
    assert "\n" not in ended.value.code
    assert capsys.readouterr().out == ""

"""A user's mistake is one clear line on stderr and exit status 2, never a traceback."""

import subprocess
import sys

import pytest

from neurograph.cli import main

MISTAKES = {
    "step --layers 4-5": "--layers 4-5: without --input and --target the data are iris, which has 4 inputs",
    "step --layers 4-x-3": "--layers 4-x-3: expected whole numbers joined by hyphens, such as 4-5-3.",
    "step --layers 4--3": "--layers 4--3: expected whole numbers joined by hyphens",
    "step --layers 4-0-3": "--layers 4-0-3: expected at least 1 neuron in each layer.",
    "step --layers 100000-100000-2": "--layers: 100000-100000-2 means 10,000,200,000 edges between 200,002 neurons, "
    "expected at most 20,000,000 edges and 2,000,000 neurons. Take fewer neurons in each layer.",
    "train iris --layers 4-100000-100000-3": "--layers: 4-100000-100000-3 means 10,000,700,000 edges",
    "step --layers 3": "--layers 3: expected at least an input and an output layer, such as 4-5-3.",
    "step --activations sigmoyd": "unknown activation 'sigmoyd'. Did you mean 'sigmoid'?",
    "step --activations sigmoid,tanh,relu": "--activations sigmoid,tanh,relu: got 3, expected 2, one for each layer "
    "after the inputs, or 1.",
    "step --layers 4-3 --activations sigmoid,tanh": "--activations sigmoid,tanh: got 2, expected 1 for all layers.",
    "step --loss squared": "unknown loss 'squared'. Did you mean 'squared_error'?",
    "step --loss cross_entropy": "loss cross_entropy: output o1 is sigmoid, expected softmax",
    "step --initializer glorott": "unknown initializer 'glorott'. Did you mean 'glorot_uniform'?",
    "step --target-column species": "--target-column goes with a CSV file only. Name it by --data.",
    "check --data iris --ignore 1": "--ignore goes with a CSV file only. Name it by --data.",
    "step --input 1,2 --target 1 --layers 2-1 --no-classes": "--classes goes with a CSV file only. Name it by --data.",
    "draw model.json --classes -o a.svg": "--classes goes with a CSV file only. Name it by --data.",
    "step --data iriz": "--data: unknown data set 'iriz'. Did you mean 'iris'?",
    "step --example 151": "--example: got 151, expected a row of iris, from 1 to 150.",
    "step --example 0": "--example: got 0, expected a row of iris, from 1 to 150.",
    "step --input 1,2": "--target is missing. Give both --input and --target.",
    "step --target 1": "--input is missing. Give both --input and --target.",
    "step --input 1 --target 1": "--layers is missing. Say how many neurons each layer has",
    "step --input 1 --target 1 --data iris": "--data and --example cannot go with --input and --target.",
    "step --layers 2-1 --input 1 --target 1": "--layers 2-1: --input and --target have 1 input and 1 target. Take",
    "step --layers 2-1 --input 1,zwei --target 1": "--input, number 2: got 'zwei', expected a number",
    "step --layers 2-1 --input 1,1/0 --target 1": "expected a fraction that is not divided by zero",
    "step --layers 2-1 --input 1,inf --target 1": "--input, number 2: got inf, expected a finite number",
    "step --layers 1-1 --input 1 --target 2 --loss binary_cross_entropy": "expected a target in [0, 1]",
    "step --weights nowhere.json": "nowhere.json: cannot be read (No such file or directory).",
    "step --digits 0": "--digits: got 0, expected a whole number from 1 to 17",
    "step --digits 99": "--digits: got 99, expected a whole number from 1 to 17",
    "step --learning-rate nan": "--learning-rate: got nan, expected a finite number.",
    "step --learning-rate 1e308 --layers 1-1 --input 1e5 --target 0 --activations identity": "neuron o1",
    "check --tolerance 0": "--tolerance: got 0.0, expected a number above 0.",
    "step --digits four": "argument --digits: invalid int value: 'four'",
    "step --unit edge": "argument --unit: invalid choice: 'edge'",
    "step --colour": "unrecognized arguments: --colour",
    "jump": "invalid choice: 'jump'",
    "": "the following arguments are required: COMMAND",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_one_line_on_stderr_and_status_2(line, capsys):
    try:
        status = main(line.split())
    except SystemExit as leaving:  # argparse leaves by itself
        status = leaving.code
    printed = capsys.readouterr()
    assert status == 2
    assert printed.out == ""
    assert MISTAKES[line] in printed.err
    assert printed.err.startswith("neurograph")
    assert printed.err.count("\n") == 1
    assert "(a " not in printed.err, "a command line has no types"


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "neurograph", *arguments], capture_output=True, text=True, check=False, **options
    )


def test_the_real_command_says_so_too():
    done = run("step", "--loss", "squared")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("neurograph step: unknown loss 'squared'.")


def test_a_reader_that_stops_early_is_no_error():
    command = f"{sys.executable} -m neurograph step | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].startswith("Network 4-5-3")
    assert done.stdout.splitlines()[-1] == "0"


def test_a_name_that_the_terminal_cannot_write_is_escaped(tmp_path):
    weights = tmp_path / "wé.json"
    done = run("step", "--weights", str(weights), env={"PYTHONIOENCODING": "ascii", "PATH": "/usr/bin:/bin"})
    assert done.returncode == 2
    assert "w\\xe9.json: cannot be read" in done.stderr


def test_version_and_help(capsys):
    import neurograph

    assert run("--version").stdout == f"neurograph {neurograph.__version__}\n"
    for command in ("demo", "step", "check", "draw", "train", "predict"):
        with pytest.raises(SystemExit) as leaving:
            main([command, "--help"])
        assert leaving.value.code == 0
        assert capsys.readouterr().out.startswith(f"usage: neurograph {command}")


MEANT = {
    "train iris --lr 0.1": "unrecognized arguments: --lr 0.1. Did you mean --learning-rate? See neurograph",
    "train iris --batch_size=5 --standardise": "Did you mean --batch-size, --standardize? See",
    "step --lerning-rate 1": "Did you mean --learning-rate? See neurograph step --help.",
    "check --zzz\x07": "unrecognized arguments: --zzz\\x07. See neurograph check --help.",
}


@pytest.mark.parametrize("line", MEANT)
def test_an_option_that_there_is_not_is_answered_with_one_that_there_is(line, capsys):
    assert main(line.split(" ")) == 2
    err = capsys.readouterr().err
    assert MEANT[line] in err
    assert err.count("\n") == 1

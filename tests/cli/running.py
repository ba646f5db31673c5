"""The command line run within the tests' own process."""

from neurograph.cli import main


def printed(capsys, *arguments):
    """Run a command; give its exit status and what it has printed on stdout and stderr."""
    try:
        status = main(list(map(str, arguments)))
    except SystemExit as leaving:
        status = leaving.code
    out, err = capsys.readouterr()
    return status, out, err

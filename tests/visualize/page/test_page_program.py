"""The program: its parts are ES modules that go together, and joining them to one loses and mixes up nothing."""

import re
import shutil
import subprocess

import pytest

from visualize.page.program import MODULES, asset, join, program, tight

IMPORT = re.compile(r"^import ([^;]*?) from \"\./(\w+)\.js\";$", re.M)
# const {a}, const a, function a, async function a
EXPORT = re.compile(r"^export (?:const \{ (?P<several>[\w, ]+) \}|(?:const|(?:async )?function) (?P<one>\w+))", re.M)
every_part = pytest.mark.parametrize("part", MODULES)


@pytest.fixture
def node():
    return shutil.which("node") or pytest.skip("no node here")


def exported(part):
    found = [match["several"] or match["one"] for match in EXPORT.finditer(asset(f"{part}.js"))]
    return [name for names in found for name in names.split(", ")]


def imported(part):
    """What a part takes from which others."""
    return [
        (name, other)
        for names, other in IMPORT.findall(asset(f"{part}.js"))
        for name in re.findall(r"\w+", names.strip("{} \n"))
    ]


@every_part
def test_a_part_takes_only_what_an_earlier_part_gives_out(part):
    earlier = MODULES[: MODULES.index(part)]
    for name, other in imported(part):
        assert other in earlier
        assert name in exported(other)


@every_part
def test_imports_and_exports_are_of_the_forms_that_joining_knows(part):
    text = asset(f"{part}.js")
    assert text.count("\nimport ") == len(IMPORT.findall(text))
    for names, _ in IMPORT.findall(text):
        assert re.fullmatch(r"\{\s*\w+(,\s*\w+)*,?\s*\}", names)
        assert " as " not in names
    assert len(re.findall(r"^export\b", text, re.M)) == len(EXPORT.findall(text))
    assert "export default" not in text
    assert not re.search(r"\bimport\s*\(|\bimport\.meta|^export (let|class)", text, re.M)


# What a program is made of: comments, texts, patterns, names and numbers, signs. Templates are read apart.
TOKEN = re.compile(
    r"""(?P<comment>//.*)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
    r"""|(?P<pattern>/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)|(?P<name>[\w$]+)|(?P<sign>--|\+\+|=>|\S)"""
)
BEFORE_PATTERN = {*"(,=:[!&|?{;>", "return", ""}


def tokens(code):
    """The tokens of a program, each with whether a line begins with it; a template is one, with all that is in it."""
    found, at, before, fresh = [], 0, "", True
    while at < len(code):
        if code[at].isspace():
            fresh, at = fresh or code[at] == "\n", at + 1
            continue
        if code[at] == "`":
            token = code[at : end_of_template(code, at)]
        else:
            match = TOKEN.match(code, at)
            token = match[0]
            if match.lastgroup == "pattern" and before not in BEFORE_PATTERN:
                token = code[at]  # a division
        at += len(token)
        if not token.startswith("//"):
            found.append((token, fresh))
            before, fresh = token, False
    return found


def end_of_template(code, at):
    at += 1
    while code[at] != "`":
        if code[at : at + 2] == "${":
            depth, at = 1, at + 2
            while depth:
                if code[at] == "`":
                    at = end_of_template(code, at)
                    continue
                depth += {"{": 1, "}": -1}.get(code[at], 0)
                at += 1
        else:
            at += 2 if code[at] == "\\" else 1
    return at + 1


@every_part
def test_a_joined_part_is_the_part_to_the_last_sign_and_gives_out_all_that_it_exports(part):
    names = ", ".join(exported(part))
    source = re.sub(r"^export ", "", IMPORT.sub("", asset(f"{part}.js")), flags=re.M).strip()
    framed = (
        f"const {{ {names} }} = (() => {{\n{source}\nreturn {{ {names} }};\n}})();" if names else f"{{\n{source}\n}}"
    )
    joined = join(asset(f"{part}.js"))
    assert tokens(joined) == tokens(framed)
    assert len(joined) < 0.97 * len(source)


@every_part
def test_no_text_goes_over_the_end_of_a_line(part):
    """Joining takes the spaces at the beginning of every line."""
    for line in asset(f"{part}.js").splitlines():
        assert line.count("`") % 2 == 0, line
        assert not line.endswith("\\"), line


def test_every_part_of_the_folder_is_joined():
    from importlib.resources import files

    scripts = {path.name for path in files("visualize.page").joinpath("assets").iterdir() if path.name.endswith(".js")}
    assert scripts == {f"{part}.js" for part in MODULES}


def test_no_name_of_the_joined_module_is_given_twice():
    names = [name for part in MODULES for name in exported(part)]
    assert len(set(names)) == len(names)
    assert not re.search(r"^(import|export)\b", program(), re.M)


def test_nothing_in_the_program_ends_its_element():
    assert not re.search(r"</script|<!--|<script", program(), re.I)


def test_every_name_that_is_taken_is_used():
    for part in MODULES:
        body = IMPORT.sub("", asset(f"{part}.js"))
        for name, other in imported(part):
            assert re.search(rf"\b{name}\b", body), f"{part}.js takes {name} from {other}.js and leaves it"


def test_node_reads_the_joined_program(node, tmp_path):
    path = tmp_path / "program.mjs"
    path.write_text(program(), encoding="utf-8")
    done = subprocess.run([node, "--check", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_joining_keeps_the_names_of_each_part_to_itself(node, tmp_path):
    one = 'export const shown = (a) => own + a;\nconst own = "one";\n'
    two = 'import { shown } from "./one.js";\n// A.\nexport async function later() {\n  return 2 + shown(1);\n}\n'
    three = 'import { later } from "./two.js";\nconst own = "a = b";\nconst more = [await later(), 3 - -1];\n'
    three += "console.log(own, ...more, `${ own } ;`);\n"
    path = tmp_path / "joined.mjs"
    path.write_text("".join(map(join, (one, two, three))), encoding="utf-8")
    done = subprocess.run([node, path], capture_output=True, text=True, check=True)
    assert done.stdout == "a = b 2one1 4 a = b ;\n"


def test_a_tight_style_has_the_same_rules():
    text = asset("stepper.css")
    short = tight(text)
    assert short.count("{") == text.count("{")
    assert "/*" not in short
    assert len(short) < len(text)
    spaced = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    assert re.sub(r"\s", "", short) == re.sub(r"\s", "", spaced)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("a:hover , b > c { top: calc(1px + 2px); }", "a:hover,b>c{top:calc(1px + 2px);}"),
        ("@media (a: 3px) and (b:c) {\n  .x .y { d: 0 e; }\n}", "@media (a:3px) and (b:c){.x .y{d:0 e;}}"),
        ("nav :is(b) { a: 1 }", "nav :is(b){a:1}"),
    ],
)  # fmt: skip
def test_a_tight_style_keeps_the_spaces_that_mean_something(style, expected):
    assert tight(style) == expected

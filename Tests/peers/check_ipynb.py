"""Holds exported and imported notebooks against Jupyter's own library, nbformat.

    python check_ipynb.py NOTCH FILE.notch ...

Every file is exported and validated, comes back as the same cells, and notebooks that nbformat
itself makes are imported. `make check-ipynb` runs it with an environment of its own.
"""

import json
import os
import subprocess
import sys
import tempfile
import warnings

import nbformat
from nbformat import v4


def run(*arguments):
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(arguments)} gave {done.returncode}: {done.stderr}")
    return done


def check_export(notch, path, folder):
    target = os.path.join(folder, "lesson.ipynb")
    run(notch, "export", "--ipynb", path, "-o", target)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        notebook = nbformat.read(target, as_version=4)
        nbformat.validate(notebook)
    # Jupyter writes what it read: the file should not change when it is saved there.
    rewritten = nbformat.writes(notebook)
    with open(target, encoding="utf-8") as file:
        text = file.read()
    assert json.loads(rewritten) == json.loads(text), "Jupyter would write another notebook"
    assert rewritten.rstrip("\n") == text.rstrip("\n"), "Jupyter would write other bytes"
    back = os.path.join(folder, "back.notch")
    run(notch, "import", target, "-o", back)
    again = os.path.join(folder, "again.ipynb")
    run(notch, "export", "--ipynb", back, "-o", again)
    with open(again, encoding="utf-8") as file:
        assert json.load(file) == json.loads(text), "a round trip changed the notebook"
    print(f"{path}: {len(notebook.cells)} cells, valid, back unchanged")


def check_import(notch, folder):
    notebook = v4.new_notebook(
        metadata={"language_info": {"name": "notch"}, "title": "Made by Jupyter"},
        cells=[
            v4.new_markdown_cell("# A title\n\nText with $x^2$."),
            v4.new_code_cell(
                "let x = 6\nx * 7",
                outputs=[
                    v4.new_output("stream", name="stdout", text="hello\n"),
                    v4.new_output("execute_result", data={"text/plain": "42"}, execution_count=1),
                ],
            ),
            v4.new_code_cell("let bits = 8", metadata={"tags": ["parameters"]}),
            v4.new_code_cell(
                "1 / 0",
                metadata={"tags": ["raises-exception"]},
                outputs=[v4.new_output("error", ename="E", evalue="division", traceback=["E"])],
            ),
            v4.new_raw_cell("raw text"),
        ],
    )
    source = os.path.join(folder, "made.ipynb")
    nbformat.write(notebook, source)
    target = os.path.join(folder, "made.notch")
    done = run(notch, "import", source, "-o", target)
    assert "raw cell" in done.stderr, done.stderr
    with open(target, encoding="utf-8") as file:
        text = file.read()
    for wanted in [
        "// title: Made by Jupyter", "// # A title", "//> hello\n//> 42\n",
        "// %% [parameters]\nlet bits = 8", "check=error\n1 / 0\n//! E: division",
        "// ```\n// raw text\n// ```",
    ]:
        assert wanted in text, f"{wanted!r} is missing in:\n{text}"

    python = v4.new_notebook(
        metadata={"language_info": {"name": "python"}}, cells=[v4.new_code_cell("import numpy")])
    nbformat.write(python, source)
    done = run(notch, "import", source, "-o", target)
    assert "in python and kept as prose" in done.stderr, done.stderr
    with open(target, encoding="utf-8") as file:
        assert "// ```python\n// import numpy\n// ```" in file.read()
    print("notebooks made by nbformat: imported")


def main():
    notch, *files = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            check_export(notch, path, folder)
        check_import(notch, folder)


main()

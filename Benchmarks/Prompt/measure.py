"""Measures the prompt at a real terminal: start, completion, and how soon Ctrl-C is answered.

    python3 Benchmarks/Prompt/measure.py [start] [completion] [stop [WORK …]]

Run through `make bench-prompt`. It types into a pseudo-terminal and waits for what is shown, so the
numbers are what a user sees: medians and worst of several rounds.
"""

import fcntl
import os
import pty
import select
import shutil
import statistics
import struct
import sys
import tempfile
import termios
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOTCH = os.environ.get("NOTCH", os.path.join(ROOT, ".build", "release", "notch"))
NET = (
    "var net = Sequential(Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2), Flatten(),"
    " Dense(10)); let data = digits(2000)"
)
# A piece of work by its name: what is made before, and what runs until it is stopped.
WORKS = [
    ("a loop", "", "while true {}"),
    ("calls of functions", "", "var n = 0; func f(x) { x + 1 }; while true { n = f(n) }"),
    ("training", NET, "fit(&net, data, epochs: 100000)"),
    ("evaluation", NET, "while true { evaluate(net, data) }"),
    ("quantizing a network", NET, "while true { quantize(net, bits: 8, calibration: data) }"),
    ("product of 4096 x 4096", "let a = ones(4096, 4096)", "while true { a @ a }"),
    ("sums of 100 million", "let a = ones(100_000_000)", "while true { a * 2 + a }"),
    ("exp of 100 million", "let a = ones(100_000_000)", "while true { exp(a) }"),
    ("sum of 100 million", "let a = ones(100_000_000)", "while true { a.sum() }"),
    ("means of columns", "let m = ones(10_000, 10_000)", "while true { m.mean(axis: 0) }"),
    ("softmax of 100 million", "let m = ones(10_000, 10_000)", "while true { m.softmax() }"),
    ("transposing 100 million", "let m = ones(10_000, 10_000)", "while true { m.transposed() }"),
    ("random numbers", "", "while true { randn(100_000_000) }"),
    ("drawing digits", "", "while true { digits(100_000) }"),
    (
        "quantizing 100 million", "let m = ones(10_000, 10_000)",
        "while true { quantize(m, bits: 4, per: .channel) }",
    ),
    (
        "fake quantization", "let m = ones(10_000, 10_000)",
        "while true { fakeQuantize(m, bits: 4) }",
    ),
    (
        "sorting a million", "let l = (0..<1_000_000).map { x in 0 - x * 7919 % 1000003 }",
        "while true { l.sorted() }",
    ),
    ("mapping a million", "let l = List(0..<1_000_000)", "while true { l.map { x in x + 1 } }"),
    ("a growing string", "", 'var s = ""; while true { s = s + "abcdefgh" }'),
    (
        "a convolution", "let x = ones(256, 32, 64, 64); let w = ones(64, 32, 3, 3)",
        "while true { conv2d(x, w) }",
    ),
]


class Terminal:
    """The prompt at a terminal of its own."""

    def __init__(self, home):
        self.process, self.end = pty.fork()
        if self.process == 0:
            environment = {
                "HOME": home, "PATH": os.environ["PATH"], "TERM": "xterm-256color",
                "LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null",
            }
            os.execve(NOTCH, [NOTCH, "--quiet"], environment)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))

    def type(self, text):
        os.write(self.end, text.encode())

    def wait(self, text, limit=120):
        """Waits until a text is shown."""
        shown, end = b"", time.time() + limit
        while text.encode() not in shown:
            if time.time() > end:
                raise SystemExit(f"waited in vain for {text!r}: {shown[-500:]!r}")
            if select.select([self.end], [], [], 1)[0]:
                shown += os.read(self.end, 65536)
        return shown

    def close(self):
        os.kill(self.process, 9)
        os.close(self.end)
        os.waitpid(self.process, 0)


def row(name, seconds):
    """One row of the table, in milliseconds."""
    print(
        f"| {name} | {statistics.median(seconds) * 1e3:.1f} ms | {max(seconds) * 1e3:.1f} ms |",
        flush=True)


def starts(home, rounds=15):
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        terminal = Terminal(home)
        terminal.wait("1> ")
        seconds.append(time.perf_counter() - begin)
        terminal.close()
    return seconds


def start(home):
    row("start to the prompt", starts(home))
    folder = os.path.join(home, ".local", "state", "notch")
    os.makedirs(folder, exist_ok=True)
    history = os.path.join(folder, "history")
    with open(history, "w") as file:
        for i in range(100_000):
            file.write(f"#{1_700_000_000 + i}\nlet x{i} = randn({i % 99}, 4)\n")
    row("the same with 100,000 lines of history", starts(home))
    os.remove(history)


def completion(home):
    terminal = Terminal(home)
    terminal.wait("1> ")
    terminal.type("let weights = randn(3, 4)\r")
    terminal.wait("2> ")
    cases = [
        ("a name", "weig\t", "weights"), ("a member", "weights.sha\t", "shape"),
        ("the labels of a call", "quantize(weights, \t", "rounding:"),
        ("the choices behind a dot", "quantize(weights, per: .\t", "channel  group"),
    ]
    for name, typed, shown in cases:
        seconds = []
        for _ in range(15):
            terminal.type(typed[:-1])
            time.sleep(0.03)
            while select.select([terminal.end], [], [], 0.02)[0]:
                os.read(terminal.end, 65536)
            begin = time.perf_counter()
            terminal.type("\t")
            terminal.wait(shown)
            seconds.append(time.perf_counter() - begin)
            terminal.type("\x03")
            terminal.wait("2> ")
        row(f"Tab: {name}", seconds)
    terminal.close()


def stop(home, wanted):
    for name, before, work in WORKS:
        if wanted and not any(word in name for word in wanted):
            continue
        terminal = Terminal(home)
        terminal.wait("1> ")
        terminal.type(f"let kept = 617; {before or 1}\r")
        terminal.wait("2> ")
        seconds = []
        for turn in range(5):
            terminal.type(f'var kept = 1; print("g" + "o"); {work}\r')
            terminal.wait("go\r\n")
            time.sleep(0.25 + 0.13 * turn)
            begin = time.perf_counter()
            terminal.type("\x03")
            shown = terminal.wait("interrupted")
            seconds.append(time.perf_counter() - begin)
            # One write may bring both.
            if b"2> " not in shown.partition(b"interrupted")[2]:
                terminal.wait("2> ")
        terminal.type("kept * 2\r")
        terminal.wait("1234\r\n")
        row(f"Ctrl-C: {name}", seconds)
        terminal.close()


def main():
    parts = ["start", "completion", "stop"]
    words = sys.argv[1:]
    chosen = [part for part in parts if part in words] or parts
    home = tempfile.mkdtemp()
    print("| at the prompt | median | worst |\n|---|---|---|")
    try:
        if "start" in chosen:
            start(home)
        if "completion" in chosen:
            completion(home)
        if "stop" in chosen:
            stop(home, [word for word in words if word not in parts])
    finally:
        shutil.rmtree(home)


main()

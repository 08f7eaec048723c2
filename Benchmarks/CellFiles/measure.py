"""Measures how long a person waits for a cell file of many cells, and prints a table.

    python3 Benchmarks/CellFiles/measure.py [cells] [rounds]

Run through `make bench-cells`. The command is used as a person uses it: `step` in a pseudo-terminal,
`watch` beside an editor that writes in place and one that renames, `replay` from the shell. Work
that the cells do themselves is taken off where the table says "beside the work": the same code, in
one cell, is timed as well.
"""

import fcntl
import os
import pty
import re
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOTCH = os.environ.get("NOTCH", os.path.join(ROOT, ".build", "release", "notch"))


def environment(folder, **more):
    names = {
        "HOME": folder, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "xterm",
        "INPUTRC": "/dev/null", "NO_COLOR": "1",
    }
    names.update(more)
    return names


class Terminal:
    """A command at a terminal of its own."""

    def __init__(self, arguments, folder):
        self.process, self.end = pty.fork()
        if self.process == 0:
            os.execve(NOTCH, [NOTCH] + arguments, environment(folder))
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        self.text = b""

    def until(self, wanted, seconds=120):
        """Waits for a text behind what was found before."""
        deadline = time.monotonic() + seconds
        wanted = wanted.encode()
        while wanted not in self.text:
            ready, _, _ = select.select([self.end], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise SystemExit(f"{wanted!r} was not shown, but {self.text[-500:]!r}")
            self.text += os.read(self.end, 1 << 16)
        self.text = self.text[self.text.index(wanted) + len(wanted):]

    def enter(self, text, wanted):
        """The seconds from a line that is typed to a text that is shown."""
        start = time.perf_counter()
        os.write(self.end, text.encode() + b"\r")
        self.until(wanted)
        return time.perf_counter() - start

    def close(self):
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self.end)


def lesson(cells, text=lambda n: f"let v{n} = {n} * 2\nv{n} + 1\n//> {n * 2 + 1}\n"):
    return "".join(f"// %% Cell {n}\n{text(n)}" for n in range(1, cells + 1))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def seconds_of(command, folder, repeats=1):
    best = []
    for _ in range(repeats):
        start = time.perf_counter()
        subprocess.run(command, check=True, env=environment(folder), stdout=subprocess.DEVNULL)
        best.append(time.perf_counter() - start)
    return statistics.median(best)


def opening(folder, cells, rounds):
    path = os.path.join(folder, "open.notch")
    write(path, lesson(cells))
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        terminal = Terminal(["step", path], folder)
        terminal.until(f"[1/{cells}] ")
        times.append(time.perf_counter() - start)
        terminal.close()
    return statistics.median(times)


def stepping(folder, cells, rounds):
    path = os.path.join(folder, "step.notch")
    write(path, lesson(cells))
    terminal = Terminal(["step", path], folder)
    terminal.until(f"[1/{cells}] ")
    run = terminal.enter(str(cells), f"[{cells}/{cells}] ")
    last = [terminal.enter("b", f"[{cells - n - 1}/{cells}] ") for n in range(rounds)]
    forward = [terminal.enter("n", f"[{cells - rounds + n + 1}/{cells}] ") for n in range(rounds)]
    terminal.close()
    return run / cells, statistics.median(last), statistics.median(forward)


def going_back(folder, rounds):
    """Back over a cell that changes 100 MB of numbers."""
    path = os.path.join(folder, "back.notch")
    cells = ["var big = zeros(5000, 5000)\n", "big[0, 0] = 1\n", "big = big + 1\n", "big.sum()\n"]
    write(path, "".join(f"// %%\n{text}" for text in cells))
    terminal = Terminal(["step", path], folder)
    terminal.until("[1/4] ")
    times = []
    for _ in range(rounds):
        terminal.enter("4", "[4/4] ")
        times.append(terminal.enter("b", "[3/4] "))
        times.append(terminal.enter("b", "[2/4] "))
    terminal.close()
    return statistics.median(times), max(times)


def replaying(folder, cells, rounds):
    path, single = os.path.join(folder, "many.notch"), os.path.join(folder, "one.notch")
    write(path, lesson(cells))
    code = "\n".join(f"let v{n} = {n} * 2\nv{n} + 1" for n in range(1, cells + 1))
    write(single, "// %%\n" + code + "\n//> [..]\n")
    many = seconds_of([NOTCH, "replay", path], folder, rounds)
    one = seconds_of([NOTCH, "replay", single], folder, rounds)
    seconds_of([NOTCH, "replay", "--cache", path], folder)
    cached = seconds_of([NOTCH, "replay", "--cache", path], folder, rounds)
    return (many - one) / cells, many, cached


def watching(folder, cells, rounds, renames):
    path = os.path.join(folder, "watch.notch")
    text = lesson(cells)
    write(path, text)
    process = subprocess.Popen(
        [NOTCH, "watch", path], env=environment(folder), stdout=subprocess.PIPE)
    output = process.stdout.fileno()

    def until(wanted):
        found = b""
        while wanted not in found:
            found += os.read(output, 1 << 16)

    until(f"{cells} of {cells} cells run".encode())
    times = []
    for number in range(rounds):
        edited = text.replace(f"v{cells // 2} = {cells // 2} * 2", f"v{cells // 2} = {number + 7}")
        time.sleep(0.15)
        start = time.perf_counter()
        target = path + ".new" if renames else path
        write(target, edited)
        if renames:
            os.rename(target, path)
        until(b" cells run")
        times.append(time.perf_counter() - start)
    process.kill()
    process.wait()
    return statistics.median(times), max(times)


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        found = re.search(r"model name\s*:\s*(.*)", file.read())
    return f"{os.cpu_count()} x {found.group(1) if found else 'unknown processor'}"


def main():
    cells = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        rows.append(("open in `step`, process start included", opening(folder, cells, rounds), 0.2))
        each, back, forward = stepping(folder, cells, rounds)
        rows.append(("run to the last cell, a cell", each, 0.001))
        rows.append(("one cell back", back, 0.01))
        rows.append(("one cell on that was run before", forward, 0.05))
        back, worst = going_back(folder, rounds)
        rows.append(("one cell back, 100 MB of state", back, 0.01))
        rows.append(("the slowest of these", worst, 0.01))
        beside, many, cached = replaying(folder, cells, rounds)
        rows.append(("replay a cell, beside the work", beside, 0.001))
        rows.append(("replay the file, process start included", many, 1.0))
        rows.append(("the same with `--cache`, a second time", cached, 1.0))
        for renames in (False, True):
            how = "renames" if renames else "writes in place"
            median, worst = watching(folder, cells, rounds, renames)
            rows.append((f"`watch`: from saving to the result, editor {how}", median, 0.2))
            rows.append(("the slowest of these", worst, 0.2))
    print(f"{cells} cells, median of {rounds}, {processor()}\n")
    print("| what | time | aim | |")
    print("|---|---|---|---|")
    for what, taken, aim in rows:
        print(
            f"| {what} | {taken * 1000:.2f} ms | {aim * 1000:g} ms |"
            f" {'' if taken <= aim else 'missed'} |")


if __name__ == "__main__":
    main()

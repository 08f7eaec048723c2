"""Times small programs in Notch and in CPython in turn (A B A B) and prints the ratios.

    python3 Benchmarks/Language/compare.py [rounds]

Run through `make bench-language`. Each program is a pair NAME.notch and NAME.py that print the same;
the time of starting and ending either process, measured with an empty program in every round, is
taken off. Processor seconds of the child are compared, so that other work on the machine disturbs
little.
"""

import os
import platform
import resource
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
NOTCH = os.environ.get("NOTCH", os.path.join(ROOT, ".build", "release", "notch"))
PROGRAMS = ["fib", "sum", "nested", "strings", "closures"]


def run(command):
    """The processor seconds and the output of a command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, text


def ours(name):
    return run([NOTCH, "run", os.path.join(HERE, name + ".notch")])


def theirs(name):
    return run([sys.executable, os.path.join(HERE, name + ".py")])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    times = {name: ([], []) for name in PROGRAMS}
    for _ in range(rounds):
        start = min(ours("empty")[0] for _ in range(3)), min(theirs("empty")[0] for _ in range(3))
        for name in PROGRAMS:
            a, mine = ours(name)
            b, other = theirs(name)
            if mine.strip() != other.strip():
                raise SystemExit(f"{name}: {mine!r} is not {other!r}")
            times[name][0].append(max(a - start[0], 1e-4))
            times[name][1].append(max(b - start[1], 1e-4))
    print(f"| program | notch | CPython {platform.python_version()} | notch / CPython |")
    print("|---|---|---|---|")
    for name, (mine, other) in times.items():
        ratios = [a / b for a, b in zip(mine, other)]
        print(
            f"| {name} | {statistics.median(mine) * 1000:.1f} ms"
            f" | {statistics.median(other) * 1000:.1f} ms"
            f" | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |"
        )


if __name__ == "__main__":
    main()

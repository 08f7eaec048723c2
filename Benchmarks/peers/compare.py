"""Times one epoch in Notch and in PyTorch in turn (A B A B) and prints the ratios.

    NOTCH_DATA=... python3 Benchmarks/peers/compare.py [rounds]

Run by hand through `make bench-peers`, which makes the environment with torch first. PyTorch runs
in both memory formats; the faster one is the peer.
"""

import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OURS = [os.path.join(ROOT, ".build", "release", "epoch-benchmark"), "1"]
PEER = [sys.executable, os.path.join(HERE, "epoch_torch.py")]


def seconds(command):
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        if line.startswith("epoch_seconds"):
            return float(line.split()[1])
    raise SystemExit(f"no time in the output of {command}: {text}")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    times = {"notch": [], "torch default": [], "torch channels_last": []}
    for turn in range(rounds):
        times["notch"].append(seconds(OURS))
        times["torch default"].append(seconds(PEER + ["default"]))
        times["torch channels_last"].append(seconds(PEER + ["channels_last"]))
        print("round", turn + 1, {name: round(list_[-1], 2) for name, list_ in times.items()})
    print()
    print("| one epoch, batch 128, Adam | least | median | most | notch / this, by round |")
    print("|---|---|---|---|---|")
    for name, list_ in times.items():
        ratios = [ours / theirs for ours, theirs in zip(times["notch"], list_)]
        print(
            f"| {name} | {min(list_):.2f} s | {statistics.median(list_):.2f} s | {max(list_):.2f} s"
            f" | {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}) |"
        )


if __name__ == "__main__":
    main()

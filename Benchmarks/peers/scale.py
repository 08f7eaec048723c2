"""Times an epoch over batch sizes and over widths of the network, with its peak memory.

    NOTCH_DATA=... python3 Benchmarks/peers/scale.py [--write]

Needs no peer; run through `make bench-scale`. Each line is a process of its own. An epoch's time is
that of 6,144 images, times 60,000 / 6,144.
"""

import os
import statistics
import sys

from compare import OURS, ROOT, run, seconds

IMAGES, EPOCH = 6144, 60_000
BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]
WIDTHS = [4, 8, 16, 32, 64, 128, 256]


def epoch(batch, width, rounds=3):
    """Median seconds of an epoch and the most memory, in MiB."""
    command = [
        OURS, "epoch", "--runs", "1", "--batch-size", str(batch), "--width", str(width),
        "--images", str(IMAGES)]
    results = [run(command) for _ in range(rounds)]
    return statistics.median(time for time, _ in results) * EPOCH / IMAGES, max(
        memory for _, memory in results)


def parameters(width):
    return 10 * width + 2 * width * (9 * width + 1) + 10 * (121 * 2 * width + 1)


def operations(width):
    """Multiplications of one image forward."""
    return 26 * 26 * 9 * width + 11 * 11 * 9 * width * 2 * width + 10 * 121 * 2 * width


def main():
    lines = [
        "| batch | an epoch | one step | peak memory |", "|---:|---:|---:|---:|"]
    for batch in BATCHES:
        time, memory = epoch(batch, 32)
        lines.append(
            f"| {batch} | {seconds(time)} | {seconds(time * batch / EPOCH)} | {memory:.0f} MiB |")
        print(lines[-1], flush=True)
    lines += [
        "", "| channels | parameters | products an image | an epoch | products a second "
        "| peak memory |", "|---|---:|---:|---:|---:|---:|"]
    for width in WIDTHS:
        time, memory = epoch(128, width)
        # Forward once and backward twice, but for the gradient of the first layer's input.
        work = 3 * operations(width) - 26 * 26 * 9 * width
        lines.append(
            f"| {width}, {2 * width} | {parameters(width):,} | {operations(width):,} "
            f"| {seconds(time)} | {work * EPOCH / time / 1e9:.0f} thousand million "
            f"| {memory:.0f} MiB |")
        print(lines[-1], flush=True)
    if "--write" in sys.argv:
        with open(os.path.join(ROOT, "Benchmarks", "scale.md"), "w") as file:
            file.write(
                "# Cost against scale\n\nWritten by `make bench-scale`: one epoch of the article's "
                f"network on MNIST, Adam, on {os.cpu_count()} cores, from {IMAGES:,} images times "
                f"{EPOCH / IMAGES:.2f}; medians of three runs. First over the size of a batch, then "
                "over the channels of the two convolutions at batch 128.\n\n"
                + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

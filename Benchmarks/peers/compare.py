"""Runs the library and its peers in turn (A B A B) and prints the ratios beside their bars.

    NOTCH_DATA=... python3 Benchmarks/peers/compare.py [--rounds N] [--only WORK] [--write]

Run by hand through `make bench-peers`, which makes the environment with the peers first. With
--write the table goes to Benchmarks/speed.md and the times to Benchmarks/speed.json; rows that did
not run keep what the file has.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
OURS = os.path.join(ROOT, ".build", "release", "library-benchmark")
EPOCH = ["--runs", "1"]


def torch(work, layout):
    return ["torch_work.py", work, layout]


# work, words, our arguments, peers of which the fastest counts, bar, aim
ROWS = [
    ("epoch-torch", "one epoch, batch 128, Adam", ["epoch", *EPOCH], {
        "PyTorch": torch("epoch", "default"),
        "PyTorch, channels_last": torch("epoch", "channels_last")}, 0.60, 0.45),
    ("epoch-keras", "the same", ["epoch", *EPOCH], {"Keras": ["keras_work.py", "epoch"]}, 0.70, 0.50),
    ("epoch-floor", "the same", ["epoch", *EPOCH], {"oneDNN's convolutions alone": None}, 1.5, 1.15),
    ("epoch-fake-quantized", "the same epoch, 8-bit fake quantization",
     ["epoch-fake-quantized", *EPOCH], {
         "PyTorch FakeQuantize": torch("epoch-fake-quantized", "default"),
         "the same, channels_last": torch("epoch-fake-quantized", "channels_last")}, 0.40, 0.28),
    ("float-images", "10,000 images, float32, batch 1000", ["float-images"],
     {"ONNX Runtime": ["onnx_work.py", "float-images"]}, 1.0, 0.8),
    ("integer-images", "10,000 images, int8, batch 1000", ["integer-images"],
     {"ONNX Runtime QDQ": ["onnx_work.py", "integer-images"]}, 0.5, 0.35),
    ("integer-image", "one image, int8", ["integer-image"],
     {"ONNX Runtime QDQ": ["onnx_work.py", "integer-image"]}, 1.0, 0.5),
    ("product", "matrix product 1024 x 1024", ["product"],
     {"NumPy": ["numpy_work.py", "product"]}, 1.0, 0.9),
    ("add", "`a + b`, 4 x 4, from Swift", ["add"], {"NumPy": ["numpy_work.py", "add"]}, 1.0, 0.3),
    ("chain", "`(exp(-x * x) * 0.5 + x).sum()`, 10 million", ["chain"],
     {"NumPy": ["numpy_work.py", "chain"]}, 0.8, 0.3),
]
MEMORY = ("memory", "peak memory of the epoch", "epoch-torch", 0.6, 0.3)


def run(command):
    """The seconds that a program prints, and the most memory that it held, in MiB."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE
    ) as process:
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    for line in text.splitlines():
        if line.startswith("seconds"):
            return float(line.split()[1]), usage.ru_maxrss / 1024
    raise SystemExit(f"no time in the output of {' '.join(command)}: {text}")


def measure(row, rounds):
    work, words, arguments, peers, bar, aim = row
    times = {name: [] for name in ["Notch", *peers]}
    memory = {name: [] for name in ["Notch", *peers]}
    for _ in range(rounds):
        for name in times:
            peer = None if name == "Notch" else peers[name]
            if name == "Notch":
                command = [OURS, *arguments]
            elif peer is None:
                command = [OURS, "floor"]
            else:
                command = [sys.executable, os.path.join(HERE, peer[0]), *peer[1:]]
            seconds, most = run(command)
            times[name].append(seconds)
            memory[name].append(most)
    best = min(peers, key=lambda name: statistics.median(times[name]))
    ratios = [ours / theirs for ours, theirs in zip(times["Notch"], times[best])]
    return {
        "words": words, "peer": best, "bar": bar, "aim": aim, "seconds": times, "MiB": memory,
        "ratio": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def memory_row(results):
    _, words, source, bar, aim = MEMORY
    if source not in results:
        return None
    used = {name: statistics.median(list_) for name, list_ in results[source]["MiB"].items()}
    peer = min((name for name in used if name != "Notch"), key=used.get)
    ratio = used["Notch"] / used[peer]
    return (
        f"| {words} | {used['Notch']:.0f} MiB | {peer} | {used[peer]:.0f} MiB | {ratio:.2f} "
        f"| {bar:.2f} | {aim:.2f} | {verdict(ratio, bar, aim)} |")


def verdict(ratio, bar, aim):
    return "aim" if ratio <= aim else "bar" if ratio <= bar else "missed"


def seconds(value):
    for unit, scale in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"


def table(results):
    lines = [
        "| work | Notch | peer | its time | ratio (least to most) | bar | aim | reached |",
        "|---|---:|---|---:|---|---:|---:|---|"]
    for work, *_ in ROWS:
        if work not in results:
            continue
        row = results[work]
        ours = statistics.median(row["seconds"]["Notch"])
        theirs = statistics.median(row["seconds"][row["peer"]])
        lines.append(
            f"| {row['words']} | {seconds(ours)} | {row['peer']} | {seconds(theirs)} "
            f"| {row['ratio']:.2f} ({row['least']:.2f} to {row['most']:.2f}) | {row['bar']:.2f} "
            f"| {row['aim']:.2f} | {verdict(row['ratio'], row['bar'], row['aim'])} |")
    line = memory_row(results)
    return "\n".join(lines + ([line] if line else []))


def write_readme(text):
    """Puts the table between its marks in README."""
    path = os.path.join(ROOT, "README.md")
    with open(path) as file:
        before, _, rest = file.read().partition("<!-- speed -->\n")
        _, mark, after = rest.partition("<!-- /speed -->")
    with open(path, "w") as file:
        file.write(before + "<!-- speed -->\n" + text + "\n" + mark + after)


def versions():
    from importlib.metadata import version

    names = ["torch", "tensorflow-cpu", "onnxruntime", "numpy"]
    return ", ".join(f"{name} {version(name)}" for name in names)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", help="a piece of work; may be repeated")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    path = os.path.join(ROOT, "Benchmarks", "speed.json")
    results = {}
    if options.write and os.path.exists(path):
        with open(path) as file:
            results = json.load(file)
    for row in ROWS:
        if options.only and row[0] not in options.only:
            continue
        results[row[0]] = measure(row, options.rounds)
        print(row[0], round(results[row[0]]["ratio"], 2), flush=True)
    text = table(results)
    print("\n" + text)
    if options.write:
        with open(path, "w") as file:
            json.dump(results, file, indent=1)
            file.write("\n")
        write_readme(text)
        with open(os.path.join(ROOT, "Benchmarks", "speed.md"), "w") as file:
            file.write(
                "# Speed beside the peers\n\nWritten by `make bench-peers`: programs run in turn on "
                f"the same {os.cpu_count()} cores ({platform.machine()}), medians over the rounds; "
                f"{versions()}. The article's network on MNIST. The ratio is ours by theirs, so "
                f"less is better.\n\n{text}\n")


if __name__ == "__main__":
    main()

"""What the peers' programs share: MNIST's files, and how a piece of work is timed."""

import gzip
import os
import statistics
import time

import numpy


def idx(name):
    path = os.path.join(os.environ["NOTCH_DATA"], "mnist", name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        data = file.read()
    rank = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(sizes)


def images(name):
    """float32 [N, 1, 28, 28] from 0 to 1."""
    return (idx(name + "-images-idx3-ubyte").astype(numpy.float32) / 255)[:, None]


def labels(name):
    return idx(name + "-labels-idx1-ubyte").astype(numpy.int64)


def report(body, times=1, runs=5):
    """Times a body that is done `times` times in each run, after a run to warm up."""
    body()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(times):
            body()
        seconds.append((time.perf_counter() - start) / times)
    print("seconds", statistics.median(seconds))

"""One epoch of the article's network on MNIST in PyTorch: batch 128, Adam, both memory formats.

    python Benchmarks/peers/epoch_torch.py [default|channels_last] [epochs]

Reads the IDX files from $NOTCH_DATA/mnist and prints `epoch_seconds N` for each epoch.
"""

import gzip
import os
import sys
import time

import numpy
import torch
from torch import nn


def idx(name):
    path = os.path.join(os.environ["NOTCH_DATA"], "mnist", name)
    with gzip.open(path + ".gz") if os.path.exists(path + ".gz") else open(path, "rb") as file:
        data = file.read()
    rank = data[3]
    sizes = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(rank)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * rank).reshape(sizes)


def main():
    layout = sys.argv[1] if len(sys.argv) > 1 else "channels_last"
    epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    torch.manual_seed(1)
    images = torch.from_numpy(idx("train-images-idx3-ubyte").astype(numpy.float32) / 255)
    images = images.unsqueeze(1)
    labels = torch.from_numpy(idx("train-labels-idx1-ubyte").astype(numpy.int64))
    net = nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.Flatten(), nn.Linear(7744, 10),
    )
    if layout == "channels_last":
        net = net.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(net.parameters(), 0.001)
    for _ in range(epochs):
        order = torch.randperm(len(images))
        start = time.perf_counter()
        total = 0.0
        for first in range(0, len(images), 128):
            batch = order[first : first + 128]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        print("epoch_seconds", time.perf_counter() - start, "loss", total / len(images), flush=True)


if __name__ == "__main__":
    main()

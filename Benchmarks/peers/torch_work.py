"""One epoch of the article's network on MNIST in PyTorch: batch 128, Adam.

    python Benchmarks/peers/torch_work.py epoch|epoch-fake-quantized default|channels_last [runs]

A few steps warm it up. Prints `seconds N`, the median of the epochs.
"""

import statistics
import sys
import time

import torch
from torch import nn
from torch.ao.quantization import FakeQuantize, MovingAverageMinMaxObserver

from work import images, labels


def weight_fake_quantize():
    return FakeQuantize(
        MovingAverageMinMaxObserver, quant_min=-127, quant_max=127, dtype=torch.qint8,
        qscheme=torch.per_tensor_symmetric)


def activation_fake_quantize():
    return FakeQuantize(
        MovingAverageMinMaxObserver, quant_min=0, quant_max=255, dtype=torch.quint8,
        qscheme=torch.per_tensor_affine)


class Quantized(nn.Module):
    """A layer with weights and its activation, both through FakeQuantize modules."""

    def __init__(self, layer, activation=None):
        super().__init__()
        self.layer, self.activation = layer, activation
        self.weights, self.output = weight_fake_quantize(), activation_fake_quantize()

    def forward(self, x):
        weight = self.weights(self.layer.weight)
        if isinstance(self.layer, nn.Conv2d):
            y = nn.functional.conv2d(x, weight, self.layer.bias)
        else:
            y = nn.functional.linear(x, weight, self.layer.bias)
        return self.output(self.activation(y)) if self.activation else y


def network(quantized):
    conv1, conv2, dense = nn.Conv2d(1, 32, 3), nn.Conv2d(32, 64, 3), nn.Linear(7744, 10)
    if not quantized:
        return nn.Sequential(
            conv1, nn.ReLU(), nn.MaxPool2d(2), conv2, nn.ReLU(), nn.Flatten(), dense)
    return nn.Sequential(
        activation_fake_quantize(), Quantized(conv1, nn.ReLU()), nn.MaxPool2d(2),
        Quantized(conv2, nn.ReLU()), nn.Flatten(), Quantized(dense))


def main():
    work, layout = sys.argv[1], sys.argv[2]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    torch.manual_seed(1)
    x, y = torch.from_numpy(images("train")), torch.from_numpy(labels("train"))
    net = network(work == "epoch-fake-quantized")
    if layout == "channels_last":
        net = net.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(net.parameters(), 0.001)

    def epoch(count):
        order = torch.randperm(count)
        for first in range(0, count, 128):
            batch = order[first : first + 128]
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[batch]), y[batch])
            loss.backward()
            optimizer.step()

    # A few steps first, as in the others' programs.
    epoch(1024)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        epoch(len(x))
        seconds.append(time.perf_counter() - start)
    print("seconds", statistics.median(seconds))


if __name__ == "__main__":
    main()

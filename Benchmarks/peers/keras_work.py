"""One epoch of the article's network on MNIST in Keras on TensorFlow: batch 128, Adam.

    python Benchmarks/peers/keras_work.py epoch [runs]

A first epoch on a few images lets Keras trace its graph. Prints `seconds N`, the median.
"""

import os
import statistics
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
from keras import layers

from work import images, labels


def main():
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    keras.utils.set_random_seed(1)
    x, y = images("train").transpose(0, 2, 3, 1).copy(), labels("train")
    net = keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"), layers.Flatten(), layers.Dense(10),
    ])
    net.compile(
        optimizer=keras.optimizers.Adam(0.001),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    net.fit(x[:1024], y[:1024], batch_size=128, epochs=1, verbose=0)
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        net.fit(x, y, batch_size=128, epochs=1, verbose=0)
        seconds.append(time.perf_counter() - start)
    print("seconds", statistics.median(seconds))


if __name__ == "__main__":
    main()

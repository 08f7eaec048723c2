"""Small and large arrays in NumPy.

    python Benchmarks/peers/numpy_work.py product|add|chain [runs]

Prints `seconds N` of one operation, the median.
"""

import sys

import numpy

from work import report


def main():
    work = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    random = numpy.random.default_rng(1)

    def normal(*sizes):
        return random.standard_normal(sizes, numpy.float32)

    if work == "product":
        a, b = normal(1024, 1024), normal(1024, 1024)
        report(lambda: a @ b, times=10, runs=runs)
    elif work == "add":
        a, b = normal(4, 4), normal(4, 4)
        report(lambda: a + b, times=200_000, runs=runs)
    elif work == "chain":
        x = normal(10_000_000)
        report(lambda: (numpy.exp(-(x * x)) * numpy.float32(0.5) + x).sum(), runs=runs)
    else:
        raise SystemExit(f"no such work: {work}")


if __name__ == "__main__":
    main()

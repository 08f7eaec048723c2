from functools import reduce


def work():
    scale = 3
    s = 0
    for _ in range(20):
        tripled = list(map(lambda x: x * scale, list(range(20_000))))
        even = list(filter(lambda x: x % 2 == 0, tripled))
        s += reduce(lambda a, b: a + b, even, 0)
    return s


print(work())

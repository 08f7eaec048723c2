def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def repeated():
    last = 0
    for _ in range(10):
        last = fib(25)
    return last


print(repeated())

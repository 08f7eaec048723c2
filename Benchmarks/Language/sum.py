def total():
    s = 0
    for i in range(3_000_000):
        s = s + i * 2
    return s


print(total())

def pairs(xs):
    s = 0
    for x in xs:
        for y in xs:
            if x < y:
                s += xs[x] * y
    return s


print(pairs(list(range(1500))))

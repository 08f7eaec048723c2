def build():
    parts = []
    text = ""
    for i in range(300_000):
        text += "x"
        parts.append(f"{i}")
    return len(",".join(parts)) + len(text)


print(build())

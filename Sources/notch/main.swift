print("notch")

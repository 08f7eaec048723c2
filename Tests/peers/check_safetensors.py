"""Exchanges files of networks with PyTorch and Hugging Face's safetensors, both ways.

    python3 Tests/peers/check_safetensors.py .build/release/notch

Run by hand through `make check-torch`, which makes the environment first. A network that one side
writes is read by the other, which must compute the same from it; numbers of other types must come
over as they are. Exits with 1 where anything differs.
"""

import json
import subprocess
import sys
import tempfile

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

LAYERS = "Conv2D(4, kernel: 3), BatchNorm(), ReLU(), MaxPool2D(2), Flatten(), Dense(10)"


def notch(command, code):
    """What a program prints."""
    result = subprocess.run([command, "-q", "-e", code], capture_output=True, text=True)
    if result.returncode != 0:
        raise SystemExit(f"notch failed:\n{code}\n{result.stdout}{result.stderr}")
    return result.stdout


def network():
    return torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(4 * 13 * 13, 10)).eval()


def compare(name, ours, theirs):
    difference = (ours - theirs).abs().max().item() / theirs.abs().max().item()
    print(f"{name}: {difference:.1e}")
    return difference <= 1e-5


def from_ours(command, folder):
    """A trained network of Notch's, read by PyTorch."""
    path = f"{folder}/ours.safetensors"
    answer = notch(command, f"""
        var net = Sequential({LAYERS}, seed: 1)
        let h = fit(&net, digits(100, seed: 1), optimizer: Adam(0.01))
        save(net, "{path}")
        let x = arange(0, 784).reshape(1, 1, 28, 28) * 0.001
        save(["x": x, "y": net(x)], "{folder}/pair.safetensors")
        """)
    del answer
    with safe_open(path, "pt") as file:
        print("texts:", file.metadata())
    model = network()
    model.load_state_dict(load_file(path))
    pair = load_file(f"{folder}/pair.safetensors")
    with torch.no_grad():
        return compare("a network of Notch's in PyTorch", pair["y"], model(pair["x"]))


def from_theirs(command, folder, convert):
    """A network of PyTorch's, read by Notch, in a type of numbers."""
    torch.manual_seed(3)
    model = network()
    model[1].running_mean.normal_()
    model[1].running_var.uniform_(0.5, 2)
    path = f"{folder}/theirs.safetensors"
    state = {name: convert(tensor) for name, tensor in model.state_dict().items()}
    save_file(state, path, metadata={"format": "pt", "text": "Größe \"α\"\n"})
    model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    x = torch.arange(784.0).reshape(1, 1, 28, 28) * 0.001
    notch(command, f"""
        var net = Sequential({LAYERS})
        build(&net, [1, 28, 28])
        load(&net, "{path}")
        save(["y": net(arange(0, 784).reshape(1, 1, 28, 28) * 0.001)], "{folder}/answer.safetensors")
        """)
    answer = load_file(f"{folder}/answer.safetensors")
    with torch.no_grad():
        return compare(f"a network of PyTorch's in {convert(torch.ones(1)).dtype}", answer["y"],
                       model(x))


def types(command, folder):
    """Tensors of each type, empty and scalar ones too, there and back."""
    tensors = {
        "f32": torch.tensor([[1.5, -0.0], [float("inf"), 1e-40]]), "f64": torch.rand(3).double(),
        "f16": torch.randn(3, 2).half(), "bf16": torch.randn(7).bfloat16(),
        "i64": torch.tensor([-5, 2 ** 31 - 1]), "i32": torch.tensor([-2 ** 31], dtype=torch.int32),
        "i16": torch.tensor([-7], dtype=torch.int16), "i8": torch.tensor([-8], dtype=torch.int8),
        "u8": torch.tensor([200], dtype=torch.uint8), "bool": torch.tensor([True, False]),
        "none": torch.zeros(0, 3), "na\"me\\ \n ü": torch.ones(1, 1),
    }
    save_file(tensors, f"{folder}/types.safetensors")
    notch(command, f"""
        save(loadTensors("{folder}/types.safetensors"), "{folder}/again.safetensors")
        """)
    again = load_file(f"{folder}/again.safetensors")
    same = set(again) == set(tensors)
    for name, tensor in tensors.items():
        expected = tensor.double() if name != "f64" else tensor.float().double()
        if not torch.equal(again[name].double(), expected):
            print(f"{json.dumps(name)} differs: {again[name]}, not {tensor}")
            same = False
    print("types:", "the same" if same else "different")
    return same


def main():
    command = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        results = [from_ours(command, folder), types(command, folder)] + [
            from_theirs(command, folder, convert) for convert in (
                lambda t: t, lambda t: t.half() if t.is_floating_point() else t,
                lambda t: t.bfloat16() if t.is_floating_point() else t,
                lambda t: t.double() if t.is_floating_point() else t)]
    raise SystemExit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

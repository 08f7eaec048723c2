"""Computes what Notch's library computes again in PyTorch, and measures how far they are apart.

    library-cases | python3 Benchmarks/peers/torch_library.py

Run by hand through `make check-torch`, which makes the environment first. Each case is a function
with its inputs, its outputs and the gradient of sum(output * cotangent) with respect to the inputs.
It is computed in float32, as Notch does, and in float64, which shows how much of a difference is
rounding. Prints a table in Markdown; exits with 1 where a row without a reason is further apart than
1e-4 from both, or where a row has no function here.

A difference of two arrays is max|a - b| / max|b|, with PyTorch's as b.
"""

import json
import sys

import torch
import torch.nn.functional as F

LIMIT = 1e-4
ROWS = {}
# Why a row may differ: beside its function.
REASONS = {}


def row(name, reason=None):
    """Makes a function (tensors by name, settings) -> output(s) the one of a row."""
    def keep(function):
        ROWS[name] = function
        if reason:
            REASONS[name] = reason
        return function
    return keep


def whole(tensor):
    return tensor.detach().to(torch.int64)


# Layers


ACTIVATIONS = {
    "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu, "silu": F.silu,
    "leakyRelu": F.leaky_relu, "elu": F.elu, "selu": F.selu, "softplus": F.softplus,
    "mish": F.mish, "hardSwish": F.hardswish, "hardSigmoid": F.hardsigmoid,
}


def activated(y, s):
    kind = s.get("activation", "none")
    return y if kind == "none" else ACTIVATIONS[kind](y)


def padded(x, s, kernel, value=0.0):
    """Padding as ONNX's SAME_UPPER and Keras have it: the odd one comes behind."""
    if s["padding"] == "valid":
        return x
    widths = []
    for size in reversed(x.shape[2:]):
        outputs = -(-size // s["stride"])
        reach = s.get("dilation", 1) * (kernel - 1) + 1
        total = max(0, (outputs - 1) * s["stride"] + reach - size)
        widths += [total // 2, total - total // 2]
    return F.pad(x, widths, value=value)


@row("Dense")
@row("Dense, over the last of more axes")
def _(t, s):
    return activated(F.linear(t["x"], t["weights"], t.get("bias")), s)


@row("Conv2D")
def _(t, s):
    y = F.conv2d(padded(t["x"], s, s["kernel"]), t["weights"], t.get("bias"),
                 stride=s["stride"], groups=s["groups"], dilation=s["dilation"])
    return activated(y, s)


@row("Conv1D")
def _(t, s):
    y = F.conv1d(padded(t["x"], s, s["kernel"]), t["weights"], t.get("bias"),
                 stride=s["stride"], groups=s["groups"], dilation=s["dilation"])
    return activated(y, s)


@row("MaxPool2D")
def _(t, s):
    return F.max_pool2d(padded(t["x"], s, s["size"], float("-inf")), s["size"], s["stride"])


@row("AveragePool2D")
def _(t, s):
    return F.avg_pool2d(padded(t["x"], s, s["size"]), s["size"], s["stride"])


@row("GlobalAveragePool2D")
def _(t, s):
    return F.adaptive_avg_pool2d(t["x"], 1).flatten(1)


@row("Flatten")
def _(t, s):
    return t["x"].flatten(1)


@row("BatchNorm, training")
def _(t, s):
    return F.batch_norm(t["x"], None, None, t["scale"], t["shift"], True, eps=s["epsilon"])


@row("BatchNorm, running statistics")
def _(t, s):
    channels = t["batch0"].shape[1]
    mean = torch.zeros(channels, dtype=t["batch0"].dtype)
    variance = torch.ones_like(mean)
    for name in ("batch0", "batch1"):
        F.batch_norm(t[name], mean, variance, training=True, momentum=s["momentum"],
                     eps=s["epsilon"])
    return {"mean": mean, "variance": variance}


@row("BatchNorm, inference")
def _(t, s):
    return F.batch_norm(t["x"], t["mean"], t["variance"], t["scale"], t["shift"], False,
                        eps=s["epsilon"])


@row("LayerNorm")
def _(t, s):
    return F.layer_norm(t["x"], t["x"].shape[-1:], t["scale"], t["shift"], s["epsilon"])


@row("Embedding")
def _(t, s):
    return F.embedding(whole(t["x"]), t["weights"])


# Layers over courses


def recurrent(kind, t, s):
    layer = kind(t["x"].shape[2], s["units"], batch_first=True, bias="bias" in t).to(t["x"].dtype)
    names = {"weight_ih_l0": "weights", "weight_hh_l0": "recurrentWeights", "bias_ih_l0": "bias",
             "bias_hh_l0": "recurrentBias"}
    values = {name: t[own] for name, own in names.items() if own in t}
    y = torch.func.functional_call(layer, values, (t["x"],))[0]
    return y if s["sequence"] else y[:, -1]


@row("GRU")
def _(t, s):
    return recurrent(torch.nn.GRU, t, s)


@row("LSTM")
def _(t, s):
    return recurrent(torch.nn.LSTM, t, s)


@row("MultiHeadAttention")
def _(t, s):
    steps, channels = t["x"].shape[1:]
    layer = torch.nn.MultiheadAttention(channels, s["heads"], bias="bias" in t, batch_first=True)
    names = {"in_proj_weight": "weights", "in_proj_bias": "bias",
             "out_proj.weight": "outputWeights", "out_proj.bias": "outputBias"}
    values = {name: t[own] for name, own in names.items() if own in t}
    mask = torch.ones(steps, steps, dtype=torch.bool).triu(1) if s["causal"] else None
    return torch.func.functional_call(
        layer.to(t["x"].dtype), values, (t["x"], t["x"], t["x"]),
        {"attn_mask": mask, "need_weights": False})[0]


@row("GlobalAveragePool1D")
def _(t, s):
    return t["x"].mean(2)


@row("ConvTranspose2D")
def _(t, s):
    y = F.conv_transpose2d(
        t["x"], t["weights"], t.get("bias"), stride=s["stride"], padding=s["padding"],
        output_padding=s["outputPadding"], groups=s["groups"], dilation=s["dilation"])
    return activated(y, s)


@row("Parallel")
def _(t, s):
    def part(number):
        return t[f"{number}.Conv2D.weights"], t[f"{number}.Conv2D.bias"]
    second = F.conv2d(F.conv2d(t["x"], *part(4)), *part(5), padding=1)
    return torch.cat([F.conv2d(t["x"], *part(2)), second, t["x"]], 1)


# Activations


row("ReLU")(lambda t, s: F.relu(t["x"]))

for name, function in ACTIVATIONS.items():
    row(name)(lambda t, s, function=function: function(t["x"]))


@row("softmax")
def _(t, s):
    return F.softmax(t["x"], dim=s["axis"])


@row("logSoftmax")
def _(t, s):
    return F.log_softmax(t["x"], dim=s["axis"])


# Losses


@row("crossEntropy")
def _(t, s):
    return F.cross_entropy(t["logits"], whole(t["labels"]), label_smoothing=s["smoothing"])


@row("binaryCrossEntropy")
def _(t, s):
    if s["fromLogits"]:
        return F.binary_cross_entropy_with_logits(t["logits"], t["targets"])
    return F.binary_cross_entropy(t["logits"], t["targets"])


@row("meanSquaredError")
def _(t, s):
    return F.mse_loss(t["a"], t["b"])


@row("huberLoss")
def _(t, s):
    return F.huber_loss(t["a"], t["b"], delta=s["delta"])


def divergence(logits, targets, temperature):
    return temperature ** 2 * F.kl_div(
        F.log_softmax(logits / temperature, 1), F.log_softmax(targets / temperature, 1),
        reduction="batchmean", log_target=True)


@row("klDivergence")
def _(t, s):
    return divergence(t["logits"], t["targets"], s["temperature"])


@row("distillationLoss")
def _(t, s):
    hard = F.cross_entropy(t["logits"], whole(t["labels"]))
    soft = divergence(t["logits"], t["teacher"], s["temperature"])
    return (1 - s["alpha"]) * hard + s["alpha"] * soft


# Optimizers: the parameters after some steps


def stepped(t, s, make):
    parameters = [t[name].clone().requires_grad_() for name in ("w0", "w1")]
    optimizer = make(parameters)
    for step in range(s["steps"]):
        for index, parameter in enumerate(parameters):
            parameter.grad = t[f"g{index}.{step}"].clone()
        optimizer.step()
    return {"w0": parameters[0], "w1": parameters[1]}


@row("SGD")
@row("SGD, momentum")
@row("SGD, Nesterov")
def _(t, s):
    return stepped(t, s, lambda p: torch.optim.SGD(
        p, s["rate"], momentum=s.get("momentum", 0), weight_decay=s.get("weightDecay", 0),
        nesterov=s.get("nesterov", False)))


@row("Adam")
def _(t, s):
    return stepped(t, s, lambda p: torch.optim.Adam(p, s["rate"], (s["beta1"], s["beta2"])))


@row("AdamW")
def _(t, s):
    return stepped(t, s, lambda p: torch.optim.AdamW(
        p, s["rate"], (s["beta1"], s["beta2"]), weight_decay=s["weightDecay"]))


@row("RMSProp")
def _(t, s):
    return stepped(t, s, lambda p: torch.optim.RMSprop(
        p, s["rate"], alpha=s["decay"], momentum=s["momentum"]))


@row("clipNorm")
def _(t, s):
    names = sorted(t)
    parameters = [torch.zeros_like(t[name], requires_grad=True) for name in names]
    for name, parameter in zip(names, parameters):
        parameter.grad = t[name].clone()
    torch.nn.utils.clip_grad_norm_(parameters, s["limit"])
    return {name: parameter.grad for name, parameter in zip(names, parameters)}


# Schedules: the rate at each of 60 steps


def rates(s, make):
    """A warm-up of LinearLR, then a schedule of PyTorch's."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], 1.0)
    course, rise = make(optimizer), s.get("warmUp", 0)
    if rise > 1:
        first = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / rise, 1, rise - 1)
        course = torch.optim.lr_scheduler.SequentialLR(optimizer, [first, make(optimizer)], [rise])
    factors = []
    for _ in range(60):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        course.step()
    return {"factors": torch.tensor(factors, dtype=torch.float64)}


@row("warmUp")
def _(t, s):
    return rates(s, lambda o: torch.optim.lr_scheduler.ConstantLR(o, 1.0))


@row("stepDecay")
def _(t, s):
    return rates(s, lambda o: torch.optim.lr_scheduler.StepLR(o, s["every"], s["factor"]))


@row("cosineDecay")
def _(t, s):
    return rates(s, lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, s["over"], s["end"]))


# Element by element

for name, function in {
    "add": torch.add, "subtract": torch.sub, "multiply": torch.mul, "divide": torch.div,
    "maximum": torch.maximum, "minimum": torch.minimum, "power": torch.pow,
    "remainder": torch.fmod,
}.items():
    row(name)(lambda t, s, function=function: function(t["a"], t["b"]))

for name, function in {
    "exp": torch.exp, "log": torch.log, "sqrt": torch.sqrt, "abs": torch.abs,
    "square": torch.square, "sign": torch.sign, "negate": torch.neg, "round": torch.round,
    "floor": torch.floor, "ceil": torch.ceil, "sin": torch.sin, "cos": torch.cos,
    "tan": torch.tan, "asin": torch.asin, "acos": torch.acos, "atan": torch.atan,
    "sinh": torch.sinh, "cosh": torch.cosh, "log1p": torch.log1p, "expm1": torch.expm1,
    "log2": torch.log2, "log10": torch.log10, "rsqrt": torch.rsqrt,
    "reciprocal": torch.reciprocal,
}.items():
    row(name)(lambda t, s, function=function: function(t["x"]))


@row("clip")
def _(t, s):
    return t["x"].clamp(-0.51, 1.02)


@row("clip, at its bounds",
     "the slope at a kink is a matter of definition; it is 1 here, as in fake quantization, where "
     "the outermost codes let the gradient through, and 0 in this version of PyTorch.")
def _(t, s):
    return t["x"].clamp(-0.5, 1)


@row("select")
def _(t, s):
    return torch.where(t["mask"] != 0, t["a"], t["b"])


# Reductions

for name, function in {
    "sum": torch.sum, "mean": torch.mean, "max": torch.amax, "min": torch.amin,
    "variance": lambda x, **k: torch.var(x, correction=0, **k),
    "standardDeviation": lambda x, **k: torch.std(x, correction=0, **k),
}.items():
    def reduced(t, s, function=function):
        axes = [s["axis"]] if "axis" in s else list(range(t["x"].dim()))
        return function(t["x"], dim=axes, keepdim=s["keepDimensions"])
    row(name)(reduced)


@row("median")
def _(t, s):
    # torch.median takes the lower of the two in the middle.
    if "axis" in s:
        return torch.quantile(t["x"], 0.5, dim=s["axis"], keepdim=s["keepDimensions"])
    y = torch.quantile(t["x"], 0.5)
    return y.reshape([1] * t["x"].dim()) if s["keepDimensions"] else y


@row("percentile")
def _(t, s):
    return torch.quantile(t["x"], s["percent"] / 100, dim=s["axis"])


@row("cumulativeSum")
def _(t, s):
    return t["x"].cumsum(s["axis"])


@row("argmax")
def _(t, s):
    return t["x"].argmax(s["axis"])


@row("argmin")
def _(t, s):
    return t["x"].argmin(s["axis"])


# Products


@row("matmul")
def _(t, s):
    return t["a"] @ t["b"]


@row("einsum")
def _(t, s):
    return torch.einsum(s["formula"], *[t[f"x{index}"] for index in range(s["count"])])


# Linear algebra


@row("inverse")
def _(t, s):
    return torch.linalg.inv(t["a"])


@row("solve")
def _(t, s):
    return torch.linalg.solve(t["a"], t["b"])


@row("determinant")
def _(t, s):
    return torch.linalg.det(t["a"])


@row("cholesky")
def _(t, s):
    return torch.linalg.cholesky(t["a"])


@row("svd")
def _(t, s):
    u, values, vt = torch.linalg.svd(t["a"], full_matrices=False)
    # Signs are free: the element of greatest magnitude in each column of U is positive.
    largest = u.gather(0, u.abs().argmax(0, keepdim=True))
    return {"u": u * largest.sign(), "s": values, "vt": vt * largest.sign().T}


@row("svd, singular values")
def _(t, s):
    return torch.linalg.svdvals(t["a"])


@row("leastSquares")
def _(t, s):
    b = t["b"] if t["b"].dim() == 2 else t["b"].unsqueeze(1)
    return torch.linalg.lstsq(t["a"], b).solution.reshape(t["a"].shape[1:] + t["b"].shape[1:])


# Positions


@row("gather")
def _(t, s):
    return t["x"].gather(s["axis"], whole(t["positions"]))


@row("scatter")
def _(t, s):
    return t["x"].scatter(s["axis"], whole(t["positions"]), t["values"])


@row("scatter, adding")
def _(t, s):
    return t["x"].scatter_add(s["axis"], whole(t["positions"]), t["values"])


@row("sort")
def _(t, s):
    return t["x"].sort(dim=s["axis"], descending=s["descending"], stable=True).values


@row("argsort")
def _(t, s):
    return t["x"].argsort(dim=s["axis"], descending=s["descending"], stable=True)


@row("topK")
def _(t, s):
    return t["x"].topk(s["count"], dim=s["axis"], largest=s["largest"]).values


@row("masked")
def _(t, s):
    return t["x"][t["mask"] != 0]


@row("oneHot")
def _(t, s):
    return F.one_hot(whole(t["x"]), s["classes"])


# Shapes


@row("reshape")
def _(t, s):
    return t["x"].reshape(s["sizes"])


@row("transposed")
def _(t, s):
    return t["x"].permute(s["axes"])


@row("broadcast")
def _(t, s):
    return t["x"].expand(s["sizes"])


@row("concatenate")
def _(t, s):
    return torch.cat([t["a"], t["b"]], s["axis"])


@row("stack")
def _(t, s):
    return torch.stack([t["a"], t["b"]], s["axis"])


@row("slice")
def _(t, s):
    return t["x"][1, 1:, 0:4:2]


@row("split")
def _(t, s):
    first, second = t["x"].split(s["sizes"], s["axis"])
    return first + second * 2


@row("pad")
def _(t, s):
    return F.pad(t["x"], [1, 1, 0, 2, 1, 0], value=s["value"])


@row("tile")
def _(t, s):
    return t["x"].tile(s["repeats"])


@row("flatten")
def _(t, s):
    return t["x"].flatten(s["axis"])


# Quantization


@row("fakeQuantize, per tensor")
def _(t, s):
    return torch.fake_quantize_per_tensor_affine(
        t["x"], t["scales"].float(), t["zeroPoints"].to(torch.int32), s["qmin"], s["qmax"])


@row("fakeQuantize, per channel")
def _(t, s):
    return torch.fake_quantize_per_channel_affine(
        t["x"], t["scales"].float(), t["zeroPoints"].to(torch.int32), s["axis"], s["qmin"],
        s["qmax"])


def on_learned_grid(x, step, low, high):
    """LSQ (arXiv 1902.08153): x^ = s round(clamp(x / s)), with the gradients of its equations 3 and 5.

    dx^/dx is 1 inside; dx^/ds is round(x / s) - x / s inside, low below, high above. The gradient of
    the step is divided by sqrt(N high), where N counts the weights of a channel or the features of a
    sample.
    """
    ratio = (x / step).detach()
    inside = (ratio > low) & (ratio < high)
    codes = ratio.clamp(low, high).round()
    slope = torch.where(inside, codes - ratio, codes) / (x[0].numel() * high) ** 0.5
    # What is subtracted from itself gives the value 0 and the gradient of its factor.
    return codes * step.detach() + inside * (x - x.detach()) + slope * (step - step.detach())


@row("LSQ, Dense")
@row("LSQ, Conv2D")
def _(t, s):
    half, w = 2 ** (s["bits"] - 1), t["weights"]
    steps = t["weightScale"].reshape([-1] + [1] * (w.dim() - 1))
    w = on_learned_grid(w, steps, -half, half - 1)
    x = on_learned_grid(t["x"], t["inputScale"], 0, 2 * half - 1)
    return F.linear(x, w) if w.dim() == 2 else F.conv2d(x, w)


# The comparison


def tensor(record, dtype):
    return torch.tensor(record["values"], dtype=dtype).reshape(record["shape"])


def computed(case, dtype):
    """Outputs and gradients of a case, by name."""
    inputs = {name: tensor(record, dtype) for name, record in case["inputs"].items()}
    cotangent = inputs.pop("cotangent", None)
    for name in case["gradients"]:
        inputs[name].requires_grad_()
    outputs = ROWS[case["row"]](inputs, case["settings"])
    if not isinstance(outputs, dict):
        outputs = {"y": outputs}
    gradients = {}
    if case["gradients"]:
        # A leaf that the result does not depend on has a gradient of zeros.
        total = (outputs["y"] * cotangent).sum() + sum(
            (inputs[name] * 0).sum() for name in case["gradients"])
        total.backward()
        gradients = {name: inputs[name].grad for name in case["gradients"]}
    return ({name: value.detach() for name, value in outputs.items()}, gradients)


def difference(ours, theirs):
    """max|a - b| / max|b|; infinite where the shapes differ."""
    theirs = theirs.to(torch.float64)
    if list(ours.shape) != list(theirs.shape):
        return float("inf")
    if ours.numel() == 0:
        return 0.0
    distance = (ours - theirs).abs().max().item()
    size = theirs.abs().max().item()
    # NaN on either side is no agreement.
    if distance != distance:
        return float("inf")
    return distance if size == 0 else distance / size


class Worst:
    """The largest differences of a row, from float32 and from float64."""

    def __init__(self):
        self.single, self.double, self.nearer, self.count = 0.0, 0.0, 0.0, 0

    def note(self, single, double):
        self.single = max(self.single, single)
        self.double = max(self.double, double)
        self.nearer = max(self.nearer, min(single, double))
        self.count += 1

    def texts(self):
        if self.count == 0:
            return ["", ""]
        return [f"{self.single:.1e}" if self.single else "0",
                f"{self.double:.1e}" if self.double else "0"]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    groups, missing = {}, set()
    for line in sys.stdin:
        case = json.loads(line)
        name = case["row"]
        if name not in ROWS:
            missing.add(name)
            continue
        rows = groups.setdefault(case["group"], {})
        entry = rows.setdefault(name, {"cases": 0, "forward": Worst(), "backward": Worst()})
        entry["cases"] += 1
        single, double = computed(case, torch.float32), computed(case, torch.float64)
        for part, key, index in (("outputs", "forward", 0), ("gradients", "backward", 1)):
            for array, record in case[part].items():
                ours = tensor(record, torch.float64)
                distances = [difference(ours, peer[index][array]) for peer in (single, double)]
                entry[key].note(*distances)
                if min(distances) > LIMIT and "--verbose" in sys.argv:
                    print(name, case["settings"], array, distances, file=sys.stderr)
    print("# The library against PyTorch")
    print()
    print(
        f"Layers, losses, optimizers and operations computed again by PyTorch {torch.__version__}; "
        "written by `make check-torch`. A number is the largest difference of all cases, "
        "max|a - b| / max|b| of an array, from PyTorch in float32 and in float64, forward and for "
        "the gradients.")
    failures = [f"no function for {name}" for name in sorted(missing)]
    for group, rows in groups.items():
        print()
        print(f"## {group.capitalize()}")
        print()
        print("| | cases | forward, float32 | float64 | backward, float32 | float64 |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, entry in sorted(rows.items(), key=lambda item: item[0].lower()):
            cells = entry["forward"].texts() + entry["backward"].texts()
            print(f"| {name} | {entry['cases']} | {' | '.join(cells)} |")
            apart = max(entry["forward"].nearer, entry["backward"].nearer)
            if apart > LIMIT and name not in REASONS:
                failures.append(f"{name} is {apart:.1e} apart")
        for name in sorted(set(rows) & set(REASONS)):
            print()
            print(f"{name[0].upper()}{name[1:]}: {REASONS[name]}")
    for failure in failures:
        print(failure, file=sys.stderr)
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()

// Epochs of the article's network on MNIST, batch 128, Adam: prints their seconds.
//
//     NOTCH_DATA=../shared/data swift run -c release epoch-benchmark [epochs] [--quantized]
//
// With --quantized the trained network goes on through everything: post-training quantization,
// the network of integers, an epoch with 8-bit and one with 4-bit fake quantization.

import Datasets
import Networks
import Quantization
import Tensors

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

let arguments = CommandLine.arguments.dropFirst()
let epochs = max(1, arguments.lazy.compactMap { Int($0) }.first ?? 1)
let (train, test) = try MNIST.load()
var net = try Sequential(
  Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
  Conv2D(64, kernel: 3, activation: .relu), Flatten(), Dense(10), seed: 1)
let timer = ContinuousClock()

/// Seconds of all cores that this process has used.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// Trains for an epoch and prints its seconds.
func epoch(_ name: String, _ net: inout Sequential, rate: Double, seed: Int) throws {
  let (start, used) = (timer.now, processorSeconds())
  let history = try fit(
    &net, train, epochs: 1, batchSize: 128, optimizer: Adam(rate), seed: UInt64(seed))
  let seconds = (timer.now - start) / .seconds(1)
  print("\(name)epoch_seconds \(seconds) loss \(history.epochs[0].loss)")
  print("  processor_seconds \(processorSeconds() - used)")
}

/// Classifies the test images and prints the seconds, of the best of five runs.
func measure(_ name: String, _ net: some Classifier) throws {
  var best = Double.infinity
  var accuracy = 0.0
  let used = processorSeconds()
  for _ in 0..<5 {
    let start = timer.now
    accuracy = try evaluate(net, test).accuracy
    best = min(best, (timer.now - start) / .seconds(1))
  }
  print("\(name)evaluate_seconds \(best) accuracy \(accuracy)")
  print("  processor_seconds \((processorSeconds() - used) / 5)")
}

for number in 1...epochs { try epoch("", &net, rate: 0.001, seed: number) }
try measure("", net)
if arguments.contains("--quantized") {
  print("integer kernels exact: \(IntegerEngine.isExact)")
  let calibration = try train.take(512)
  for bits in [8, 6, 4, 3, 2] {
    let small = try quantize(net, bits: bits, calibration: calibration)
    try measure("int\(bits)_", small)
    if bits == 8 {
      print(small)
      try measure("simulated\(bits)_", prepare(net, calibration: calibration))
    }
  }
  for bits in [8, 4, 2] {
    var aware = try prepare(net, weights: bits, activations: bits, calibration: calibration)
    try epoch("aware\(bits)_", &aware, rate: 0.0005, seed: 9)
    try measure("aware\(bits)_", convert(aware))
  }
}

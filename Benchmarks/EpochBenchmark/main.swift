// One epoch of the article's network on MNIST, batch 128, Adam: prints its seconds.
//
//     NOTCH_DATA=../shared/data swift run -c release epoch-benchmark [epochs]

import Datasets
import Networks
import Tensors

let epochs = CommandLine.arguments.count > 1 ? Int(CommandLine.arguments[1]) ?? 1 : 1
let (train, test) = try MNIST.load()
var net = try Sequential(
  Conv2D(32, kernel: 3, activation: .relu), MaxPool2D(2),
  Conv2D(64, kernel: 3, activation: .relu), Flatten(), Dense(10), seed: 1)
let clock = ContinuousClock()
var start = clock.now
for epoch in 1...epochs {
  start = clock.now
  let history = try fit(
    &net, train, epochs: 1, batchSize: 128, optimizer: Adam(0.001), seed: UInt64(epoch))
  let seconds = (clock.now - start) / .seconds(1)
  print("epoch_seconds \(seconds) loss \(history.epochs[0].loss)")
}
start = clock.now
let result = try evaluate(net, test)
print("evaluate_seconds \((clock.now - start) / .seconds(1)) accuracy \(result.accuracy)")

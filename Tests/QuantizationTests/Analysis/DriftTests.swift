import Datasets
import Networks
import Tensors
import Testing

@testable import Quantization

/// What a recorder sees of a training.
struct DriftTests {
  @Test(arguments: [QuantizationMethod.straightThrough, .lsq, .dorefa, .ternary, .binary])
  func recordsATraining(_ method: QuantizationMethod) throws {
    let data = try Digits.make(count: 64, seed: 3)
    var net = try prepare(
      NetworkSamples.small(), weights: 2, activations: 4, method: method, firstAndLast: 2,
      calibration: data)
    var recorder = try DriftRecorder(every: 3, watching: data)
    var codes: [[Int32]] = []
    try fit(
      &net, data, epochs: 2, batchSize: 8, optimizer: Adam(0.01),
      beforeStep: { step, network in
        try recorder.record(network, step: step)
        guard step % 3 == 0, let layer = network.layers[3] as? QuantizedLayer else { return }
        codes.append(try #require(try layer.quantizedWeights).codes.elements(as: Int32.self))
      })
    try recorder.look(net, step: 16)
    try recorder.look(net, step: 16)
    let drift = recorder.drift
    #expect(drift.numbers == [1, 4])
    let rows = drift.rows(of: 4)
    #expect(rows.map(\.step) == [0, 3, 6, 9, 12, 15, 16])
    #expect(rows[0].flips == 0)
    for index in 1..<codes.count {
      let changed = zip(codes[index], codes[index - 1]).count { $0 != $1 }
      #expect(abs(rows[index].flips - Double(changed) / Double(codes[0].count) / 3) < 1e-12)
    }
    #expect(rows.contains { $0.flips > 0 })
    let layer = try #require(net.layers[3] as? QuantizedLayer)
    let last = try #require(rows.last)
    let scales = try #require(try layer.quantizedWeights).parameters.scales
    #expect(
      abs(last.weightScale / (scales.reduce(0) { $0 + Double($1) } / Double(scales.count)) - 1)
        < 1e-9)
    #expect(try Float(last.inputScale) == layer.inputParameters?.scales[0])
    #expect(drift.rows.allSatisfy { (0...1).contains($0.weightClipRate) })
    #expect(drift.rows.allSatisfy { (0...1).contains($0.inputClipRate) })
    if method == .straightThrough {
      // The largest weight gives the scale, so none is clipped.
      #expect(drift.rows.allSatisfy { $0.weightClipRate == 0 })
    }
    #expect(drift.description.hasSuffix("steps 0 to 16"))
  }

  @Test func errors() throws {
    #expect(throws: NetworkError.self) { try DriftRecorder(every: 0) }
    let data = try Digits.make(count: 4, seed: 3)
    #expect(throws: NetworkError.self) { try DriftRecorder(watching: data.take(0)) }
    var recorder = try DriftRecorder(every: 1)
    #expect(throws: QuantizedNetworkError.notPrepared("drift")) {
      try recorder.record(NetworkSamples.small(), step: 0)
    }
    #expect(recorder.drift.description == "no steps were recorded")
    // Before its ranges are known there is nothing to record.
    try recorder.record(prepare(NetworkSamples.article()), step: 0)
    #expect(recorder.drift.rows.isEmpty)
  }
}

import Testing

@testable import Sessions

@Suite struct TrainingCourseTests {
  @Test func aClosureSeesEachEpochAndEndsTheTraining() {
    let session = Session(seed: 1)
    let outcome = session.run(
      """
      var net = Sequential(Flatten(), Dense(10))
      var seen = []
      let history = fit(&net, digits(64), epochs: 5, afterEpoch: { epoch, net in
        seen.append(epoch.epoch)
        return epoch.epoch < 2
      })
      print(history.count, seen, net.isBuilt)
      """)
    #expect(outcome.failure == nil, "\(outcome.message)")
    #expect(outcome.text.contains("stopped after epoch 2\n"), "\(outcome.text)")
    #expect(outcome.text.hasSuffix("2 [1, 2] true"), "\(outcome.text)")
  }

  @Test func schedulesAndOptimizers() {
    let outcome = Session(seed: 1).run(
      """
      var net = Sequential(Flatten(), Dense(10))
      fit(&net, digits(64), epochs: 2, optimizer: AdamW(0.01), validation: digits(32),
        schedule: cosineDecay(warmUp: 1), clipNorm: 1.0, patience: 4, keepBest: true)
      """)
    #expect(outcome.failure == nil, "\(outcome.message)")
    #expect(outcome.text.hasPrefix("epoch 1/2: loss "))
  }

  @Test(arguments: [
    ("fit(&net, digits(8), patience: 0)", "a patience must be at least 1, not 0"),
    ("fit(&net, digits(8), schedule: 3)", "'schedule': expected a Schedule, not 3"),
    ("fit(&net, digits(8), afterEpoch: 3)", "'afterEpoch': expected a function, not 3"),
    ("stepDecay(every: 0)", "'every' must be above 0, not 0"),
    ("crossEntropy(zeros(1, 2), [0], smoothing: 2)", "a label smoothing is from 0 to 1, not 2.0"),
    (
      "var o = SGD(0.1)\nsetLearningRate(&o, -1)",
      "a learning rate is a number of at least 0, not -1.0"
    ),
  ]) func errors(code: String, message: String) {
    let outcome = Session(seed: 1).run("var net = Sequential(Flatten(), Dense(10))\n" + code)
    #expect(outcome.message == message)
  }
}

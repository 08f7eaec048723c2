import Networks
import Tensors
import Testing

struct MetricTests {
  /// scikit-learn: precision_score, recall_score, f1_score with average=None and 'macro'.
  @Test func matrixOfThreeClasses() throws {
    let matrix = try ConfusionMatrix(
      guesses: [0, 1, 0, 1, 2, 0], labels: [0, 0, 0, 1, 2, 2], classes: 3)
    #expect(matrix.counts == [[2, 1, 0], [0, 1, 0], [1, 0, 1]])
    #expect(matrix.count == 6 && matrix.classCount == 3)
    #expect(abs(matrix.accuracy - 4.0 / 6) < 1e-12)
    func isNear(_ a: [Double], _ b: [Double]) -> Bool {
      a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-12 }
    }
    #expect(isNear(matrix.precisions, [2.0 / 3, 0.5, 1]))
    #expect(isNear(matrix.recalls, [2.0 / 3, 1, 0.5]))
    #expect(isNear(matrix.f1Scores, [2.0 / 3, 2.0 / 3, 2.0 / 3]))
    #expect(isNear([matrix.f1], [2.0 / 3]))
    #expect(
      matrix.description == """
        label  as 0  as 1  as 2
            0     2     1     0
            1     0     1     0
            2     1     0     1
        """)
  }

  @Test func classesThatDoNotOccur() throws {
    let matrix = try ConfusionMatrix(guesses: [0, 0], labels: [0, 0], classes: 3)
    #expect(matrix.f1 == 1 && matrix.precisions == [1, 0, 0] && matrix.recalls == [1, 0, 0])
    let empty = try ConfusionMatrix(guesses: [], labels: [], classes: 2)
    #expect(empty.f1 == 0 && empty.accuracy == 0 && empty.count == 0)
  }

  @Test func agreesWithEvaluate() throws {
    let data = try Samples.noise(70, classes: 4)
    let net = try Sequential(Flatten(), Dense(4), seed: 5)
    let accuracy = try evaluate(net, data).accuracy
    #expect(try confusionMatrix(net, data).accuracy == accuracy)
    #expect(try confusionMatrix(net, data).count == 70)
    #expect(try topKAccuracy(net, data, k: 1) == accuracy)
    #expect(try topKAccuracy(net, data, k: 4) == 1)
    var last = 0.0
    for k in 1...4 {
      let share = try topKAccuracy(net, data, k: k)
      #expect(share >= last)
      last = share
    }
  }

  @Test func errors() throws {
    let x = try zeros(2, 3)
    expectError("k must be at least 1, not 0") {
      try topKAccuracy(x, tensor(labels: [0, 1]), k: 0)
    }
    expectError("topK takes 0 to 3 elements along axis 1 of [2, 3], not 4") {
      try topKAccuracy(x, tensor(labels: [0, 1]), k: 4)
    }
    expectError("label 3 is out of range for 3 classes") {
      try topKAccuracy(x, tensor(labels: [0, 3]), k: 1)
    }
    expectError("1 labels for 2 rows") { try confusionMatrix(x, tensor(labels: [0])) }
    expectError("label -1 is out of range for 3 classes") {
      try confusionMatrix(x, tensor(labels: [0, -1]))
    }
    expectError("a label is a whole number, not 0.5") {
      try confusionMatrix(x, Tensor([0, 0.5]))
    }
    expectError("a confusion matrix has 1 to 4096 classes, not 0.0") {
      try ConfusionMatrix(guesses: [], labels: [], classes: 0)
    }
    expectError("noise is empty: there is nothing to train on or to measure") {
      try confusionMatrix(Sequential(Flatten(), Dense(3)), Samples.noise(0))
    }
  }
}

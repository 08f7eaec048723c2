import Datasets
import Networks
import ReferenceKernels
import Tensors
import Testing

struct EvaluationTests {
  /// Sizes around those of the parts in which a dataset is evaluated.
  @Test(arguments: [1, 31, 32, 33, 100])
  func againstTheReference(count: Int) throws {
    let data = try Samples.noise(count, seed: UInt64(count))
    let net = try Sequential(Conv2D(3, kernel: 3, activation: .relu), Flatten(), Dense(3))
      .built(for: Shape(data.sampleShape))
    let logits = try ReferenceNetwork(net).forward(data.referenceImages)
    let guesses = logits.position(1, >).elements.map { Int($0) }
    let correct = zip(guesses, data.classes).count { $0 == $1 }
    let result = try evaluate(net, data)
    #expect(result.count == count)
    #expect(abs(result.loss - logits.crossEntropy(data.classes).elements[0]) < 1e-5)
    #expect(result.accuracy == Double(correct) / Double(count))
    #expect(try accuracy(net, data) == result.accuracy)
  }

  /// A network that always says 1 is right as often as there are ones.
  @Test func constantGuess() throws {
    let data = try Samples.noise(90)
    let net = try Sequential(
      Flatten(), Dense(weights: zeros(3, 36), bias: Tensor([0, 1, 0])))
    #expect(try accuracy(net, data) == Double(data.classCounts[1]) / 90)
  }

  @Test func anUnbuiltNetworkIsMeasuredAsItWouldStart() throws {
    let data = try Samples.noise(10)
    let net = try Sequential(Flatten(), Dense(3))
    #expect(try evaluate(net, data) == evaluate(net.built(for: Shape(data.sampleShape)), data))
    #expect(!net.isBuilt)
  }

  /// Dropout and the batch's own statistics are for training alone.
  @Test func trainingLayersRest() throws {
    let data = try Samples.noise(10)
    let net = try Sequential(BatchNorm(), Dropout(0.9), Flatten(), Dense(3))
      .built(for: Shape(data.sampleShape))
    #expect(try evaluate(net, data) == evaluate(net, data))
    let one = try evaluate(net, data.take(1)).loss
    let rest = try evaluate(net, data.drop(1)).loss
    #expect(abs((one + 9 * rest) / 10 - (try evaluate(net, data).loss)) < 1e-6)
  }
}

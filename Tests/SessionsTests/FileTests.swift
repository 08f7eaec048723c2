import Foundation
import Testing

@testable import Sessions

/// Files of tensors as a cell writes and reads them.
@Suite final class FileTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func run(_ code: String) -> Outcome {
    Session(seed: 1).run(code.replacing("~", with: folder))
  }

  @Test func tensorsComeBack() {
    let outcome = run(
      """
      let all = ["b": Tensor([1, 2]), "a": Tensor([true, false]), "n": Tensor(0.5)]
      save(all, "~/t.safetensors")
      let back = loadTensors("~/t.safetensors")
      (back.keys.sorted(), back["b"].list(), back["a"].list(), back["n"])
      """)
    let expected = "([\"a\", \"b\", \"n\"], [1.0, 2.0], [true, false], 0.5)"
    #expect(outcome.text == expected, "\(outcome.message)")
  }

  /// A cell that is run again goes on where it was stopped, and shows what it would have shown.
  @Test func aTrainingGoesOn() {
    let training = """
      var net = Sequential(Flatten(), Dense(10))
      let h = fit(&net, digits(40), epochs: 3, batchSize: 20, checkpoint: "~/c.safetensors", resume: true)
      h.losses
      """
    let stopped = run(
      training.replacing(
        "resume: true", with: "resume: true, afterEpoch: { r, _ in r.epoch < 2 }"))
    #expect(stopped.failure == nil, "\(stopped.message)")
    let rest = run(training)
    let whole = run(
      training.replacing(", checkpoint: \"~/c.safetensors\", resume: true", with: ""))
    #expect(whole.failure == nil && whole.outputs.last?.text == rest.outputs.last?.text)
    #expect(rest.text.contains("epochs 1 to 2 were taken from the checkpoint"))
  }

  @Test(arguments: [
    ("save(Sequential(Dense(2)), \"~/a.txt\")", "written as .safetensors, not as"),
    ("save(Sequential(Dense(2)), \"~/a.safetensors\")", "has no parameters yet"),
    ("save([\"a\": 1, \"b\": \"x\"], \"~/a.safetensors\")", "a dictionary of tensors by name"),
    ("save([1: ones(2)], \"~/a.safetensors\")", "a dictionary of tensors by name"),
    ("save([\"a\": ones(2)], \"~/no/a.safetensors\")", "cannot write"),
    ("loadTensors(\"~/no.safetensors\")", "there is no file"),
    ("let net = Sequential(Dense(2)); load(net, \"~/a.safetensors\")", "wants '&'"),
    (
      "var net = Sequential(Dense(2)); fit(&net, digits(9), resume: true)",
      "name it by 'checkpoint'"
    ),
    (
      "var net = Sequential(Dense(2)); fit(&net, digits(9), checkpoint: \"run\")",
      "a checkpoint is written as .safetensors"
    ),
    (
      "save([\"a\": ones(2)], \"~/a.safetensors\"); var net = Sequential(Dense(2)); load(&net, \"~/a.safetensors\")",
      "call build(&net, [1, 28, 28]) first"
    ),
    (
      "save([\"a\": ones(2)], \"~/a.safetensors\"); var net = Sequential(Dense(2)); build(&net, [3]); load(&net, \"~/a.safetensors\")",
      "the file has no tensor '0.weight'"
    ),
  ])
  func aMistakeIsNamed(code: String, message: String) {
    let outcome = run(code)
    #expect(outcome.message.contains(message), "\(outcome.message)")
  }
}

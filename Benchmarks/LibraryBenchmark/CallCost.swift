import Language
import Sessions
import Tensors

/// What a call from the language into the library costs beside the work that it does.
enum CallCost {
  private static let calls = 200_000

  /// Seconds of one `relu(x)` in a loop of the language, less those of the same loop that only reads
  /// `x`, less those of the operation called from Swift.
  static func seconds(runs: Int) throws -> Double {
    let x = try Tensor([-1.0, 2.0, -3.0, 4.0])
    let session = Session(seed: 1, stop: Stop())
    try run("let x = Tensor([-1.0, 2.0, -3.0, 4.0])", in: session)
    var costs: [Double] = []
    for _ in 0...runs {
      let called = try duration { try loop("relu(x)", in: session) }
      let read = try duration { try loop("x", in: session) }
      let work = try duration { for _ in 0..<calls { _ = try relu(x) } }
      costs.append((called - read - work) / Double(calls))
    }
    // The first run warmed up.
    return costs.dropFirst().sorted()[runs / 2]
  }

  private static func loop(_ value: String, in session: Session) throws {
    try run("for i in 0..<\(calls) { let y = \(value) }", in: session)
  }

  private static func run(_ text: String, in session: Session) throws {
    if let failure = session.run(text).failure { throw CallFailure(failure: failure) }
  }

  private struct CallFailure: Error { let failure: Outcome.Failure }
}

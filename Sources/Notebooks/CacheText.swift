import Language
import Sessions

/// The bytes of an entry of the cache: a mark, a checksum, then fields behind their lengths.
enum CacheText {
  private static let mark = "notch cell 1\n"

  /// Nil for an outcome that says nothing about the next run: an interruption.
  static func bytes(of entry: CellCache.Entry) -> [UInt8]? {
    var fields = [entry.key.text, "\(entry.outcome.drewRandom)", "\(entry.outcome.seconds)"]
    fields += ["\(entry.functionNames.count)"] + entry.functionNames.sorted()
    switch entry.outcome.failure {
    case nil: fields.append("well")
    case .interrupted: return nil
    case .diagnostics(let list):
      let first = list.first { $0.severity == .error } ?? list.first
      fields += ["failed", first?.message ?? "", first?.help.map { "+" + $0 } ?? ""]
    case .expectation(let diagnostic):
      fields += ["expected", diagnostic.message, diagnostic.help.map { "+" + $0 } ?? ""]
    }
    fields.append("\(entry.outcome.outputs.count)")
    for output in entry.outcome.outputs {
      let reals = output.reals.map { "\($0.lowerBound)-\($0.upperBound)" }
      fields += [
        output.kind == .result ? "result" : "printed", output.text, reals.joined(separator: " "),
        "\(output.isHelp)",
      ]
    }
    let body = FieldText.text(of: fields)
    return Array((mark + Fingerprint(Array(body.utf8)).text + body).utf8)
  }

  /// Nil for bytes that are no entry of the key.
  static func entry(from bytes: [UInt8], key: Fingerprint) -> CellCache.Entry? {
    let start = mark.utf8.count + 64
    guard bytes.count > start, bytes.starts(with: mark.utf8) else { return nil }
    let body = Array(bytes[start...])
    guard bytes[mark.utf8.count..<start].elementsEqual(Fingerprint(body).text.utf8) else {
      return nil
    }
    var reader = FieldReader(bytes: body)
    guard reader.next() == key.text, let drew = reader.next(), let time = reader.next(),
      let seconds = Double(time), let names = reader.list()
    else { return nil }
    var failure: Outcome.Failure?
    switch reader.next() {
    case "well": break
    case "failed":
      guard let diagnostic = reader.diagnostic() else { return nil }
      failure = .diagnostics([diagnostic])
    case "expected":
      guard var diagnostic = reader.diagnostic() else { return nil }
      diagnostic.kind = .expectation
      failure = .expectation(diagnostic)
    default: return nil
    }
    guard let outputs = reader.outputs(), reader.isAtEnd else { return nil }
    let outcome = Outcome(
      outputs: outputs, failure: failure, seconds: seconds, drewRandom: drew == "true")
    return CellCache.Entry(
      key: key, outcome: outcome, functionNames: Set(names), seed: 0, stream: 0)
  }
}

extension FieldReader {
  fileprivate mutating func diagnostic() -> Diagnostic? {
    guard let message = next(), let help = next() else { return nil }
    return Diagnostic(message, help: help.isEmpty ? nil : String(help.dropFirst()))
  }

  fileprivate mutating func outputs() -> [Output]? {
    guard let count = count() else { return nil }
    var outputs: [Output] = []
    for _ in 0..<count {
      guard let kind = next(), let text = next(), let reals = next(), let isHelp = next() else {
        return nil
      }
      var ranges: [Range<Int>] = []
      for pair in reals.split(separator: " ") {
        let ends = pair.split(separator: "-").compactMap { Int($0) }
        guard ends.count == 2, ends[0] <= ends[1] else { return nil }
        ranges.append(ends[0]..<ends[1])
      }
      var output = Output(kind == "result" ? .result : .printed, text, reals: ranges)
      output.isHelp = isHelp == "true"
      outputs.append(output)
    }
    return outputs
  }
}

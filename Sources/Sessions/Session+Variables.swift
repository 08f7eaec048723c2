public import Language
import Networks
import Tensors

/// What is told of a value in a list of variables.
public struct ValueFacts: Sendable, Equatable {
  /// The name of its type: `Tensor`.
  public var typeName: String
  /// Its shape or how many elements it has: `[3, 4] float32`; empty for what has no size.
  public var size: String
  /// The bytes of its numbers; nil where they are not counted.
  public var bytes: Int?
  /// The beginning of its text, in one line.
  public var firstLine: String
}

extension Session {
  /// Type, size, bytes and first line of a value.
  public func facts(of value: Value) -> ValueFacts {
    ValueFacts(
      typeName: value.kindName, size: size(of: value), bytes: bytes(of: value, depth: 0),
      firstLine: firstLine(of: value))
  }

  func size(of value: Value) -> String {
    switch value {
    case .list(let box): return plural(box.elements.count, "element")
    case .dictionary(let box): return plural(box.count, "entry", "entries")
    case .tuple(let box): return plural(box.elements.count, "part")
    case .shortString, .longString: return plural(value.string?.count ?? 0, "character")
    case .host(let object):
      if let box = object as? Box<Tensor> {
        return "\(box.value.shape) \(box.value.dtype.rawValue)"
      }
      guard let box = object as? PayloadBox else { return "" }
      let names = box.memberNames
      if names.contains("parameterCount"), let count = number("parameterCount", of: value) {
        return plural(count, "parameter")
      }
      if names.contains("count"), let count = number("count", of: value) {
        return grouped(count)
      }
      if names.contains("shape"), let shape = try? member("shape", of: value) {
        return machine.text(of: shape)
      }
      return ""
    default: return ""
    }
  }

  private func number(_ name: String, of value: Value) -> Int? {
    guard case .int(let number)? = try? member(name, of: value) else { return nil }
    return number
  }

  private func bytes(of value: Value, depth: Int) -> Int? {
    guard depth < 8 else { return nil }
    switch value {
    case .list(let box): return sum(box.elements, depth)
    case .tuple(let box): return sum(box.elements, depth)
    case .dictionary(let box): return sum(box.keys.compactMap { box[$0] }, depth)
    case .shortString, .longString: return value.string?.utf8.count ?? 0
    case .host(let object):
      if let box = object as? Box<Tensor> {
        return box.value.count.multipliedReportingOverflow(by: box.value.dtype.size)
          .partialValue
      }
      return number("byteCount", of: value)
    case .int, .double: return 8
    case .bool: return 1
    default: return nil
    }
  }

  private func sum(_ values: [Value], _ depth: Int) -> Int? {
    var total = 0
    for value in values.prefix(100_000) {
      guard let bytes = bytes(of: value, depth: depth + 1) else { return nil }
      total = total.addingReportingOverflow(bytes).partialValue
    }
    return total
  }

  private func firstLine(of value: Value) -> String {
    switch value {
    case .function(let function): return function.signature
    case .shortString, .longString: return "\"\(value.string?.prefix(200) ?? "")\""
    case .list(let box) where box.elements.count > 100:
      let text = machine.text(of: .list(ListBox(Array(box.elements.prefix(100)))))
      return String(text.dropLast()) + ", …"
    default: break
    }
    if case .host(let object) = value, let box = object as? Box<Tensor> {
      // The header goes through all elements, which takes a while where they are many.
      guard box.value.count <= 4_000_000, let header = try? TensorFormat().header(box.value).text
      else { return "" }
      // Its shape and type stand before it already.
      return header.firstIndex(of: "]").map { end in
        let rest = header[header.index(after: end)...]
        return String(rest.split(separator: ",", maxSplits: 1).dropFirst().first ?? "").trimmed
      } ?? header
    }
    let lines = machine.text(of: value).split(separator: "\n")
    // Of a table the first column says more than its heading.
    if lines.count > 2, lines[1].hasPrefix("─") {
      return lines[2...].prefix { !$0.hasPrefix("─") }.map { line in
        String(line.split(separator: " ").first ?? "")
      }.joined(separator: ", ")
    }
    return lines.first.map(String.init) ?? ""
  }

  private func plural(_ count: Int, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? one + "s")"
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}

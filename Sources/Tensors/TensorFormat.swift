/// How tensors are written as text: a header of facts, then the elements in columns.
///
///     Tensor [2, 3] float32, min -1.2341, mean 0.2113, max 2.0012
///     [[ 0.1234, -1.2341,  0.5000],
///      [ 2.0012, -0.6213,  0.5000]]
///
/// The rules of the columns are PyTorch's (`torch.set_printoptions`): a fixed number of digits,
/// one width for all, scientific notation only where it is needed, a cut with `...` in tensors of
/// many elements, lines broken at a width. A tensor without axes is one number with its type:
/// `0.5 (float32)`.
public struct TensorFormat: Sendable, Hashable {
  /// Digits after the point, 0 to 17.
  public var digits: Int
  /// With more elements than this only the edges are written.
  public var threshold: Int
  /// Elements at each edge of an axis that is cut.
  public var edgeItems: Int
  /// Columns of a line.
  public var width: Int

  public init(digits: Int = 4, threshold: Int = 1000, edgeItems: Int = 3, width: Int = 80) {
    self.digits = digits
    self.threshold = threshold
    self.edgeItems = edgeItems
    self.width = width
  }

  /// Text, and where in its UTF-8 the real numbers stand.
  ///
  /// A replay compares what is in the ranges within a tolerance, and all else letter by letter:
  /// shapes, types, counts and whole-number elements are outside.
  public typealias Rendering = (text: String, reals: [Range<Int>])

  /// The header and the elements of a tensor.
  public func render(_ tensor: Tensor) throws -> Rendering {
    var page = Page()
    if tensor.rank == 0 {
      try writeScalar(tensor, on: &page)
      return page.rendering
    }
    try writeHeader(tensor, on: &page)
    if tensor.count > 0 {
      page.write("\n")
      try writeBody(tensor, on: &page)
    }
    return page.rendering
  }

  /// The first line: shape, type, and the least, mean and largest of more than one element.
  ///
  /// The three are of the finite elements; others are counted: `, 2 nan, 1 inf`. A bool tensor
  /// shows how many elements are true.
  public func header(_ tensor: Tensor) throws -> Rendering {
    var page = Page()
    try writeHeader(tensor, on: &page)
    return page.rendering
  }

  /// The elements alone, in brackets; `[]` where there are none.
  public func body(_ tensor: Tensor) throws -> Rendering {
    var page = Page()
    try writeBody(tensor, on: &page)
    return page.rendering
  }

  private func writeScalar(_ tensor: Tensor, on page: inout Page) throws {
    let value = try tensor.item()
    switch tensor.dtype {
    case .float32: page.writeReal(Self.number(value))
    case .bool: page.write(value != 0 ? "true" : "false")
    case .int32, .int8, .uint8: page.write(Columns.whole(value))
    }
    page.write(" (\(tensor.dtype.rawValue))")
  }

  private func writeHeader(_ tensor: Tensor, on page: inout Page) throws {
    page.write("Tensor \(tensor.shape) \(tensor.dtype.rawValue)")
    guard tensor.count != 1 else { return }
    guard tensor.count > 0 else { return page.write(", empty") }
    let facts = try tensor.facts()
    switch tensor.dtype {
    case .bool: page.write(", \(facts.nonzero) of \(tensor.count) true")
    case .int32, .int8, .uint8:
      page.write(", min \(Columns.whole(facts.least)), mean ")
      page.writeReal(statistic(facts.mean))
      page.write(", max \(Columns.whole(facts.greatest))")
    case .float32:
      if facts.finite > 0 {
        let numbers = [("min", facts.least), ("mean", facts.mean), ("max", facts.greatest)]
        for (name, value) in numbers {
          page.write(", \(name) ")
          page.writeReal(
            facts.areWhole && Columns.isShortWhole(value)
              ? Columns.fixed(value, 1) : statistic(value))
        }
      }
      if facts.nans > 0 { page.write(", \(facts.nans) nan") }
      if facts.infinities > 0 { page.write(", \(facts.infinities) inf") }
    }
  }

  /// A number of the header: fixed where its size allows.
  private func statistic(_ value: Double) -> String {
    let digits = Columns.clamped(digits)
    let size = value.magnitude
    return size == 0 || (size >= 1e-4 && size < 1e8)
      ? Columns.fixed(value, digits) : Columns.scientific(value, digits)
  }
}

/// Text under way, with the places of its real numbers.
struct Page {
  private var bytes: [UInt8] = []
  private var reals: [Range<Int>] = []

  mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  mutating func writeSpaces(_ count: Int) {
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, count)))
  }

  mutating func writeReal(_ text: String) {
    let start = bytes.count
    write(text)
    reals.append(start..<bytes.count)
  }

  var rendering: TensorFormat.Rendering { (String(decoding: bytes, as: UTF8.self), reals) }
}

/// What the header tells of a tensor's elements.
private struct Facts {
  var least = Double.infinity
  var greatest = -Double.infinity
  var sum = 0.0
  var finite = 0
  var nans = 0
  var infinities = 0
  var nonzero = 0
  var areWhole = true
  var mean: Double { finite > 0 ? sum / Double(finite) : .nan }

  mutating func note(_ value: Double) {
    if value != 0 { nonzero += 1 }
    guard value.isFinite else {
      if value.isNaN { nans += 1 } else { infinities += 1 }
      return
    }
    finite += 1
    sum += value
    if value < least { least = value }
    if value > greatest { greatest = value }
    if areWhole, value.rounded() != value { areWhole = false }
  }
}

extension Tensor {
  fileprivate func facts() throws -> Facts {
    var facts = Facts()
    switch dtype {
    case .float32: try note(Float.self, into: &facts) { Double($0) }
    case .int32: try note(Int32.self, into: &facts) { Double($0) }
    case .int8: try note(Int8.self, into: &facts) { Double($0) }
    case .uint8: try note(UInt8.self, into: &facts) { Double($0) }
    case .bool: try note(Bool.self, into: &facts) { $0.real }
    }
    return facts
  }

  private func note<E: Element>(
    _ type: E.Type, into facts: inout Facts, _ real: (E) -> Double
  ) throws {
    try withElements(E.self) { elements in
      try Stretches.run(elements.count) { range in
        for i in range { facts.note(real(elements[i])) }
      }
    }
  }
}

extension Tensor: CustomStringConvertible {
  /// The header and elements in the default format; see `TensorFormat`.
  public var description: String {
    do {
      return try TensorFormat().render(self).text
    } catch {
      return "Tensor \(shape) \(dtype.rawValue), unreadable: \(error)"
    }
  }
}

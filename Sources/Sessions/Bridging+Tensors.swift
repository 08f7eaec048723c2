public import Language
public import Tensors

extension Tensor: BridgedPayload {
  static var payloadName: String { "Tensor" }
  public static var wanted: String { "a Tensor or numbers" }

  static let properties: [Property<Tensor>] = [
    Property("shape", "sizes along the axes") { $0.shape.sizes },
    Property("dtype", "type of the elements") { $0.dtype },
    Property("count", "number of elements") { $0.count },
    Property("rank", "number of axes") { $0.rank },
  ]

  func shown() throws -> (text: String, reals: [Range<Int>]) {
    try TensorFormat().render(self)
  }

  public static func accepts(_ value: Value) -> Bool {
    switch value {
    case .host(let object): object is Box<Tensor>
    case .int, .double, .bool, .list: true
    default: false
    }
  }

  /// A tensor, a number, or a list of numbers or lists, which must be even.
  public static func from(_ value: Value, in session: Session) throws -> Tensor {
    switch value {
    case .host(let object):
      guard let box = object as? Box<Tensor> else { throw mismatch(value) }
      return box.value
    case .int(let number):
      // Whole numbers beyond float32's exact ones stay whole as long as int32 can hold them.
      if Float(exactly: number) == nil, let whole = Int32(exactly: number) {
        return try Tensor([whole], shape: [])
      }
      return try Tensor(scalar: Double(number))
    case .double(let number): return try Tensor(scalar: number)
    case .bool(let flag): return try Tensor([flag], shape: [])
    case .list: return try fromList(value, session)
    default: throw mismatch(value)
    }
  }

  private static func fromList(_ value: Value, _ session: Session) throws -> Tensor {
    if value.involvesHost, case .list(let box) = value {
      return try stack(box.elements.map { try Tensor.from($0, in: session) })
    }
    var sizes: [Int] = []
    var level = value
    while case .list(let box) = level {
      sizes.append(box.elements.count)
      guard sizes.count <= Shape.maximumRank else { throw TensorError.tooManyAxes(sizes.count) }
      guard let first = box.elements.first else { break }
      level = first
    }
    let shape = try Shape(sizes)
    var numbers: [Float] = []
    numbers.reserveCapacity(shape.elementCount)
    var isBool = false
    try collect(value, sizes[...], [], &numbers, &isBool)
    let result = try Tensor(numbers, shape: shape)
    return isBool ? try result.cast(to: .bool) : result
  }

  private static func collect(
    _ value: Value, _ sizes: ArraySlice<Int>, _ path: [Int], _ numbers: inout [Float],
    _ isBool: inout Bool
  ) throws {
    guard let size = sizes.first else {
      switch value {
      case .int(let number): numbers.append(Float(number))
      case .double(let number): numbers.append(Float(number))
      case .bool(let flag):
        isBool = true
        numbers.append(flag ? 1 : 0)
      case .list:
        throw TensorError.unevenList("element \(pathText(path)) is a list, the first is a number")
      default: throw Fault("a tensor holds numbers, not \(value.kindInWords)")
      }
      return
    }
    guard case .list(let box) = value else {
      throw TensorError.unevenList(
        "element \(pathText(path)) is \(value.kindInWords), the first is a list")
    }
    guard box.elements.count == size else {
      throw TensorError.unevenList(
        "row \(pathText(path)) has \(box.elements.count) elements, the first has \(size)")
    }
    for (index, element) in box.elements.enumerated() {
      try collect(element, sizes.dropFirst(), path + [index], &numbers, &isBool)
    }
  }

  private static func pathText(_ path: [Int]) -> String {
    path.map(String.init).joined(separator: ", ")
  }

  /// A scalar that is no part of a gradient becomes a number of the language.
  public func bridged(in session: Session) throws -> Value {
    guard rank == 0, !isRecorded else { return .host(Box(detachedIfClosed)) }
    switch dtype {
    case .float32: return .double(shortest(try elements(as: Float.self)[0]))
    case .bool: return .bool(try elements(as: Bool.self)[0])
    default: return .int(Int(try item()))
    }
  }

  /// The tensor without a trace that leads nowhere any more.
  private var detachedIfClosed: Tensor { isRecorded ? self : detached() }
}

/// The real number with the shortest text that still means the same float32: 0.1, not
/// 0.10000000149.
func shortest(_ number: Float) -> Double {
  guard number.isFinite else { return Double(number) }
  return Double(number.description) ?? Double(number)
}

extension DType: Choice {}
extension Padding: Choice {}

extension TensorIndex {
  /// An index as the language writes it: a number, a range, a stride.
  init(_ argument: Argument) throws {
    switch argument.value {
    case .int(let position): self = .at(position)
    case .range(let range):
      guard range.step > 0 else { throw Fault("a slice needs a step above 0") }
      var upper = range.upper
      if let bound = upper, range.isClosed { upper = bound == -1 ? nil : bound &+ 1 }
      self = .range(lower: range.lower, upper: upper, step: range.step)
    default:
      throw Fault("an index is a whole number or a range, not \(argument.value.kindInWords)")
    }
  }
}

/// `[a, b]`.
final class MakeList: Node {
  let elements: [Node]
  init(_ elements: [Node], _ site: Site) {
    self.elements = elements
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    .elements(try elements.map { try $0.eval(frame, machine) })
  }
}

/// `[key: value]`.
final class MakeDictionary: Node {
  let entries: [(key: Node, value: Node)]
  init(_ entries: [(key: Node, value: Node)], _ site: Site) {
    self.entries = entries
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let box = DictionaryBox()
    for entry in entries {
      let key = try machine.key(try entry.key.eval(frame, machine), entry.key.site)
      guard box[key] == nil else {
        throw entry.key.site.error(
          "the key \(machine.quoted(key.value)) stands twice in the dictionary")
      }
      box[key] = try entry.value.eval(frame, machine)
    }
    return .dictionary(box)
  }
}

/// `(a, label: b)`.
final class MakeTuple: Node {
  let elements: [Node]
  let labels: [String?]
  init(_ elements: [Node], _ labels: [String?], _ site: Site) {
    self.elements = elements
    self.labels = labels
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    .tuple(TupleBox(try elements.map { try $0.eval(frame, machine) }, labels: labels))
  }
}

/// `a...b`, `a..<b`, `a...`, `...b`.
final class MakeRange: Node {
  let lower: Node?
  let upper: Node?
  let isClosed: Bool
  init(_ lower: Node?, _ upper: Node?, isClosed: Bool, _ site: Site) {
    self.lower = lower
    self.upper = upper
    self.isClosed = isClosed
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let first = try lower.map { try bound($0, frame, machine) }
    let last = try upper.map { try bound($0, frame, machine) }
    return .range(RangeBox(lower: first, upper: last, isClosed: isClosed))
  }
  private func bound(_ node: Node, _ frame: Frame, _ machine: Machine) throws -> Int {
    let value = try node.eval(frame, machine)
    guard case .int(let bound) = value else {
      throw node.site.error(
        "the bound of a range is an Int, not \(article(value.kindName))",
        help: value.number == nil ? nil : "write stride(from:to:by:) for other steps")
    }
    return bound
  }
}

/// `.name(arguments)`.
final class MakeChoice: Node {
  let name: String
  let arguments: [ArgumentNode]
  init(_ name: String, _ arguments: [ArgumentNode], _ site: Site) {
    self.name = name
    self.arguments = arguments
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    .choice(ChoiceBox(name, arguments: try arguments.map { try $0.eval(frame, machine) }))
  }
}

/// `"text \(value, digits: 3)"`.
final class MakeString: Node {
  enum Piece {
    case text(String)
    case value([ArgumentNode])
  }
  let pieces: [Piece]
  /// The value where the string is nothing but one without a format.
  private let only: Node?
  init(_ pieces: [Piece], _ site: Site) {
    self.pieces = pieces
    if pieces.count == 1, case .value(let arguments) = pieces[0], arguments.count == 1,
      arguments[0].label == nil
    {
      only = arguments[0].node
    } else {
      only = nil
    }
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if let only {
      let value = try only.eval(frame, machine)
      if case .int(let number) = value { return .text(number) }
      return .text(machine.text(of: value))
    }
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let literal): text += literal
      case .value(let arguments): text += try value(arguments, frame, machine)
      }
      guard text.utf8.count <= Limits.bytes else { throw Limits.tooLong(site) }
    }
    return .text(text)
  }

  private func value(
    _ arguments: [ArgumentNode], _ frame: Frame, _ machine: Machine
  ) throws -> String {
    if arguments.count == 1, arguments[0].label == nil {
      let value = try arguments[0].node.eval(frame, machine)
      if case .int(let number) = value { return String(number) }
      return machine.text(of: value)
    }
    let arguments = try arguments.map { try $0.eval(frame, machine) }
    return try machine.locating(site, arguments) {
      try Format(arguments).text(machine)
    }
  }
}

/// How a value in a string is written: `\(x, digits: 3, width: 8)`.
struct Format {
  let value: Value
  let digits: Int?
  let width: Int

  static let parameters = [
    Parameter(name: "value"), Parameter(name: "digits", label: "digits", isOptional: true),
    Parameter(name: "width", label: "width", isOptional: true),
  ]

  init(_ arguments: [Argument]) throws {
    let given = try Given(arguments, for: Format.parameters, of: "the value in a string")
    value = given.value(0)
    digits = try given.has(1) ? given.int(1, in: 0...100) : nil
    width = try given.has(2) ? given.int(2, in: 0...1000) : 0
  }

  func text(_ machine: Machine) throws -> String {
    let text = try formatted(value, machine, depth: 0)
    let padding = width - DisplayWidth.of(text)
    return padding > 0 ? String(repeating: " ", count: padding) + text : text
  }

  private func formatted(_ value: Value, _ machine: Machine, depth: Int) throws -> String {
    guard let digits else { return machine.text(of: value) }
    if let number = value.number { return TextWriter.fixed(number, digits: digits) }
    if case .list(let box) = value, depth < 8 {
      let parts = try box.elements.map { try formatted($0, machine, depth: depth + 1) }
      return "[\(parts.joined(separator: ", "))]"
    }
    if case .host(let object) = value,
      let text = machine.host?.text(of: object, digits: digits)
    {
      return text
    }
    throw Fault(
      "'digits' formats numbers and lists of numbers, not \(article(value.kindName))",
      argument: 0)
  }
}

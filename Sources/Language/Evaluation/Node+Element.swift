/// `base[indices]`, to read and to change.
final class Element: Node {
  let base: Node
  let indices: [ArgumentNode]
  /// The index where there is one without a label.
  private let only: Node?
  private let index: Operand
  /// The slot of the base where it is a local name, else -1.
  private let slot: Int
  init(_ base: Node, _ indices: [ArgumentNode], _ site: Site) {
    self.base = base
    self.indices = indices
    only = indices.count == 1 && indices[0].label == nil ? indices[0].node : nil
    index = Operand(only ?? base)
    slot = (base as? Local)?.slot ?? -1
    super.init(site)
  }

  private func arguments(_ frame: Frame, _ machine: Machine) throws -> [Argument] {
    try indices.map { try $0.eval(frame, machine) }
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    if only != nil, slot >= 0, let position = index.int(frame), position >= 0,
      let element = frame[slot].listElement(position)
    {
      return element
    }
    let value = try base.eval(frame, machine)
    if let only, case .list(let box) = value {
      let index = try only.eval(frame, machine)
      if case .int(let position) = index {
        if position >= 0, position < box.elements.count { return box.elements[position] }
      }
      let argument = Argument(value: index, range: indices[0].range)
      return try machine.element(of: value, at: [argument], site)
    }
    return try machine.element(of: value, at: try arguments(frame, machine), site)
  }

  override var isPlace: Bool { base.isPlace }

  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    let arguments = try arguments(frame, machine)
    try base.modify(frame, machine, leaving: marker) { value in
      try machine.modifyElement(of: &value, at: arguments, leaving: marker, site, body)
    }
  }

  override func assign(_ newValue: Value, _ frame: Frame, _ machine: Machine) throws {
    if let only {
      let index = try only.eval(frame, machine)
      return try base.modify(frame, machine, leaving: .void) { value in
        // The common case, an element of a list at a position from its start.
        if case .int(let position) = index, let count = value.listCount, position >= 0,
          position < count
        {
          value.withElements { $0[position] = newValue }
        } else {
          let argument = Argument(value: index, range: indices[0].range)
          try machine.setElement(of: &value, at: [argument], to: newValue, site)
        }
      }
    }
    let arguments = try arguments(frame, machine)
    try base.modify(frame, machine, leaving: .void) { value in
      try machine.setElement(of: &value, at: arguments, to: newValue, site)
    }
  }
}

extension Machine {
  /// `value[indices]`.
  func element(of value: Value, at indices: [Argument], _ site: Site) throws -> Value {
    if case .host(let object) = value {
      try checkTaken(object, site)
      return try locating(site, indices) {
        guard let host else { throw Fault("nothing knows \(article(object.typeName))") }
        return try host.element(of: value, at: indices)
      }
    }
    if case .dictionary(let box) = value {
      let key = try dictionaryKey(indices, site)
      if let found = box[key] { return found }
      guard indices.count == 2 else { throw missing(key, in: box, site) }
      return indices[1].value
    }
    let index = try single(indices, of: value, site)
    switch (value, index.value) {
    case (.list(let box), .int(let position)):
      return box.elements[try offset(position, box.elements.count, "list", index, site)]
    case (.list(let box), .range(let range)):
      return .elements(
        try positions(range, box.elements.count, "list", index, site).map { box.elements[$0] })
    case (.shortString, .int(let position)), (.longString, .int(let position)):
      let string = value.string ?? ""
      let offset = try offset(position, string.count, "string", index, site)
      return .text(String(string[string.index(string.startIndex, offsetBy: offset)]))
    case (.shortString, .range(let range)), (.longString, .range(let range)):
      let characters = Array(value.string ?? "")
      let positions = try positions(range, characters.count, "string", index, site)
      return .text(String(positions.map { characters[$0] }))
    case (.tuple(let box), .int(let position)):
      return box.elements[try offset(position, box.elements.count, "tuple", index, site)]
    case (.range(let range), .int(let position)):
      guard let extent = range.extent else {
        throw site.error("a range without both bounds has no element at a position")
      }
      let offset = try offset(position, extent.count, "range", index, site)
      return .int(extent.first &+ offset &* range.step)
    case (.list, _), (.shortString, _), (.longString, _):
      throw place(index, site).error(
        "\(article(value.kindName)) is indexed by an Int or a range, "
          + "not \(article(index.value.kindName))")
    case (.tuple, _), (.range, _):
      throw place(index, site).error(
        "\(article(value.kindName)) is indexed by an Int, not \(article(index.value.kindName))")
    default:
      throw site.error("\(article(value.kindName)) has no elements")
    }
  }

  /// Lets a body change `value[indices]`.
  func modifyElement(
    of value: inout Value, at indices: [Argument], leaving marker: Value, _ site: Site,
    _ body: (inout Value) throws -> Void
  ) throws {
    // No box may be bound here: a second reference would make every change a copy.
    if let count = value.listCount, indices.count == 1, indices[0].label == nil,
      case .int(let position) = indices[0].value
    {
      let offset = try offset(position, count, "list", indices[0], site)
      return try changeListElement(of: &value, at: offset, leaving: marker, body)
    }
    if value.isDictionary {
      let key = try dictionaryKey(indices, site)
      try checkPresent(key, in: value, indices, site)
      return try changeEntry(
        of: &value, key, initial: indices.count == 2 ? indices[1].value : .void, body)
    }
    var element = try element(of: value, at: indices, site)
    try body(&element)
    try setElement(of: &value, at: indices, to: element, site)
  }

  private func checkPresent(
    _ key: DictionaryKey, in value: Value, _ indices: [Argument], _ site: Site
  ) throws {
    guard case .dictionary(let box) = value, box[key] == nil, indices.count == 1 else { return }
    throw missing(key, in: box, site)
  }

  private func changeListElement(
    of value: inout Value, at offset: Int, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try value.withElements { elements in
      var element = marker
      swap(&element, &elements[offset])
      defer { elements[offset] = element }
      try body(&element)
    }
  }

  private func changeEntry(
    of value: inout Value, _ key: DictionaryKey, initial: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try value.withEntries { box in
      var element = box.takeValue(of: key) ?? initial
      do {
        try body(&element)
      } catch {
        if box[key] != nil { box[key] = element }
        throw error
      }
      box[key] = element
    }
  }

  /// `value[indices] = newValue`.
  func setElement(
    of value: inout Value, at indices: [Argument], to newValue: Value, _ site: Site
  ) throws {
    if case .host(let object) = value { try checkTaken(object, site) }
    if value.isHost {
      try setHostElement(of: &value, at: indices, to: newValue, site)
    } else if value.isDictionary {
      let key = try dictionaryKey(indices, site)
      value.withEntries { $0[key] = newValue.isVoid ? nil : newValue }
    } else if let count = value.listCount {
      let index = try single(indices, of: value, site)
      try setListElement(of: &value, count, index, to: newValue, site)
    } else {
      throw site.error(
        "the elements of \(article(value.kindName)) cannot be changed one by one")
    }
  }

  private func setHostElement(
    of value: inout Value, at indices: [Argument], to newValue: Value, _ site: Site
  ) throws {
    var taken = value.take()
    defer { value = taken }
    try locating(site, indices) {
      try host?.setElement(of: &taken, at: indices, to: newValue)
    }
  }

  private func setListElement(
    of value: inout Value, _ count: Int, _ index: Argument, to newValue: Value, _ site: Site
  ) throws {
    switch index.value {
    case .int(let position):
      let offset = try offset(position, count, "list", index, site)
      value.withElements { $0[offset] = newValue }
    case .range(let range) where range.step == 1:
      let (lower, upper) = try slice(range, count, "list", index, site)
      guard case .list(let replacement) = newValue else {
        throw site.error(
          "a slice of a list is replaced by a list, not by \(article(newValue.kindName))")
      }
      let elements = replacement.elements
      guard count - (upper - lower) + elements.count <= Limits.elements else {
        throw Limits.tooManyElements(site)
      }
      value.withElements { $0.replaceSubrange(lower..<upper, with: elements) }
    default:
      throw place(index, site).error(
        "the elements of a list are set at an Int or a range, "
          + "not at \(article(index.value.kindName))")
    }
  }
}

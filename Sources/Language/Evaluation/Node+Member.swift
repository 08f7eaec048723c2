/// `base.name`.
final class Member: Node {
  let base: Node
  let name: String
  let nameSite: Site
  init(_ base: Node, _ name: String, _ site: Site, name nameSite: Site) {
    self.base = base
    self.name = name
    self.nameSite = nameSite
    super.init(site)
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    let value = try base.eval(frame, machine)
    if let member = try machine.member(name, of: value, site) { return member }
    throw machine.noMember(name, of: value, nameSite)
  }

  override var isPlace: Bool { base.isPlace }

  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try base.modify(frame, machine, leaving: marker) { value in
      if case .tuple(let box) = value, let position = box.labels.firstIndex(of: name) {
        return try machine.changeTuple(box, &value, position, body)
      }
      guard var member = try machine.member(name, of: value, site) else {
        throw machine.noMember(name, of: value, nameSite)
      }
      try body(&member)
      try set(&value, to: member, machine)
    }
  }

  override func assign(_ newValue: Value, _ frame: Frame, _ machine: Machine) throws {
    try base.modify(frame, machine, leaving: .void) { value in
      if case .tuple(let box) = value, let position = box.labels.firstIndex(of: name) {
        return try machine.changeTuple(box, &value, position) { $0 = newValue }
      }
      try set(&value, to: newValue, machine)
    }
  }

  private func set(_ value: inout Value, to newValue: Value, _ machine: Machine) throws {
    if case .host(let object) = value {
      try machine.checkTaken(object, site)
      var taken = value.take()
      defer { value = taken }
      let isSet = try machine.locating(nameSite) {
        try machine.host?.setMember(name, of: &taken, to: newValue)
      }
      if isSet == true { return }
      throw nameSite.error("cannot set '\(name)' of \(article(object.typeName))")
    }
    throw nameSite.error("cannot set '\(name)' of \(article(value.kindName))")
  }
}

/// `base.0`.
final class Position: Node {
  let base: Node
  let position: Int
  init(_ base: Node, _ position: Int, _ site: Site) {
    self.base = base
    self.position = position
    super.init(site)
  }

  private func tuple(_ value: Value) throws -> TupleBox {
    guard case .tuple(let box) = value else {
      throw site.error(
        "only a tuple has a member '.\(position)', not \(article(value.kindName))",
        help: value.isList ? "write [\(position)] for the element of a list" : nil)
    }
    guard position < box.elements.count else {
      throw site.error("a tuple of \(box.elements.count) has no element .\(position)")
    }
    return box
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    try tuple(try base.eval(frame, machine)).elements[position]
  }

  override var isPlace: Bool { base.isPlace }

  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try base.modify(frame, machine, leaving: marker) { value in
      try machine.changeTuple(try tuple(value), &value, position, body)
    }
  }
}

extension Machine {
  /// Changes an element of a tuple; the other elements are shared.
  fileprivate func changeTuple(
    _ box: TupleBox, _ value: inout Value, _ position: Int,
    _ body: (inout Value) throws -> Void
  ) throws {
    var elements = box.elements
    let labels = box.labels
    try body(&elements[position])
    value = .tuple(TupleBox(elements, labels: labels))
  }

  /// A property of a value: the language's own, a tuple's label, or one of the host; nil when
  /// there is none.
  func member(_ name: String, of value: Value, _ site: Site) throws -> Value? {
    if case .tuple(let box) = value, let position = box.labels.firstIndex(of: name) {
      return box.elements[position]
    }
    if let property = Properties.property(name, of: value) {
      return try locating(site) { try property(value) }
    }
    if case .host(let object) = value { try checkTaken(object, site) }
    return try locating(site) { try host?.member(name, of: value) }
  }

  /// The names behind a dot: properties, methods and what the host adds.
  public func memberNames(of value: Value) -> [String] {
    var names = Properties.names(of: value) + Methods.names(of: value)
    if case .tuple(let box) = value { names += box.labels.compactMap { $0 } }
    names += host?.memberNames(of: value) ?? []
    return Array(Set(names)).sorted()
  }

  func noMember(_ name: String, of value: Value, _ site: Site) -> Diagnostic {
    var help: String?
    if Methods.method(name, of: value) != nil {
      help = "'\(name)' is a method; write \(name)(…)"
    } else if let nearest = Suggestion.nearest(to: name, among: memberNames(of: value)) {
      help = "did you mean '\(nearest)'?"
    } else if case .tuple(let box) = value {
      let labels = box.labels.compactMap { $0 }
      if !labels.isEmpty {
        help = "its labels are \(labels.map { "'\($0)'" }.joined(separator: ", "))"
      }
    }
    return site.error(
      "\(article(value.kindName)) has no member '\(name)'", label: "unknown", help: help)
  }
}

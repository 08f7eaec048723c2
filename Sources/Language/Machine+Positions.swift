extension Machine {
  /// The place of an index, or of the whole where it has none.
  func place(_ index: Argument, _ site: Site) -> Site {
    Site(source: site.source, range: index.range == .none ? site.range : index.range)
  }

  /// The only index in the brackets.
  func single(_ indices: [Argument], of value: Value, _ site: Site) throws -> Argument {
    if let label = indices.first?.label ?? indices.dropFirst().first?.label {
      throw site.error(
        "a subscript of \(article(value.kindName)) has no label '\(label)'")
    }
    guard indices.count == 1 else {
      throw site.error(
        "\(article(value.kindName)) has one index, not \(indices.count)",
        help: value.isList ? "write [0][1] for the element of a list in a list" : nil)
    }
    return indices[0]
  }

  /// The key in the brackets, with which a `default:` may stand.
  func dictionaryKey(_ indices: [Argument], _ site: Site) throws -> DictionaryKey {
    let labels = indices.map(\.label)
    guard labels == [nil] || labels == [nil, "default"] else {
      let label = indices.first { $0.label != nil }?.labelRange ?? .none
      throw Site(source: site.source, range: label == .none ? site.range : label).error(
        "a dictionary is read with d[key] or d[key, default: value]")
    }
    return try key(indices[0].value, place(indices[0], site))
  }

  func missing(_ key: DictionaryKey, in box: DictionaryBox, _ site: Site) -> Diagnostic {
    var help = "d[key, default: value] gives a value for a key that is not there"
    if case .string(let name) = key {
      let names = box.keys.compactMap { if case .string(let text) = $0 { text } else { nil } }
      if let nearest = Suggestion.nearest(to: name, among: names) {
        help = "did you mean \"\(nearest)\"?"
      }
    }
    return site.error("the dictionary has no key \(quoted(key.value))", help: help)
  }

  /// The offset of a position, which counts from the end when it is negative.
  func offset(
    _ position: Int, _ count: Int, _ what: String, _ index: Argument, _ site: Site
  ) throws -> Int {
    let offset = position < 0 ? position + count : position
    guard offset >= 0, offset < count else {
      throw place(index, site).error(
        "the position \(position) is out of range; the \(what) "
          + (count == 0 ? "is empty" : "has \(count) \(count == 1 ? "element" : "elements")"))
    }
    return offset
  }

  /// The offsets that a range takes, its bounds counted from the end when they are negative.
  func slice(
    _ range: RangeBox, _ count: Int, _ what: String, _ index: Argument, _ site: Site
  ) throws -> (lower: Int, upper: Int) {
    func absolute(_ bound: Int) -> Int { bound < 0 ? bound + count : bound }
    let lower = range.lower.map(absolute) ?? 0
    var upper = range.upper.map(absolute) ?? count
    if range.isClosed, range.upper != nil {
      upper = upper == Int.max ? upper : upper + 1
    }
    guard lower >= 0, upper <= count, lower <= upper else {
      throw place(index, site).error(
        "the range \(text(of: .range(range))) does not lie in the \(what) of \(count)")
    }
    return (lower, upper)
  }

  /// The offsets that a range or a stride takes, in order.
  func positions(
    _ range: RangeBox, _ count: Int, _ what: String, _ index: Argument, _ site: Site
  ) throws -> [Int] {
    if range.step == 1 {
      let (lower, upper) = try slice(range, count, what, index, site)
      return Array(lower..<upper)
    }
    guard let extent = range.extent, extent.count <= Limits.elements else {
      throw place(index, site).error("the stride does not lie in the \(what) of \(count)")
    }
    return try (0..<extent.count).map {
      try offset(extent.first &+ $0 &* range.step, count, what, index, site)
    }
  }

  /// Reading a variable while a call changes it would read nothing.
  func checkTaken(_ object: HostObject, _ site: Site) throws {
    guard object is TakenObject else { return }
    throw site.error(
      "this variable is being changed by a call and cannot be read until it is done",
      help: "copy it before: let copy = …")
  }
}

extension DictionaryBox {
  /// Takes the value of a key out and leaves nothing in its place.
  func takeValue(of key: DictionaryKey) -> Value? {
    guard var value = self[key] else { return nil }
    self[key] = Value.void
    let taken = value.take()
    return taken
  }
}

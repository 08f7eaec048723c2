/// A place in a text: what an error points at.
struct Site {
  let source: Source
  let range: SourceRange

  func mark(_ label: String = "") -> Diagnostic.Mark {
    Diagnostic.Mark(source: source, range: range, label: label)
  }

  func error(
    _ message: String, label: String = "", help: String? = nil
  ) -> Diagnostic {
    Diagnostic(message, primary: mark(label), help: help)
  }
}

/// The slots of one call: parameters, captured values, then the other local names.
typealias Frame = UnsafeMutablePointer<Value>

/// How a statement ended.
enum Flow {
  case next
  case leaveLoop
  case nextTurn
  case giveBack(Value)
}

/// A part of a program that can be run: the tree that the resolver makes.
///
/// Nodes are immutable, so that a function may run while it runs. Subclasses are final.
class Node {
  let site: Site
  init(_ site: Site) { self.site = site }

  /// The value of an expression.
  func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    preconditionFailure("every expression has a value")
  }

  /// Runs it as a statement.
  func execute(_ frame: Frame, _ machine: Machine) throws -> Flow {
    if case .host(let object) = try eval(frame, machine) { machine.host?.dropped(object) }
    return .next
  }

  /// Its value as a condition.
  func condition(_ frame: Frame, _ machine: Machine) throws -> Bool {
    let value = try eval(frame, machine)
    guard case .bool(let flag) = value else { throw machine.notACondition(value, site) }
    return flag
  }

  /// Whether `modify` works: a variable, or a part of one.
  var isPlace: Bool { false }

  /// Takes the value out of its place, lets a body change it, and puts it back.
  ///
  /// It is put back also after an error. While the body runs, `marker` stands in the place.
  func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    preconditionFailure("only a place can be modified")
  }

  /// Replaces the value of a place.
  func assign(_ value: Value, _ frame: Frame, _ machine: Machine) throws {
    try modify(frame, machine, leaving: .void) { $0 = value }
  }
}

/// A type's name with its article: `an Int`, `a Tensor`.
func article(_ name: String) -> String {
  guard let first = name.first, name != "nil" else { return name }
  return "AEIOU".contains(first) ? "an \(name)" : "a \(name)"
}

/// A value that is known before the program runs.
final class Constant: Node {
  let value: Value
  init(_ value: Value, _ site: Site) {
    self.value = value
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value { value }
}

/// A name of the running call.
final class Local: Node {
  let slot: Int
  /// Where the name is defined.
  let definition: SourceRange
  init(_ slot: Int, _ site: Site, definition: SourceRange = .none) {
    self.slot = slot
    self.definition = definition
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value { frame[slot] }
  override var isPlace: Bool { true }
  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    var value = marker
    swap(&value, &frame[slot])
    defer { frame[slot] = value }
    try body(&value)
  }
  override func assign(_ value: Value, _ frame: Frame, _ machine: Machine) throws {
    frame[slot] = value
  }
}

/// A global name that surely has a value when it is read.
final class Global: Node {
  let entry: GlobalEntry
  let slot: UnsafeMutablePointer<Value>
  init(_ entry: GlobalEntry, _ site: Site) {
    self.entry = entry
    slot = entry.slot
    super.init(site)
  }
  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value { slot.pointee }
  override var isPlace: Bool { true }

  /// A function may change a name that a later cell defined anew as a `let`.
  private func checkMutable() throws {
    guard entry.isMutable else {
      throw site.error("cannot change '\(entry.name)'; it is a 'let' now")
    }
  }

  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try checkMutable()
    var value = marker
    swap(&value, &slot.pointee)
    defer { slot.pointee = value }
    try body(&value)
  }

  override func assign(_ value: Value, _ frame: Frame, _ machine: Machine) throws {
    try checkMutable()
    slot.pointee = value
  }
}

/// A global name in a function that may be called before the name has a value.
final class EarlyGlobal: Node {
  let global: Global
  init(_ entry: GlobalEntry, _ site: Site) {
    global = Global(entry, site)
    super.init(site)
  }

  private func check() throws {
    guard global.entry.isDefined else {
      throw site.error("'\(global.entry.name)' has no value yet")
    }
  }

  override func eval(_ frame: Frame, _ machine: Machine) throws -> Value {
    try check()
    return global.slot.pointee
  }
  override var isPlace: Bool { true }
  override func modify(
    _ frame: Frame, _ machine: Machine, leaving marker: Value,
    _ body: (inout Value) throws -> Void
  ) throws {
    try check()
    try global.modify(frame, machine, leaving: marker, body)
  }
}

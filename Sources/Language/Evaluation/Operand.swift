/// A side of an operator: a name or a number is read where it stands, without a call.
///
/// It holds no reference and reading it as an Int copies no value, so that neither costs a reference
/// count.
struct Operand {
  private enum Kind { case local, global, constant, node }
  private let kind: Kind
  private let slot: Int
  private let pointer: UnsafeMutablePointer<Value>?
  private let constant: Int

  init(_ node: Node) {
    var (kind, slot, constant) = (Kind.node, 0, 0)
    var pointer: UnsafeMutablePointer<Value>?
    switch node {
    case let local as Local: (kind, slot) = (.local, local.slot)
    case let global as Global: (kind, pointer) = (.global, global.slot)
    case let fixed as Constant:
      if case .int(let number) = fixed.value { (kind, constant) = (.constant, number) }
    default: break
    }
    (self.kind, self.slot, self.constant, self.pointer) = (kind, slot, constant, pointer)
  }

  /// Whether it must be run to have its value.
  var isNode: Bool {
    @inline(__always) get { kind == .node }
  }

  /// The slot where it is a local name, else -1.
  var localSlot: Int { kind == .local ? slot : -1 }

  /// The number, where it is an Int that can be had without running anything.
  @inline(__always)
  func int(_ frame: Frame) -> Int? {
    switch kind {
    case .local: if case .int(let number) = frame[slot] { return number }
    case .constant: return constant
    case .global:
      if let pointer, case .int(let number) = pointer.pointee { return number }
    case .node: break
    }
    return nil
  }

  /// The value; a node other than a name or a number is run.
  @inline(__always)
  func eval(_ node: Node, _ frame: Frame, _ machine: Machine) throws -> Value {
    switch kind {
    case .constant: return .int(constant)
    case .local: return frame[slot]
    case .global, .node: return try node.eval(frame, machine)
    }
  }
}

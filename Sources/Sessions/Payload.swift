import Datasets
import Figures
import Language
import Networks
import Quantization
import Tensors

/// A type of the library that the language carries as a host object.
protocol Payload {
  /// The name of its type as a user reads it.
  static var payloadName: String { get }
  /// What stands behind a dot, in the order of the reference.
  static var properties: [Property<Self>] { get }
  /// How it is shown as the result of a cell.
  func shown() throws -> (text: String, reals: [Range<Int>])
  /// The picture that its text draws, if it is one.
  var figure: Figure? { get }
  /// What a terminal shows below its text.
  var aside: String? { get }
  /// What calling it does, if it can be called.
  var callable: ((Tensor) throws -> Tensor)? { get }
  /// Whether a function of the program is part of it.
  var holdsFunction: Bool { get }
}

extension Payload {
  var figure: Figure? { nil }
  var aside: String? { nil }
  var callable: ((Tensor) throws -> Tensor)? { nil }
  var holdsFunction: Bool { false }
}

/// A property of a library type as the language sees it.
struct Property<Owner>: Sendable {
  let name: String
  let summary: String
  let typeName: String
  let get: @Sendable (Owner, Session) throws -> Value

  init<R: Bridged>(
    _ name: String, _ summary: String, _ get: @escaping @Sendable (Owner) throws -> R
  ) {
    self.name = name
    self.summary = summary
    typeName = R.typeName
    self.get = { owner, session in try get(owner).bridged(in: session) }
  }
}

/// The host object that holds a library value, without its type.
class PayloadBox: HostObject {
  func member(_ name: String, in session: Session) throws -> Value? { nil }
  var memberNames: [String] { [] }
  /// Type and meaning of a member: `Int, number of axes`.
  func memberSummary(_ name: String) -> String? { nil }
  var text: String { typeName }
  func shown() throws -> (text: String, reals: [Range<Int>]) { (typeName, []) }
  var figure: Figure? { nil }
  var aside: String? { nil }
  var callable: ((Tensor) throws -> Tensor)? { nil }
}

/// The host object that holds a library value.
///
/// A class under a class, not a protocol: to find out that an object is one costs little then.
final class Box<P: Payload>: PayloadBox {
  var value: P
  init(_ value: P) {
    self.value = value
    super.init()
  }

  override var typeName: String { P.payloadName }

  override func member(_ name: String, in session: Session) throws -> Value? {
    let properties = P.properties
    for index in properties.indices where properties[index].name == name {
      return try properties[index].get(value, session)
    }
    return nil
  }

  override var memberNames: [String] { P.properties.map(\.name) }
  override func memberSummary(_ name: String) -> String? {
    P.properties.first { $0.name == name }.map { "\($0.typeName), \($0.summary)" }
  }
  override var text: String { (try? value.shown().text) ?? P.payloadName }
  override func shown() throws -> (text: String, reals: [Range<Int>]) { try value.shown() }
  override var figure: Figure? { value.figure }
  override var aside: String? { value.aside }
  override var callable: ((Tensor) throws -> Tensor)? { value.callable }
  override var holdsFunction: Bool { value.holdsFunction }
}

/// A payload crosses as its box.
protocol BridgedPayload: Payload, Bridged {}

extension BridgedPayload {
  public static var typeName: String { payloadName }
  public static var wanted: String {
    ("AEIOU".contains(payloadName.first ?? " ") ? "an " : "a ") + payloadName
  }
  public static func accepts(_ value: Value) -> Bool {
    if case .host(let object) = value { object is Box<Self> } else { false }
  }
  public static func from(_ value: Value, in session: Session) throws -> Self {
    guard case .host(let object) = value, let box = object as? Box<Self> else {
      throw mismatch(value)
    }
    return box.value
  }
  public func bridged(in session: Session) throws -> Value { .host(Box(self)) }
}

extension BridgedPayload where Self: CustomStringConvertible {
  func shown() throws -> (text: String, reals: [Range<Int>]) {
    (description, RealNumbers.ranges(in: description))
  }
}

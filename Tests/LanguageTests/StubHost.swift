import Language

/// A host with one kind of object, a counter, and a few functions on it.
final class StubHost: Host {
  var written = ""
  var notes: [String] = []
  var isInterrupted = false
  private let functions: [String: Function]

  init() {
    let all: [Function] = [
      StubFunction("makeCounter") { _, _ in .host(Counter(0)) },
      StubFunction("bump", inoutPositions: [0]) { arguments, _ in
        guard case .host(let object)? = arguments.first?.value, let counter = object as? Counter
        else { throw Fault("bump wants a counter", argument: 0) }
        let by = if case .int(let step)? = arguments.dropFirst().first?.value { step } else { 1 }
        arguments[0].value = .host(Counter(counter.count + by))
        return .int(counter.count + by)
      },
      StubFunction("bumpAfter", inoutPositions: [0]) { arguments, machine in
        _ = try machine.call(arguments[1].value, [])
        return .void
      },
      StubFunction("twice") { arguments, machine in
        guard let function = arguments.last?.value else { throw Fault("twice wants a closure") }
        _ = try machine.call(function, [.int(1)])
        return try machine.call(function, [.int(2)])
      },
      StubFunction("fail") { _, _ in throw StubError.broken },
    ]
    functions = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  func global(named name: String) -> Value? { functions[name].map { .function($0) } }
  var globalNames: [String] { Array(functions.keys) }
  var choiceNames: Set<String> { ["halfEven"] }

  func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value) throws -> Value? {
    guard operation == .add, case .host(let object) = left, let counter = object as? Counter,
      case .int(let added) = right
    else { return nil }
    return .host(Counter(counter.count + added))
  }

  func unary(_ operation: UnaryOperator, _ operand: Value) throws -> Value? { nil }

  func member(_ name: String, of value: Value) throws -> Value? {
    guard case .host(let object) = value, let counter = object as? Counter else { return nil }
    return name == "count" ? .int(counter.count) : nil
  }
  func memberNames(of value: Value) -> [String] {
    if case .host = value { ["count"] } else { [] }
  }

  func element(of value: Value, at indices: [Argument]) throws -> Value {
    guard case .int(let index)? = indices.first?.value else {
      throw Fault("a counter wants an Int", argument: 0)
    }
    return .int(index * 10)
  }

  func setElement(of value: inout Value, at indices: [Argument], to newValue: Value) throws {
    guard case .host(var object) = value, case .int(let number) = newValue else {
      throw Fault("a counter takes an Int")
    }
    value = .void
    guard isKnownUniquelyReferenced(&object) else { throw Fault("the counter is shared") }
    value = .host(Counter(number))
  }

  func call(
    _ callee: Value, _ arguments: [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value? {
    guard case .host(let object) = callee, let counter = object as? Counter else { return nil }
    return .int(counter.count + arguments.count)
  }

  func iterator(over value: Value) throws -> (() throws -> Value?)? {
    guard case .host(let object) = value, let counter = object as? Counter else { return nil }
    var next = 0
    return {
      guard next < counter.count else { return nil }
      defer { next += 1 }
      return .int(next)
    }
  }

  func text(of object: HostObject) -> String {
    (object as? Counter).map { "Counter(\($0.count))" } ?? object.typeName
  }

  func areEqual(_ left: HostObject, _ right: HostObject) -> Bool? {
    guard let left = left as? Counter, let right = right as? Counter else { return nil }
    return left.count == right.count
  }

  func describe(_ error: any Error) -> Fault {
    error is StubError ? Fault("the stub is broken", help: "mend it") : Fault("\(error)")
  }

  func write(_ text: String) { written += text }
  func note(_ text: String) { notes.append(text) }
  func brief(_ object: HostObject) -> String? {
    (object as? Counter).map { "a Counter of \($0.count)" }
  }
  func text(of object: HostObject, digits: Int) -> String? {
    (object as? Counter).map { "\($0.count)." + String(repeating: "0", count: digits) }
  }
}

enum StubError: Error { case broken }

final class Counter: HostObject {
  let count: Int
  init(_ count: Int) { self.count = count }
  override var typeName: String { "Counter" }
}

final class StubFunction: Function {
  private let inoutPositions: Set<Int>
  private let body: (inout [Argument], Machine) throws -> Value

  init(
    _ name: String, inoutPositions: Set<Int> = [],
    body: @escaping (inout [Argument], Machine) throws -> Value
  ) {
    self.inoutPositions = inoutPositions
    self.body = body
    super.init(name: name)
  }

  override func isInout(at position: Int) -> Bool { inoutPositions.contains(position) }

  override func call(
    _ arguments: inout [Argument], at range: SourceRange, in machine: Machine
  ) throws -> Value {
    try body(&arguments, machine)
  }
}

/// Runs one text and tells all that came of it as lines.
struct Outcome {
  var output: String
  var errors: String
  var value: Value = .void
}

func outcome(of text: String, named name: String = "input", stepLimit: Int? = nil) -> Outcome {
  let host = StubHost()
  let machine = Machine(host: host)
  machine.stepLimit = stepLimit
  let renderer = DiagnosticRenderer()
  do {
    let value = try machine.run(Source(text, name: name))
    if !value.isVoid { host.write(machine.text(of: value) + "\n") }
    return Outcome(output: host.written, errors: "", value: value)
  } catch let list as DiagnosticList {
    let text = list.diagnostics.map { renderer.render($0) }.joined(separator: "\n")
    return Outcome(output: host.written, errors: text)
  } catch let diagnostic as Diagnostic {
    return Outcome(output: host.written, errors: renderer.render(diagnostic))
  } catch {
    return Outcome(output: host.written, errors: "\(error)")
  }
}

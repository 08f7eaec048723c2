/// Runs programs cell by cell: owns the global names, the slots of running calls and the limits.
///
///     let machine = Machine(host: host)
///     _ = try machine.run(Source("let x = 2", name: "cell 1"))
///     let value = try machine.run(Source("x * 21", name: "cell 2"))   // 42
///
/// A machine belongs to one thread at a time. It holds its host weakly, since the host commonly
/// owns the machine.
public final class Machine {
  /// The program around the language; without one, only the language's own names are known.
  public private(set) weak var host: (any Host)?
  let globals = GlobalTable()

  /// How many calls of the language may be open at once.
  public var maximumDepth: Int {
    get { depthLimit }
    set { depthLimit = max(1, newValue) }
  }
  private var depthLimit = 10_000
  /// How many turns of loops and calls a run may take, roughly; nil for no limit.
  public var stepLimit: Int? {
    didSet { stepsTaken = 0 }
  }

  private let slots: UnsafeMutablePointer<Value>
  private let slotEnd: UnsafeMutablePointer<Value>
  private var top: UnsafeMutablePointer<Value>
  var depth = 0
  private var stackLimit: UInt = 0
  private var countdown = Machine.pollInterval
  private var stepsTaken = 0
  /// Whether a run is under way, so that a run inside it goes on with its limits.
  private var isRunning = false

  /// Turns of loops and calls between two looks at the host's flag.
  private static let pollInterval = 256
  private static let slotCount = 1 << 20

  /// Stands in a variable while a call changes it.
  let taken = Value.host(TakenObject())

  public init(host: any Host) {
    self.host = host
    slots = .allocate(capacity: Machine.slotCount)
    slotEnd = slots + Machine.slotCount
    top = slots
  }

  deinit {
    // A global function holds the slots it reads, and so itself.
    for entry in globals.entries { entry.clear() }
    globals.retirement.values.removeAll()
    slots.deallocate()
  }

  /// Parses, resolves and runs a text.
  ///
  /// - Returns: The value of the last statement where it is an expression, else `.void`.
  /// - Throws: `DiagnosticList` when the text is not a program, `Diagnostic` when an error occurs
  ///   in it, `Interruption` when it was stopped.
  public func run(_ source: Source) throws -> Value {
    try withLargeStack { try runHere(source) }
  }

  private func runHere(_ source: Source) throws -> Value {
    let parsed = Parser.recoveredProgram(of: source.text)
    var resolver = Resolver(source: source, globals: globals, host: host)
    resolver.doubtfulNames = parsed.doubtfulNames
    let code = resolver.program(parsed.statements)
    let diagnostics = parsed.errors.map { $0.diagnostic(in: source) } + resolver.diagnostics
    guard diagnostics.isEmpty else { throw DiagnosticList(inOrder: diagnostics) }
    return try entered {
      guard let frame = enter(code.frameSize) else { throw tooDeep(code, code.body.site) }
      defer { leave(frame, code.frameSize) }
      return try runBody(code, frame)
    }
  }

  /// Calls a function of the language or of the host: for builtins that take closures.
  ///
  /// - Throws: A `Diagnostic` where the callee is a closure; what the callee throws otherwise.
  public func call(
    _ function: Value, _ arguments: [Value], at range: SourceRange = .none
  ) throws -> Value {
    var arguments = arguments.map { Argument(value: $0, range: range) }
    return try withLargeStack { try entered { try callAny(function, &arguments, at: range) } }
  }

  /// Calls with labels and inout arguments, whose values are changed in the list.
  public func call(
    _ function: Value, with arguments: inout [Argument], at range: SourceRange = .none
  ) throws -> Value {
    try withLargeStack { try entered { try callAny(function, &arguments, at: range) } }
  }

  private func callAny(
    _ function: Value, _ arguments: inout [Argument], at range: SourceRange
  ) throws -> Value {
    switch function {
    case .function(let function):
      return try function.call(&arguments, at: range, in: self)
    case .host:
      if let result = try host?.call(function, arguments, at: range, in: self) { return result }
      fallthrough
    default:
      throw Fault("\(article(function.kindName)) cannot be called")
    }
  }

  /// Sets up the limits where this is the outermost entry into the machine.
  private func entered<Result>(_ body: () throws -> Result) throws -> Result {
    let saved = (isRunning, stackLimit, depth, top)
    // Functions that were replaced while they may have run can go now.
    defer { if !isRunning { globals.retirement.values.removeAll() } }
    // On a stack that is not ours the outermost entry knows best where it ends.
    if !isRunning || NativeStack.isLarge { stackLimit = NativeStack.limit }
    if !isRunning {
      isRunning = true
      stepsTaken = 0
      countdown = turns(before: stepLimit)
    }
    defer { (isRunning, stackLimit, depth, top) = saved }
    return try body()
  }

  private func turns(before limit: Int?) -> Int {
    guard let limit else { return Machine.pollInterval }
    return max(1, min(Machine.pollInterval, limit - stepsTaken))
  }

  /// The text of a value as `print` writes it.
  public func text(of value: Value) -> String {
    if let string = value.string { return string }
    var writer = TextWriter(host: host)
    writer.write(value)
    return writer.text
  }

  /// Counts a turn of a loop or a call; now and then looks whether to stop.
  @inline(__always)
  func turn() throws {
    countdown &-= 1
    if countdown <= 0 { try poll() }
  }

  /// Counts many turns at once: for loops that run natively.
  func turns(_ count: Int) throws {
    countdown -= min(count, Machine.pollInterval)
    if countdown <= 0 { try poll() }
  }

  private func poll() throws {
    if host?.isInterrupted == true {
      countdown = 1
      throw Interruption(.user)
    }
    stepsTaken += stepLimit.map { min(Machine.pollInterval, max(1, $0 - stepsTaken)) } ?? 0
    if let stepLimit, stepsTaken >= stepLimit {
      countdown = 1
      throw Interruption(.stepLimit)
    }
    countdown = turns(before: stepLimit)
  }

  /// Opens the frame of a call, all of whose slots are empty; nil when the calls are too deep.
  @inline(__always)
  func enter(_ frameSize: Int) -> Frame? {
    let frame = top
    let end = frame + frameSize
    guard depth < depthLimit, end <= slotEnd, NativeStack.here > stackLimit else { return nil }
    frame.initialize(repeating: .void, count: frameSize)
    top = end
    depth &+= 1
    return frame
  }

  @inline(__always)
  func leave(_ frame: Frame, _ frameSize: Int) {
    var slot = frame
    let end = frame + frameSize
    while slot < end {
      slot.deinitialize(count: 1)
      slot += 1
    }
    top = frame
    depth &-= 1
  }

  func tooDeep(_ code: FunctionCode, _ site: Site?) -> Diagnostic {
    let name = code.name.isEmpty ? "a closure" : "'\(code.name)'"
    return (site ?? code.site).error(
      "the calls are nested too deeply, \(depth) of them, the last of \(name)",
      help: "a function that calls itself needs a case in which it does not")
  }

  /// Puts captured values in their slots.
  func prepare(_ function: Function, _ frame: Frame) {
    let closure = unsafeDowncast(function, to: Closure.self)
    let code = closure.code
    for position in code.captures.indices {
      frame[code.captures[position].inner] = closure.captured[position]
    }
    if code.selfSlot >= 0 { frame[code.selfSlot] = .function(closure) }
  }

  @inline(__always)
  func runBody(_ code: FunctionCode, _ frame: Frame) throws -> Value {
    try turn()
    if code.isExpression { return try code.body.eval(frame, self) }
    if case .giveBack(let value) = try code.body.execute(frame, self) { return value }
    return .void
  }
}

/// What stands in a variable while a call changes it.
final class TakenObject: HostObject {
  override var typeName: String { "variable that a call is changing" }
}

/// Everything that is wrong in one text, found before it runs.
public struct DiagnosticList: Error, Sendable {
  public var diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }

  /// The first errors of one text in the order of their places.
  init(inOrder diagnostics: [Diagnostic]) {
    func place(_ diagnostic: Diagnostic) -> Int32 { diagnostic.primary?.range.lower ?? -1 }
    let sorted = diagnostics.enumerated().sorted {
      (place($0.element), $0.offset) < (place($1.element), $1.offset)
    }
    self.diagnostics = sorted.prefix(RecoveredProgram.maximumErrors).map(\.element)
  }
}

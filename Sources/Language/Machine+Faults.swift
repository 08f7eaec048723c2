extension Machine {
  /// Runs a body and gives its errors a place: that of the argument at fault, or the whole.
  func locating<Result>(_ site: Site, _ body: () throws -> Result) throws -> Result {
    try locating(site, [], body)
  }

  func locating<Result>(
    _ site: Site, _ arguments: [Argument], _ body: () throws -> Result
  ) throws -> Result {
    do {
      return try body()
    } catch {
      throw located(error, site, arguments)
    }
  }

  /// The error with its place; what has one, or stops the run, stays as it is.
  func located(_ error: any Error, _ site: Site, _ arguments: [Argument]) -> any Error {
    if error is Diagnostic || error is DiagnosticList || error is Interruption { return error }
    if let interruption = host?.interruption(from: error) { return interruption }
    let fault =
      (error as? Fault) ?? host?.describe(error) ?? Fault("\(error)")
    var range = site.range
    if let position = fault.argument, arguments.indices.contains(position) {
      let argument = arguments[position]
      let place = fault.isAtLabel ? argument.labelRange : argument.range
      if place != .none { range = place }
    }
    return Site(source: site.source, range: range).error(fault.message, help: fault.help)
  }

  /// Adds to an error inside a function from where the function was called.
  func traced(_ error: any Error, _ site: Site) -> any Error {
    guard var diagnostic = error as? Diagnostic,
      !diagnostic.secondary.contains(where: { $0.label == Machine.calledFrom }),
      diagnostic.primary?.range != site.range || diagnostic.primary?.source !== site.source
    else { return error }
    diagnostic.secondary.append(site.mark(Machine.calledFrom))
    return diagnostic
  }

  /// Adds to an error of an operation what its variables hold and where they were made.
  ///
  /// Only values that a reader cannot see in the line are named, and only where a program made
  /// them.
  func naming(_ error: any Error, _ sides: [(node: Node, value: Value)]) -> any Error {
    guard var diagnostic = error as? Diagnostic, diagnostic.secondary.isEmpty else { return error }
    // An error about two numbers names them itself.
    guard !sides.allSatisfy({ $0.value.number != nil }) else { return error }
    for (node, value) in sides {
      guard let text = describe(value), let mark = definition(of: node) else { continue }
      let name = node.site.text
      guard !name.hasPrefix("$"), !diagnostic.secondary.contains(where: { $0.range == mark.range })
      else { continue }
      diagnostic.secondary.append(
        Diagnostic.Mark(
          source: mark.source, range: mark.range, label: "'\(name)' is \(text)"))
    }
    return diagnostic
  }

  /// What a value is, in a few words: `a Tensor [3, 4]`, `a List of 3`; nil for nothing at all.
  func describe(_ value: Value) -> String? {
    switch value {
    case .void: "nil"
    case .int, .double, .bool: "\(article(value.kindName)), \(brief(value))"
    case .host(let object): host?.brief(object) ?? article(object.typeName)
    case .list(let box): "a List of \(box.elements.count)"
    default: article(value.kindName)
    }
  }

  private func definition(of node: Node) -> Diagnostic.Mark? {
    switch node {
    case let local as Local where local.definition != .none:
      Diagnostic.Mark(source: node.site.source, range: local.definition)
    case let global as Global: global.entry.definition
    case let early as EarlyGlobal: early.global.entry.definition
    default: nil
    }
  }

  /// The error of a condition that is no Bool.
  func notACondition(_ value: Value, _ site: Site) -> Diagnostic {
    var help: String?
    switch value {
    case .int, .double: help = "compare it with something: \(site.text) != 0"
    case .shortString, .longString, .list, .dictionary: help = "write !\(site.text).isEmpty"
    default: break
    }
    let text = site.text
    let isShown = text.count <= 30 && text.first?.isLetter == true
    return site.error(
      "a condition is a Bool, not \(article(value.kindName))", help: isShown ? help : nil)
  }

  private static let calledFrom = "called from here"

  /// A value as it stands in a list: strings in quotes.
  func quoted(_ value: Value) -> String {
    var writer = TextWriter(host: host)
    writer.write(value, quoted: true)
    return writer.text
  }

  /// A value in few characters, for messages.
  func brief(_ value: Value) -> String {
    let text = quoted(value).replacingLineEnds()
    return text.count <= 60 ? text : text.prefix(59) + "…"
  }

  func key(_ value: Value, _ site: Site) throws -> DictionaryKey {
    guard let key = DictionaryKey(value) else {
      throw site.error(
        "the key of a dictionary is an Int, a String or a Bool, not \(article(value.kindName))")
    }
    return key
  }
}

extension String {
  fileprivate func replacingLineEnds() -> String {
    String(map { $0.isNewline ? " " : $0 })
  }
}

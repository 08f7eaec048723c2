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
    let fault =
      (error as? Fault) ?? host?.describe(error) ?? Fault("\(error)")
    var range = site.range
    if let position = fault.argument, arguments.indices.contains(position),
      arguments[position].range != .none
    {
      range = arguments[position].range
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
        "the key of a dictionary is an Int, a String or a Bool, not \(article(value.typeName))")
    }
    return key
  }
}

extension String {
  fileprivate func replacingLineEnds() -> String {
    String(map { $0.isNewline ? " " : $0 })
  }
}

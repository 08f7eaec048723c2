extension Machine {
  /// Finds what would surely go wrong in texts that are run one after the other, without running
  /// them.
  ///
  ///     machine.check([Source("let w = randn(3, 4)"), Source("qantize(w, bitz: 4)")])
  ///
  /// It reports syntax errors, unknown names, changes of what cannot change, and calls whose labels
  /// or number of arguments do not fit; with a `StaticHost` also what the host can tell of its
  /// functions, operators and members. The names of earlier texts, and those the machine already
  /// has, are known. Nothing is defined and no code of the program runs.
  /// - Returns: The errors in the order of the texts, at most ten a text. Each would occur if its line
  ///   ran; none is a guess.
  public func check(_ sources: [Source]) -> [Diagnostic] {
    (try? withLargeStack { checkHere(sources) }) ?? []
  }

  /// - Parameter isStrict: Leaves out what a function, branch or loop may never come to.
  func checkHere(_ sources: [Source], isStrict: Bool = false) -> [Diagnostic] {
    let parsed = sources.map { Parser.recoveredProgram(of: $0.text) }
    let table = GlobalTable()
    for entry in globals.defined {
      table.makeEntry(entry.name).define(
        .void, isMutable: entry.isMutable, definition: entry.definition)
    }
    let facts = ProgramFacts(parsed.map(\.statements), known: globals.defined.map(\.name))
    var checker = Checker(self, facts)
    checker.isStrict = isStrict
    var result: [Diagnostic] = []
    for (source, program) in zip(sources, parsed) {
      var resolver = Resolver(source: source, globals: table, host: host)
      resolver.doubtfulNames = program.doubtfulNames
      _ = resolver.program(program.statements)
      checker.diagnostics = []
      checker.check(program.statements, of: source)
      var found = program.errors.map { $0.diagnostic(in: source) } + resolver.diagnostics
      for diagnostic in checker.diagnostics
      where !found.contains(where: { $0.primary?.range == diagnostic.primary?.range }) {
        found.append(diagnostic)
      }
      result += DiagnosticList(inOrder: found).diagnostics
      for (name, pending) in resolver.pending {
        table.makeEntry(name).define(
          .void, isMutable: pending.isMutable,
          definition: .init(source: source, range: pending.range, label: "defined here"))
      }
      // A statement that could not be read may have defined these.
      for name in program.doubtfulNames where table.entry(name)?.isDefined != true {
        checker.globals[name] = .unknown
        if host?.global(named: name) == nil, LanguageFunctions.named[name] == nil {
          table.makeEntry(name).define(.void, isMutable: true, definition: nil)
        }
      }
    }
    for entry in table.entries { entry.clear() }
    return result
  }
}

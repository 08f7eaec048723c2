import Language
import Sessions

/// What each variable was made from, followed from cell to cell without looking at any value.
///
/// A cell has a key: the fingerprint of its code and of what made the variables that it reads. Two
/// runs of cells with the same key do the same. A variable is known by the key of the cell that
/// wrote it, so that a change of any cell changes the keys of all that depends on it, and of nothing
/// else.
struct Derivation: Sendable {
  /// What a cell reads and may change, through all functions that it may call.
  struct Effect: Sendable {
    var reads: Set<String>
    var writes: Set<String>
  }

  /// What made each variable.
  private var makers: [String: Fingerprint] = [:]
  /// What the functions do that a variable may hold.
  private var functions: [String: NameUse.Effect] = [:]
  /// The variables made by `var`.
  private var variables: Set<String> = []

  /// The name that stands for everything that cells have shown: `_`, `_1`, `_2` and so on.
  private static let results = "_"

  private static func plain(_ name: String) -> String {
    guard name.utf8.first == UInt8(ascii: "_") else { return name }
    return name.utf8.dropFirst().allSatisfy(Ascii.isDigit) ? results : name
  }

  /// What a cell would read and change if it ran now.
  func effect(of use: NameUse) -> Effect {
    var effect = Effect(reads: [], writes: use.effect.writes.union(use.functions.writes))
    var methods = use.effect.methods.union(use.functions.methods)
    var open = Array(use.effect.reads)
    while let name = open.popLast() {
      guard effect.reads.insert(Self.plain(name)).inserted else { continue }
      guard let called = functions[name] else { continue }
      open += called.reads
      effect.writes.formUnion(called.writes)
      methods.formUnion(called.methods)
    }
    for call in methods {
      let isVariable = variables.contains(call.variable) || use.variables.contains(call.variable)
      let isOwn = makers[call.method] != nil || use.defined.contains(call.method)
      if isVariable, isOwn || Session.isChanging(method: call.method) {
        effect.writes.insert(call.variable)
      }
    }
    return effect
  }

  /// Whether the cell uses what earlier cells have shown.
  static func usesResults(_ effect: Effect) -> Bool { effect.reads.contains(results) }

  /// The key of a cell: its code, and what made that which it reads.
  func key(of code: String, _ effect: Effect, salt: String = "") -> Fingerprint {
    var parts = [salt, CellCode.essence(of: code)]
    for name in effect.reads.sorted() {
      guard let maker = makers[name] else { continue }
      parts += [name, maker.text]
    }
    return Fingerprint(parts)
  }

  /// Notes that a cell ran.
  ///
  /// `stream` is what names its result, as in `_3`; `functionNames` are the names among those written
  /// whose values hold functions; nil if unknown.
  mutating func note(
    _ use: NameUse, _ effect: Effect, key: Fingerprint, stream: UInt64,
    functionNames: Set<String>?
  ) {
    var called = use.functions
    for name in effect.reads {
      guard let other = functions[name] else { continue }
      called.reads.formUnion(other.reads)
      called.writes.formUnion(other.writes)
      called.methods.formUnion(other.methods)
    }
    for name in effect.writes {
      let before = use.defined.contains(name) ? nil : makers[name]
      makers[name] = Fingerprint([name, key.text, before?.text ?? ""])
      if let functionNames, !functionNames.contains(name) {
        functions[name] = nil
      } else if called != NameUse.Effect() {
        var all = called
        if !use.defined.contains(name), let old = functions[name] {
          all.reads.formUnion(old.reads)
          all.writes.formUnion(old.writes)
          all.methods.formUnion(old.methods)
        }
        functions[name] = all
      } else if use.defined.contains(name) {
        functions[name] = nil
      }
    }
    variables.formUnion(use.variables)
    variables.subtract(use.constants)
    makers[Self.results] = Fingerprint([
      Self.results, key.text, "\(stream)", makers[Self.results]?.text ?? "",
    ])
  }
}

/// Code as far as it matters to what it does.
enum CellCode {
  /// Code without comments, blank lines and blanks at the ends of lines.
  static func essence(of code: String) -> String {
    let bytes = Array(code.utf8)
    guard bytes.contains(Ascii.slash) else { return withoutBlanks(code) }
    var kept: [UInt8] = []
    var position = 0
    for piece in SyntaxPiece.pieces(of: code) where piece.kind == .comment {
      guard piece.range.lowerBound >= position else { continue }
      kept += bytes[position..<piece.range.lowerBound]
      // A comment parts words as a blank does.
      kept.append(Ascii.space)
      position = piece.range.upperBound
    }
    kept += bytes[position...]
    return withoutBlanks(String(decoding: kept, as: UTF8.self))
  }

  private static func withoutBlanks(_ code: String) -> String {
    // Lines of a string are part of what the code does.
    guard !code.contains("\"\"\"") else { return code }
    return code.utf8.split(separator: Ascii.newline)
      .map { withoutTrailingBlanks(String(Substring($0))) }
      .filter { !$0.isEmpty }.joined(separator: "\n")
  }
}

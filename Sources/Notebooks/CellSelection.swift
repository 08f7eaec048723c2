import Language
import Sessions

/// Which cells of a file to replay: `--from 3`, `--only scale`.
public struct CellSelection: Sendable, Equatable {
  /// The first cell, by its number or id; nil is the beginning.
  public var from: String?
  /// Cells by their numbers or ids; empty for all.
  public var only: [String]

  /// A selection.
  public init(from: String? = nil, only: [String] = []) {
    self.from = from
    self.only = only
  }

  /// Whether it is the whole file.
  public var isEverything: Bool { from == nil && only.isEmpty }
}

/// A cell that a file does not have.
public struct UnknownCell: Error, Equatable, Sendable, CustomStringConvertible {
  /// How it was named.
  public var name: String
  /// The nearest id of the file.
  public var nearest: String?
  /// How many cells the file has.
  public var count: Int

  /// The error as one phrase.
  public var description: String {
    let start = "the file has no cell \(excerpt(name))"
    if let nearest { return "\(start); did you mean \(nearest)?" }
    return "\(start); its cells are numbered from 1 to \(count), or named by their id"
  }
}

extension CellFile {
  /// The cell with a number or an id.
  ///
  /// Throws `UnknownCell` with the nearest id where there is none.
  public func cell(named name: String) throws(UnknownCell) -> Cell {
    if let cell = cells.first(where: { $0.id == name }) { return cell }
    if let number = Int(name), number >= 1, number <= cells.count { return cells[number - 1] }
    let nearest = Suggestion.nearest(to: name, among: cells.compactMap(\.id))
    throw UnknownCell(name: name, nearest: nearest, count: cells.count)
  }

  /// The numbers of the cells that a selection means; an exercise stands for its group.
  public func numbers(of selection: CellSelection) throws(UnknownCell) -> Set<Int> {
    let first = try selection.from.map { name throws(UnknownCell) in try cell(named: name).number }
    var numbers = Set(cells.map(\.number))
    if !selection.only.isEmpty {
      numbers = []
      for name in selection.only {
        let cell = try cell(named: name)
        numbers.insert(cell.number)
        guard cell.kind == .exercise else { continue }
        for other in cells where other.exercise == cell.number { numbers.insert(other.number) }
      }
    }
    return numbers.filter { $0 >= first ?? 1 }
  }

  /// The cells that have to run for some cells to run as in the whole file: those whose variables
  /// they use, and those that these use.
  ///
  /// `code` are the texts of cells that differ from the file's.
  func needed(for chosen: Set<Int>, code: [Int: String]) -> Set<Int> {
    var derivation = Derivation()
    var effects: [(number: Int, effect: Derivation.Effect)] = []
    for cell in cells where cell.isRun && !cell.isEmpty {
      let text = code[cell.number] ?? self.code(of: cell)
      let use = NameUse(of: text)
      let effect = derivation.effect(of: use)
      effects.append((cell.number, effect))
      derivation.note(use, effect, key: Fingerprint([String]()), stream: 0, functionNames: nil)
    }
    var needed = chosen
    var reads: Set<String> = []
    var needsAll = false
    for (number, effect) in effects.reversed() {
      let isNeeded =
        chosen.contains(number) || needsAll && number < (chosen.max() ?? 0)
        || !effect.writes.isDisjoint(with: reads)
      guard isNeeded else { continue }
      needed.insert(number)
      reads.formUnion(effect.reads)
      if Derivation.usesResults(effect) { needsAll = true }
    }
    return needed
  }
}

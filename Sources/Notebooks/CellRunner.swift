public import Language
public import Sessions

/// What runs the code of cells: a session, seen from a notebook.
///
/// A cell is atomic: one that fails or is interrupted leaves the state as it was before it.
public protocol CellRunner: AnyObject {
  /// The state between two cells: a value that shares what did not change.
  associatedtype Snapshot

  /// Sets the seed under which every cell has its own random stream.
  func use(seed: UInt64)
  /// Runs a cell; `stream` picks the cell's own random stream under the seed.
  ///
  /// `timeLimit` is in seconds; a cell that takes longer is interrupted.
  func run(_ source: Source, stream: UInt64, timeLimit: Double?) -> Outcome
  /// The state as it is now.
  func snapshot() -> Snapshot
  /// Goes back to a state.
  func restore(_ snapshot: Snapshot)
  /// Forgets what a cell did, so that it surely runs when it comes again.
  func forget(_ source: Source)
}

extension CellRunner {
  /// A runner that remembers nothing.
  public func forget(_ source: Source) {}
}

/// What may be chosen about a run, a replay or a walk through a file.
public struct RunOptions: Sendable {
  /// Values for names of the file's parameters cells: the texts of `-p name=value`.
  public var parameters: [ParameterOverride] = []
  /// A seed instead of the file's.
  public var seed: UInt64?
  /// Seconds that a cell may take where neither it nor the file sets a limit.
  public var timeLimit: Double?
  /// A tolerance instead of the file's; a cell's own stays.
  public var tolerance: Double?
  /// The numbers of the cells that are wanted; nil for all.
  ///
  /// What they need runs before them.
  public var cells: Set<Int>?
  /// Whether to go on after a cell that fails.
  public var keepsGoing = false

  /// The options of a plain run: all as the file says.
  public init() {}

  func seed(of file: CellFile) -> UInt64 { seed ?? file.frontMatter.seed }

  func timeLimit(of cell: Cell, in file: CellFile) -> Double? {
    cell.timeout ?? file.frontMatter.timeLimit ?? timeLimit
  }

  func tolerance(of cell: Cell, in file: CellFile) -> Double {
    cell.tolerance ?? tolerance ?? file.frontMatter.tolerance
  }
}

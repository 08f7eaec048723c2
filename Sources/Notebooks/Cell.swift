/// One cell of a cell file: what its header says and which lines it holds.
///
/// A cell knows its lines by number only; its text is asked of the file: `file.code(of: cell)`.
public struct Cell: Sendable {
  /// What a cell is for.
  public enum Kind: String, CaseIterable, Sendable {
    /// Code that every run runs; a header without a kind.
    case code
    /// Prose, each line behind `//`.
    case markdown
    /// Defaults that `-p name=value` replaces.
    case parameters
    /// The learner's starting point; a replay runs the solution instead.
    case exercise
    /// Prose that helps with the exercise above.
    case hint
    /// The right answer to the exercise above.
    case solution
    /// Code that tells whether the exercise above was done.
    case check

    /// Whether the cell holds prose and not code.
    public var isProse: Bool { self == .markdown || self == .hint }
  }

  /// How the recorded output of a cell is compared.
  public enum Check: String, CaseIterable, Sendable {
    /// Words exactly, real numbers within the tolerance: the default.
    case exact
    /// Numbers only; words do not matter.
    case number
    /// Names, shapes and element types of the tensors shown.
    case shape
    /// Nothing; only that the cell does not fail.
    case ignore
    /// The cell must fail, with the recorded message.
    case error
  }

  /// A `key=value` of a header as it was written.
  public struct Attribute: Sendable, Equatable {
    /// The name before the `=`.
    public var key: String
    /// The value, without quotes.
    public var value: String

    /// An attribute.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// The cell's place in the file, counted from 1 over cells of every kind.
  public let number: Int
  /// What the cell is for.
  public let kind: Kind
  /// The title of the header; empty when it has none.
  public let title: String
  /// All attributes in order, known or not.
  public let attributes: [Attribute]
  /// Its own name, unique in the file; nil where it has none.
  public let id: String?
  /// How its recording is compared.
  public let check: Check
  /// The cell's own tolerance, before that of the file.
  public let tolerance: Double?
  /// The cell's own time limit in seconds, before that of the file.
  public let timeout: Double?
  /// Words for tools.
  public let tags: [String]
  /// Number of the line of its header, or of its first line where it has none; counted from 1.
  public let line: Int
  /// Number of the cell's exercise, for hints, solutions and checks; its own for an exercise.
  public let exercise: Int?
  /// Which random stream the cell draws from under the file's seed; see `Docs/cell-files.md`.
  public let stream: UInt64
  /// Whether a run or replay of the whole file runs the cell.
  public let isRun: Bool

  /// The lines of code or prose, without blank lines around them; counted from 0.
  let body: Range<Int>
  /// The lines from the first recorded line to the last; empty and just behind the code if none.
  let recording: Range<Int>

  /// Whether the cell has any recorded output or error.
  public var hasRecording: Bool { !recording.isEmpty }
  /// Whether it has neither code nor prose.
  public var isEmpty: Bool { body.isEmpty }
}

/// The random streams of cells.
enum CellStream {
  /// The stream of a cell by its id: FNV-1a of its bytes with the top bit set.
  ///
  /// Constants: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm", 64 bits.
  static func of(id: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash | 1 << 63
  }

  /// The stream of a cell without an id: its ordinal among cells that hold code, from 1.
  static func of(ordinal: Int) -> UInt64 { UInt64(ordinal) }
}

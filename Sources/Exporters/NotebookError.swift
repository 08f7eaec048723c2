public import Notebooks

/// Why a notebook cannot be read.
public enum NotebookError: Error, Sendable, CustomStringConvertible {
  /// It is no JSON.
  case json(JSONError)
  /// Its format is not version 4.
  case version(String)
  /// Something in it is not what the format says: the place, what should be there, what is.
  case shape(place: String, wanted: String, found: String)
  /// Its settings make no cell file.
  case cellFile(CellFileError)

  /// The error as one phrase with its place.
  public var description: String {
    switch self {
    case .json(let error): "\(error)"
    case .version(let version):
      "only notebooks of format 4 can be read, not \(version); open it in Jupyter and save it again"
    case .shape(let place, let wanted, let found):
      "\(place) should be \(wanted), not \(found)"
    case .cellFile(let error): "its cells make no cell file: \(error.reason)"
    }
  }
}

/// Something in a notebook that a cell file cannot hold, or holds in another way.
public struct NotebookWarning: Sendable, Equatable, CustomStringConvertible {
  /// The number of the cell in the notebook, counted from 1; nil where it concerns the whole.
  public let cell: Int?
  /// What it is, as one phrase.
  public let reason: String

  /// The warning as one line with its place.
  public var description: String { (cell.map { "cell \($0): " } ?? "") + reason }
}

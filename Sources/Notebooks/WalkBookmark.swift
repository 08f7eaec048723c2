#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How far a walk through a file has come, and what the learner did on the way.
public struct WalkBookmark: Sendable, Equatable {
  /// Code in the place of a cell's.
  public struct Edit: Sendable, Equatable {
    /// The learner's code.
    public var code: String
    /// The file's code at that time.
    public var original: String
  }

  /// Index of the cell that was shown.
  public var position: Int
  /// How many cells the file had.
  public var count: Int
  /// Indices of the cells that were gone over without their code.
  public var skipped: Set<Int> = []
  /// How many hints of each exercise were shown, by its number.
  public var hints: [Int: Int] = [:]
  /// Changed code by the numbers of the cells.
  public var edits: [Int: Edit] = [:]

  /// A bookmark at a cell.
  public init(position: Int, count: Int) {
    self.position = position
    self.count = count
  }

  /// Whether nothing was done yet.
  public var isAtBeginning: Bool { position == 0 && edits.isEmpty && hints.isEmpty }

  // MARK: Text

  private static let mark = "notch progress 1"

  /// The bookmark as the text of a file.
  public var text: String {
    var fields = [Self.mark, "\(position)", "\(count)"]
    fields += ["\(skipped.count)"] + skipped.sorted().map { "\($0)" }
    fields.append("\(hints.count)")
    for (number, shown) in hints.sorted(by: { $0.key < $1.key }) {
      fields += ["\(number)", "\(shown)"]
    }
    fields.append("\(edits.count)")
    for (number, edit) in edits.sorted(by: { $0.key < $1.key }) {
      fields += ["\(number)", edit.code, edit.original]
    }
    return FieldText.text(of: fields)
  }

  /// Reads a bookmark; nil for a text that is none.
  public init?(text: String) {
    var reader = FieldReader(bytes: Array(text.utf8))
    guard reader.next() == Self.mark, let position = reader.count(upTo: CellFile.cellLimit),
      let count = reader.count(upTo: CellFile.cellLimit), let skipped = reader.list()
    else { return nil }
    self.init(position: position, count: count)
    self.skipped = Set(skipped.compactMap { Int($0) })
    guard let hintCount = reader.count() else { return nil }
    for _ in 0..<hintCount {
      guard let number = reader.count(upTo: Int.max), let shown = reader.count(upTo: Int.max)
      else { return nil }
      hints[number] = shown
    }
    guard let editCount = reader.count() else { return nil }
    for _ in 0..<editCount {
      guard let number = reader.count(upTo: Int.max), let code = reader.next(),
        let original = reader.next()
      else { return nil }
      edits[number] = Edit(code: code, original: original)
    }
    guard reader.isAtEnd else { return nil }
  }
}

/// Bookmarks of files, in a folder of the user's.
///
/// The folder is `$XDG_STATE_HOME/notch/progress`, or `~/.local/state/notch/progress`.
public struct BookmarkShelf: Sendable {
  private let folder: String

  /// A shelf in a folder.
  public init(folder: String) { self.folder = folder }

  /// The shelf of the user; nil where there is no such place.
  public static var standard: BookmarkShelf? {
    UserFolder.state("progress").map { BookmarkShelf(folder: $0) }
  }

  /// The bookmark that was left in a file.
  public func bookmark(of path: String) -> WalkBookmark? {
    guard let bytes = try? ForeignFile.contents(of: place(path), limit: 1 << 24) else { return nil }
    return WalkBookmark(text: String(decoding: bytes, as: UTF8.self))
  }

  /// Leaves a bookmark in a file; one at the beginning, or nil, takes it out.
  public func leave(_ bookmark: WalkBookmark?, in path: String) {
    guard let bookmark, !bookmark.isAtBeginning else {
      _ = unlink(place(path))
      return
    }
    guard ForeignFile.makeFolder(folder) else { return }
    // Progress that cannot be kept is no reason to stop anybody.
    try? ForeignFile.write(Array(bookmark.text.utf8), to: place(path), isDurable: false)
  }

  private func place(_ path: String) -> String {
    var name = path
    if let resolved = realpath(path, nil) {
      name = String(cString: resolved)
      free(resolved)
    }
    return "\(folder)/\(Fingerprint([name]).text.prefix(32))"
  }
}

extension CellFile {
  /// The file with new recorded output for some cells, given by their numbers.
  ///
  /// Only `//>` and `//!` lines change; blank lines that stood between old ones stay behind the new
  /// ones. New lines end as the line above them does; a cell whose
  /// recording already reads the same keeps its bytes, and a cell without code has no recording.
  /// Throws `CellFileError.tooLarge` if the outputs make the file too large.
  public func recording(
    _ outputs: [Int: [RecordedLine]]
  ) throws(CellFileError) -> CellFile {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var copied = 0
    for cell in cells {
      guard let new = outputs[cell.number], !cell.kind.isProse, !cell.body.isEmpty,
        new.map(\.written) != recorded(of: cell).map(\.written)
      else { continue }
      let above = cell.body.upperBound - 1
      let start = lines.whole(cell.recording.isEmpty ? above : cell.recording.lowerBound)
      let old =
        cell.recording.isEmpty
        ? start.upperBound..<start.upperBound
        : start.lowerBound..<lines.whole(cell.recording.upperBound - 1).upperBound
      result += bytes[copied..<old.lowerBound]
      copied = old.upperBound
      let ending = lines.ending(above).isEmpty ? usualEnding : Array(lines.ending(above))
      // A last line without a line end gets one only if something follows it now.
      let isOpen = old.upperBound == bytes.count && bytes.last != Ascii.newline
      if isOpen, cell.recording.isEmpty, !new.isEmpty { result += ending }
      let before = result.count
      for line in new { result += line.written.utf8 + ending }
      for line in cell.recording where lines.isBlank(line) { result += bytes[lines.whole(line)] }
      if isOpen, result.count > before {
        result.removeLast()
        if result.last == Ascii.carriageReturn { result.removeLast() }
      }
    }
    result += bytes[copied...]
    return try CellFile(result, name: name)
  }

  /// The line end of the file's first line that has one.
  var usualEnding: [UInt8] {
    guard lines.count > 0, !lines.ending(0).isEmpty else { return [Ascii.newline] }
    return Array(lines.ending(0))
  }
}

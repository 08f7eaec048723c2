extension CellFile {
  /// The file with other code in some cells, given by their numbers; all else keeps its bytes.
  ///
  /// A line that would be a mark of the format gets a blank before it.
  public func replacing(code: [Int: String]) throws(CellFileError) -> CellFile {
    var result: [UInt8] = []
    var copied = 0
    for cell in cells {
      guard let text = code[cell.number], !cell.kind.isProse else { continue }
      let place: Range<Int>
      if cell.body.isEmpty {
        let header = lines.whole(cell.line - 1).upperBound
        place = header..<header
      } else {
        place =
          lines.whole(cell.body.lowerBound)
          .lowerBound..<lines.whole(cell.body.upperBound - 1).upperBound
      }
      result += bytes[copied..<place.lowerBound]
      if place.isEmpty, !result.isEmpty, result.last != Ascii.newline { result += usualEnding }
      result += codeLines(text)
      copied = place.upperBound
    }
    result += bytes[copied...]
    return try CellFile(result, name: name)
  }

  /// The file with a new cell of code in front of another; a number beyond the last one is the end.
  public func inserting(_ code: String, before number: Int) throws(CellFileError) -> CellFile {
    let header = Array("// %%".utf8) + usualEnding
    var result: [UInt8]
    if number >= 1, number <= cells.count {
      let first = cells[number - 1].line - 1
      let start = lines.whole(first).lowerBound
      result = bytes[..<start] + header + codeLines(code) + usualEnding
      // A first cell without a header needs one now.
      if !CellFileParser.isHeader(lines.slice(first)) { result += header }
      result += bytes[start...]
    } else {
      result = bytes
      if !result.isEmpty, result.last != Ascii.newline { result += usualEnding }
      if !result.isEmpty { result += usualEnding }
      result += header + codeLines(code)
    }
    return try CellFile(result, name: name)
  }

  /// The file without some cells, given by their numbers.
  public func deleting(_ numbers: Set<Int>) throws(CellFileError) -> CellFile {
    var result: [UInt8] = []
    var copied = 0
    for (index, cell) in cells.enumerated() where numbers.contains(cell.number) {
      let start = lines.whole(cell.line - 1).lowerBound
      let end =
        index + 1 < cells.count ? lines.whole(cells[index + 1].line - 1).lowerBound : bytes.count
      result += bytes[copied..<start]
      copied = end
    }
    result += bytes[copied...]
    return try CellFile(result, name: name)
  }

  /// Lines of code as they stand in the file.
  private func codeLines(_ code: String) -> [UInt8] {
    var result: [UInt8] = []
    for line in code.utf8.split(separator: Ascii.newline, omittingEmptySubsequences: false) {
      let bytes = Array(line.filter { $0 != 0 && $0 != Ascii.carriageReturn })
      let isMark =
        CellFileParser.isHeader(bytes[...]) || CellFileParser.recordedKind(bytes[...]) != nil
      result += (isMark ? [Ascii.space] : []) + bytes + usualEnding
    }
    return result
  }
}

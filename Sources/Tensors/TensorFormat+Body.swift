extension TensorFormat {
  /// Writes the elements in nested brackets.
  func writeBody(_ tensor: Tensor, on page: inout Page) throws {
    guard tensor.count > 0 else { return page.write("[]") }
    let shown = shownPositions(tensor.shape)
    let values = try tensor.reals(at: shown.map { $0.compactMap { $0 } })
    let columns = Columns(values, dtype: tensor.dtype, digits: digits)
    var writer = BodyWriter(
      shown: shown, cells: columns.cells, cellWidth: columns.width,
      areReal: tensor.dtype.isFloat, width: max(1, width))
    writer.write(axis: 0, on: &page)
  }

  /// The positions written along each axis; nil stands for those left out.
  ///
  /// The edges shrink until no more elements than the threshold are shown, so that a tensor of
  /// eight axes does not fill a thousand pages.
  private func shownPositions(_ shape: Shape) -> [[Int?]] {
    guard shape.elementCount > threshold else { return shape.map { (0..<$0).map { $0 } } }
    var edge = max(1, min(edgeItems, 1 << 20))
    func length(_ size: Int) -> Int { size > 2 * edge ? 2 * edge : size }
    // Each length is at most the size, so the product is at most the element count.
    while edge > 1, shape.map(length).reduce(1, *) > threshold {
      edge -= max(1, edge / 4)
    }
    return shape.map { size in
      guard size > 2 * edge else { return (0..<size).map { $0 } }
      return (0..<edge).map { $0 } + [nil] + (size - edge..<size).map { $0 }
    }
  }
}

/// Walks the axes and writes brackets, commas and line breaks.
private struct BodyWriter {
  let shown: [[Int?]]
  let cells: [String]
  let cellWidth: Int
  let areReal: Bool
  let width: Int
  var next = 0

  init(shown: [[Int?]], cells: [String], cellWidth: Int, areReal: Bool, width: Int) {
    self.shown = shown
    self.cells = cells
    self.cellWidth = cellWidth
    self.areReal = areReal
    self.width = width
  }

  mutating func write(axis: Int, on page: inout Page) {
    guard axis < shown.count else { return writeCell(on: &page) }
    page.write("[")
    let isRow = axis == shown.count - 1
    let indent = axis + 1
    let perLine = max(1, (width - indent) / (cellWidth + 2))
    for (place, position) in shown[axis].enumerated() {
      if place > 0 {
        page.write(",")
        if !isRow {
          // One line break between rows, an empty line more for every axis further out.
          for _ in 0..<shown.count - 1 - axis { page.write("\n") }
          page.writeSpaces(indent)
        } else if place % perLine == 0 {
          page.write("\n")
          page.writeSpaces(indent)
        } else {
          page.write(" ")
        }
      }
      if position == nil {
        page.write("...")
      } else {
        write(axis: axis + 1, on: &page)
      }
    }
    page.write("]")
  }

  private mutating func writeCell(on page: inout Page) {
    let cell = cells[next]
    next += 1
    page.writeSpaces(cellWidth - cell.utf8.count)
    if areReal { page.writeReal(cell) } else { page.write(cell) }
  }
}

extension Tensor {
  /// The elements at the given positions of each axis, in row-major order.
  fileprivate func reals(at positions: [[Int]]) throws -> [Double] {
    var offsets = [0]
    for (axis, step) in shape.strides.enumerated() {
      offsets = offsets.flatMap { offset in positions[axis].map { offset + $0 * step } }
    }
    func read<E: Element>(_ type: E.Type) throws -> [Double] {
      try withElements(E.self) { elements in offsets.map { elements[$0].real } }
    }
    switch dtype {
    case .float32: return try read(Float.self)
    case .int32: return try read(Int32.self)
    case .int8: return try read(Int8.self)
    case .uint8: return try read(UInt8.self)
    case .bool: return try read(Bool.self)
    }
  }
}

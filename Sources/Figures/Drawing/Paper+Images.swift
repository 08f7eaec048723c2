extension Paper {
  /// One image in half blocks; several in quarter blocks, side by side.
  func images(_ images: [Raster], in figure: Figure) -> [TextLine] {
    var lines = heading(figure.title)
    guard images.count > 1 else {
      guard let image = images.first else { return lines }
      return lines + halfBlocks(image.fitted(width: width, height: 2 * 200))
    }
    let rows = images.map { quarterBlocks($0.fitted(width: 2 * width, height: 2 * 200)) }
    var start = 0
    while start < rows.count {
      // As many as fit beside each other, one blank between two.
      var (end, used) = (start, -1)
      while end < rows.count, used + 1 + columns(rows[end]) <= width {
        used += 1 + columns(rows[end])
        end += 1
      }
      let row = rows[start..<max(end, start + 1)]
      let height = row.map(\.count).max() ?? 0
      for line in 0..<height {
        var whole = TextLine()
        for (index, image) in row.enumerated() {
          if index > 0 { whole.add(" ") }
          if line < image.count {
            whole.add(image[line])
          } else {
            whole.add(blanks: columns(image))
          }
        }
        lines.append(whole)
      }
      start = max(end, start + 1)
    }
    return lines
  }

  private func columns(_ image: [TextLine]) -> Int { image.map(\.width).max() ?? 0 }

  /// Two pixels a character.
  private func halfBlocks(_ image: Raster) -> [TextLine] {
    stride(from: 0, to: image.height, by: 2).map { row in
      var line = TextLine()
      for column in 0..<image.width {
        let (top, bottom) = (image.color(row, column), image.color(row + 1, column))
        if style == .ascii {
          line.add(ramp((Int(top.shade) + Int(bottom.shade)) / 2))
        } else if color.hasShades {
          line.add("▀", .pixels(top, bottom))
        } else {
          line.add(half(top.shade, bottom.shade))
        }
      }
      return line
    }
  }

  /// The shares of 255 are those of 0.6 and 0.2.
  private func half(_ top: UInt8, _ bottom: UInt8) -> String {
    switch (top >= 153, bottom >= 153) {
    case (true, true): "█"
    case (true, false): "▀"
    case (false, true): "▄"
    case (false, false):
      Int(top) + Int(bottom) >= 153 ? "▒" : Int(top) + Int(bottom) >= 51 ? "░" : " "
    }
  }

  private func ramp(_ shade: Int) -> String {
    let ramp = Array(" .:-=+*#%@")
    return String(ramp[min(shade * ramp.count / 256, ramp.count - 1)])
  }

  /// Four pixels a character: with shades the two colours that come nearest to them.
  private func quarterBlocks(_ image: Raster) -> [TextLine] {
    let characters = Array(" ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█")
    return stride(from: 0, to: image.height, by: 2).map { row in
      var line = TextLine()
      for column in stride(from: 0, to: image.width, by: 2) {
        let pixels = [(0, 0), (0, 1), (1, 0), (1, 1)].map {
          image.color(row + $0.0, column + $0.1)
        }
        let shades = pixels.map { Int($0.shade) }
        if style == .ascii {
          line.add(ramp(shades.reduce(0, +) / 4))
          continue
        }
        let (low, high) = (shades.min() ?? 0, shades.max() ?? 0)
        let threshold = color.hasShades ? (low + high + 1) / 2 : 102
        var bits = 0
        for (bit, shade) in shades.enumerated()
        where shade >= threshold && (low < high || !color.hasShades) {
          bits |= 1 << bit
        }
        let character = String(characters[bits])
        guard color.hasShades else {
          line.add(character)
          continue
        }
        let back = mean(pixels.enumerated().filter { bits >> $0.offset & 1 == 0 }.map(\.element))
        let front = mean(pixels.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
        line.add(character, .pixels(front ?? RGB(grey: 0), back ?? front ?? RGB(grey: 0)))
      }
      return line
    }
  }

  private func mean(_ colors: [RGB]) -> RGB? {
    guard !colors.isEmpty else { return nil }
    func mean(_ channel: KeyPath<RGB, UInt8>) -> UInt8 {
      UInt8(colors.reduce(0) { $0 + Int($1[keyPath: channel]) } / colors.count)
    }
    return RGB(mean(\.red), mean(\.green), mean(\.blue))
  }
}

extension Raster {
  /// The colour of a pixel; black beyond the border.
  func color(_ row: Int, _ column: Int) -> RGB {
    guard row >= 0, row < height, column >= 0, column < width else { return RGB(grey: 0) }
    let start = (row * width + column) * channels
    return channels == 1
      ? RGB(grey: bytes[start]) : RGB(bytes[start], bytes[start + 1], bytes[start + 2])
  }

  /// The image made smaller, if it must be, to fit a size; a pixel is the mean of those it covers.
  func fitted(width mostColumns: Int, height mostRows: Int) -> Raster {
    let factor = max(
      Double(width) / Double(max(1, mostColumns)), Double(height) / Double(max(1, mostRows)))
    guard factor > 1 else { return self }
    let columns = max(1, min(mostColumns, Int(Double(width) / factor)))
    let rows = max(1, min(mostRows, Int(Double(height) / factor)))
    var smaller: [UInt8] = []
    smaller.reserveCapacity(columns * rows * channels)
    for row in 0..<rows {
      let fromRow = row * height / rows
      let toRow = max(fromRow + 1, (row + 1) * height / rows)
      for column in 0..<columns {
        let fromColumn = column * width / columns
        let toColumn = max(fromColumn + 1, (column + 1) * width / columns)
        for channel in 0..<channels {
          var sum = 0
          for y in fromRow..<toRow {
            for x in fromColumn..<toColumn {
              sum += Int(bytes[(y * width + x) * channels + channel])
            }
          }
          smaller.append(UInt8(sum / ((toRow - fromRow) * (toColumn - fromColumn))))
        }
      }
    }
    return (try? Raster(width: columns, height: rows, channels: channels, bytes: smaller)) ?? self
  }
}

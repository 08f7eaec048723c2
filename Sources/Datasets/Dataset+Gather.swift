// The way from bytes to the training loop. Every pointer to the pixels lives here.

extension Dataset {
  /// Writes the images at positions as float32, pixel / 255, one after the other.
  ///
  /// The destination holds `positions.count * imageSize` numbers.
  package func gather(_ positions: Range<Int>, into destination: UnsafeMutablePointer<Float>) {
    checkBounds(positions)
    pixels.bytes.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      switch selection {
      case .range(let range):
        let first = (range.lowerBound + positions.lowerBound) * imageSize
        scale(source + first, into: destination, count: positions.count * imageSize)
      case .list(let list):
        var target = destination
        for position in positions {
          let index = Int(list[list.startIndex + position])
          scale(source + index * imageSize, into: target, count: imageSize)
          target += imageSize
        }
      }
    }
  }

  /// Writes the images at a list of positions as float32, pixel / 255, one after the other.
  package func gather(_ positions: ArraySlice<Int>, into destination: UnsafeMutablePointer<Float>) {
    pixels.bytes.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      var target = destination
      for position in positions {
        checkBounds(position..<position + 1)
        scale(source + selection[position] * imageSize, into: target, count: imageSize)
        target += imageSize
      }
    }
  }

  /// Writes the images at positions as bytes, one after the other.
  package func gather(_ positions: Range<Int>, into destination: UnsafeMutablePointer<UInt8>) {
    checkBounds(positions)
    pixels.bytes.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress else { return }
      var target = destination
      for position in positions {
        target.update(from: source + selection[position] * imageSize, count: imageSize)
        target += imageSize
      }
    }
  }

  /// Writes the classes at positions.
  package func gatherLabels(_ positions: Range<Int>, into destination: UnsafeMutablePointer<Int32>)
  {
    checkBounds(positions)
    let start = storedLabels.startIndex
    for (offset, position) in positions.enumerated() {
      destination[offset] = Int32(storedLabels[start + selection[position]])
    }
  }

  /// Writes the classes at a list of positions.
  package func gatherLabels(
    _ positions: ArraySlice<Int>, into destination: UnsafeMutablePointer<Int32>
  ) {
    let start = storedLabels.startIndex
    for (offset, position) in positions.enumerated() {
      checkBounds(position..<position + 1)
      destination[offset] = Int32(storedLabels[start + selection[position]])
    }
  }

  private func checkBounds(_ positions: Range<Int>) {
    precondition(
      positions.lowerBound >= 0 && positions.upperBound <= count,
      "positions \(positions) of \(count) images")
  }
}

/// Divides bytes by 255.
///
/// A true division: a product with 1 / 255 is not the same float everywhere.
private func scale(
  _ source: UnsafePointer<UInt8>, into destination: UnsafeMutablePointer<Float>, count: Int
) {
  var index = 0
  while index &+ 16 <= count {
    let bytes = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD16<UInt8>.self)
    let quotients = SIMD16<Float>(bytes) / 255
    UnsafeMutableRawPointer(destination + index).storeBytes(of: quotients, as: SIMD16<Float>.self)
    index &+= 16
  }
  while index < count {
    destination[index] = Float(source[index]) / 255
    index &+= 1
  }
}

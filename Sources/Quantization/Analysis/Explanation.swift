import Networks
public import Tensors

/// One output of a layer of an integer network, as the whole numbers it is made of.
///
///     print(try small.explain(images, layer: 1, position: [0, 3, 4]))
public struct Explanation: Sendable, Equatable, CustomStringConvertible {
  /// A product of the sum.
  public struct Term: Sendable, Equatable {
    /// The code of the activation.
    public let code: Int
    /// The code of the weight; 1 for a pooling.
    public let weight: Int
    /// Where the activation stands: channel, row and column, channel and step, or places and
    /// the feature.
    ///
    /// Rows and columns
    /// outside of the image are padding, whose code is the zero point.
    public let place: [Int]
    public var product: Int { code * weight }
  }

  /// The number of the layer, from 1.
  public let number: Int
  public let layer: String
  /// The place of the output in the layer's output for one sample.
  public let position: [Int]
  public let terms: [Term]
  /// The zero point of the input, and the sum of the weights it is taken off with.
  public let inputZeroPoint: Int
  public let weightSum: Int
  public let bias: Int
  /// sum(q w) - zero point sum(w) + bias.
  public let accumulator: Int
  /// The real number of one unit of the accumulator: the input's scale times the weights'.
  public let inputScale: Float
  public let weightScale: Float
  /// What makes a code of it; nil for the last layer, which gives real numbers.
  public let requantizer: Requantizer?
  /// The scale of the output's codes.
  public let outputScale: Float?
  /// Whether it is a dense layer, whose channels are the last axis.
  let isInRows: Bool
  /// Whether a ReLU keeps the code from falling below the zero point.
  public let isRectified: Bool

  /// The code that the layer gives; nil for the last layer.
  public var code: Int? {
    guard let requantizer else { return nil }
    let code = Int(requantizer(Int32(truncatingIfNeeded: accumulator)))
    return isRectified ? max(code, Int(requantizer.zeroPoint)) : code
  }

  /// The real number that the output stands for; before its activation in the last layer.
  public var real: Double {
    guard let code, let requantizer, let outputScale else {
      return Double(Float(accumulator) * (inputScale * weightScale))
    }
    return Double(outputScale * Float(code - Int(requantizer.zeroPoint)))
  }

  /// The most terms that are written out; the others are summed up in a line.
  public static let shownTerms = 24

  public var description: String {
    var lines = ["layer \(number), \(layer), output \(position)", "", "  code × weight"]
    // Where there are many, those that add nothing are passed over.
    let listed = terms.count > Self.shownTerms + 1 ? terms.filter { $0.product != 0 } : terms
    let shown = listed.count > Self.shownTerms + 1 ? Self.shownTerms : listed.count
    let width = terms.map { max("\($0.code)".count, "\($0.weight)".count) }.max() ?? 1
    let sum = terms.reduce(0) { $0 + $1.product }
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let room = max(8, "\(accumulator)".count, "\(sum)".count)
    for term in listed.prefix(shown) {
      lines.append(
        "  \(padded("\(term.code)", width)) × \(padded("\(term.weight)", width)) = "
          + padded("\(term.product)", room) + "   \(name(term.place))")
    }
    if shown < listed.count {
      let rest = listed.dropFirst(shown).reduce(0) { $0 + $1.product }
      lines.append("  and \(listed.count - shown) more products, which sum to \(rest)")
    }
    if listed.count < terms.count {
      lines.append("  and \(terms.count - listed.count) more that are 0")
    }
    func step(_ what: String, _ number: String) {
      lines.append("  " + what + String(repeating: " ", count: max(1, 44 - what.count)) + number)
    }
    lines.append("")
    step("the sum of all products", "\(sum)")
    if inputZeroPoint != 0 {
      step(
        "less zero point \(inputZeroPoint) × sum of weights \(weightSum)",
        "\(-inputZeroPoint * weightSum)")
    }
    step("plus the bias", "\(bias)")
    step("the accumulator", "\(accumulator)")
    let unit = "\(Decimal.text(Double(inputScale))) × \(Decimal.text(Double(weightScale)))"
    guard let requantizer, let outputScale, let code else {
      step("times the scales \(unit)", Decimal.text(real))
      return lines.joined(separator: "\n")
    }
    step("times \(unit) / \(Decimal.text(Double(outputScale)))", Self.scaled(requantizer))
    step("rounded (\(requantizer.family))", "\(rounded(requantizer))")
    if requantizer.zeroPoint != 0 { step("plus the zero point", "\(requantizer.zeroPoint)") }
    let low =
      isRectified ? max(requantizer.type.qmin, requantizer.zeroPoint) : requantizer.type.qmin
    step("kept within \(low) and \(requantizer.type.qmax): the code", "\(code)")
    step(
      "which stands for \(Decimal.text(Double(outputScale))) × \(code - Int(requantizer.zeroPoint))",
      Decimal.text(real))
    return lines.joined(separator: "\n")
  }

  /// The multiplier as its family has it.
  private static func scaled(_ requantizer: Requantizer) -> String {
    guard requantizer.family != .float else {
      return "× \(Decimal.text(Double(requantizer.multiplier)))"
    }
    let fixed = requantizer.fixedPoint
    return "× \(fixed.m0) / 2^\(31 - fixed.shift)"
  }

  private func rounded(_ requantizer: Requantizer) -> Int {
    let sum = Int32(truncatingIfNeeded: accumulator)
    switch requantizer.family {
    case .float:
      let real = (Float(accumulator) * requantizer.multiplier).rounded(.toNearestOrEven)
      return Int(min(max(real, -0x1p40), 0x1p40))
    case .fixedPointDouble: return Int(requantizer.fixedPoint.roundingTwice(sum))
    case .fixedPointSingle: return Int(requantizer.fixedPoint.roundingOnce(sum))
    }
  }

  private func name(_ place: [Int]) -> String {
    switch place.count {
    case _ where isInRows || place.count == 1:
      place.dropLast().map { "place \($0), " }.joined() + "feature \(place.last ?? 0)"
    case 2: "channel \(place[0]), step \(place[1])"
    default: "channel \(place[0]), row \(place[1]), column \(place[2])"
    }
  }
}

extension IntegerNetwork {
  /// Writes one output of a layer out as integer arithmetic, for the first sample of a batch.
  ///
  /// The terms are found by plain loops over the codes that enter the layer, and the code by the
  /// scalar reference of the family: another way than the one the network computes on.
  ///
  /// Shapes: x `[N, ...]`, position `[channel, row, column]`, `[channel, step]` or `[..., output]`. Errors: a layer that is
  /// not there or computes no sums, a position outside of its output.
  public func explain(_ x: Tensor, layer number: Int, position: [Int]) throws -> Explanation {
    guard layers.indices.contains(number - 1) else {
      throw QuantizedNetworkError.notExplained(
        layer: number, "the network has layers 1 to \(layers.count)")
    }
    let row = layers[number - 1]
    guard let input = row.input else {
      throw QuantizedNetworkError.notExplained(
        layer: number, "\(row.name) computes no sums; it keeps codes or chooses among them")
    }
    guard !row.isSum else {
      throw QuantizedNetworkError.notExplained(
        layer: number, "\(row.name) adds two codes; write out the layers before it")
    }
    guard x.rank >= 1, x.shape[0] >= 1 else {
      throw NetworkError.inputRank(layer: "explain", needs: "a batch of at least one", got: x.shape)
    }
    let sizes = row.output.sizes
    guard position.count == sizes.count,
      zip(position, sizes).allSatisfy({ $0 >= 0 && $0 < $1 })
    else { throw QuantizedNetworkError.noPlace(position, row.output) }
    let index = layers.prefix(number - 1).count { $0.input != nil }
    let codes = try trace(x.slice([.range(lower: 0, upper: 1)]))[index]
    let (product, rule) = try self.product(index)
    let sample = codes.sampleShape
    let terms = try product.terms(
      codes.elements(as: Int32.self).map(Int.init), sample, at: position,
      zeroPoint: Int(input.zeroPoints[0]))
    let channel = position[product.isDense ? position.count - 1 : 0]
    let weightSum = terms.reduce(0) { $0 + $1.weight }
    let bias = product.bias.map { Int($0[channel]) } ?? 0
    let zeroPoint = Int(input.zeroPoints[0])
    let accumulator = terms.reduce(0) { $0 + $1.product } - zeroPoint * weightSum + bias
    let scales = product.scales(channels: max(channel + 1, product.weights?.sums.count ?? 0))
    let weightScale =
      product.weights?.parameters.scales[channel] ?? scales[channel] / input.scales[0]
    let output = row.codes
    return Explanation(
      number: number, layer: row.name, position: position, terms: terms,
      inputZeroPoint: zeroPoint, weightSum: weightSum, bias: bias, accumulator: accumulator,
      inputScale: input.scales[0], weightScale: weightScale,
      requantizer: try output.map {
        try Requantizer(
          scale: rule?.multipliers[channel] ?? 0, zeroPoint: $0.zeroPoints[0], type: $0.type,
          family: product.requantization)
      }, outputScale: output?.scales[0], isInRows: product.isDense,
      isRectified: product.activation == .relu)
  }

  /// The product of a number among those of the network, and how its sums become codes.
  private func product(
    _ index: Int
  ) throws -> (product: IntegerProduct, rule: CodeKernels.Requantizer?) {
    var count = 0
    for step in steps {
      switch step {
      case .product(let product, let rule):
        if count == index { return (product, rule) }
        count += 1
      case .add: count += 1
      case .maxPool, .rectify, .flatten, .reshape, .transpose, .fork, .nextBranch, .join,
        .translate:
        continue
      }
    }
    return (last, nil)
  }
}

extension IntegerProduct {
  /// The products that one output sums, found by plain loops over `[C, H, W]`, `[C, L]` or
  /// `[..., F]`.
  fileprivate func terms(
    _ codes: [Int], _ sample: Shape, at position: [Int], zeroPoint: Int
  ) throws -> [Explanation.Term] {
    if isDense { return try rowTerms(codes, sample, at: position) }
    guard sample.rank != 2 else {
      let place = [position[0], 0] + position.dropFirst()
      return try terms(codes, sample.asImage, at: place, zeroPoint: zeroPoint).map {
        Explanation.Term(code: $0.code, weight: $0.weight, place: [$0.place[0], $0.place[2]])
      }
    }
    if let pool {
      return window(
        codes, sample, channels: position[0]..<position[0] + 1, position, zeroPoint,
        pool.window(sample)
      ) { _ in 1 }
    }
    guard let weights, let convolution else { return [] }
    let own = try weightRow(position[0])
    let perGroup = sample[0] / convolution.groups
    let group = position[0] / (weights.shape[0] / convolution.groups)
    return window(
      codes, sample, channels: group * perGroup..<(group + 1) * perGroup, position, zeroPoint,
      convolution.window(height: sample[1], width: sample[2])
    ) { own[own.startIndex + $0] }
  }

  /// The weight codes of an output channel.
  private func weightRow(_ channel: Int) throws -> ArraySlice<Int> {
    guard let weights else { return [] }
    let numbers = try weights.codes.elements(as: Int32.self).map(Int.init)
    let row = numbers.count / max(weights.shape[0], 1)
    return numbers[channel * row..<(channel + 1) * row]
  }

  /// The products of one output of a dense layer.
  private func rowTerms(
    _ codes: [Int], _ sample: Shape, at position: [Int]
  ) throws -> [Explanation.Term] {
    let leading = position.dropLast()
    let row = zip(leading, sample).reduce(0) { $0 * $1.1 + $1.0 }
    let own = try weightRow(position[leading.count])
    return own.enumerated().map { feature, weight in
      Explanation.Term(
        code: codes[row * own.count + feature], weight: weight, place: leading + [feature])
    }
  }

  private func window(
    _ codes: [Int], _ sample: Shape, channels: Range<Int>, _ position: [Int], _ zeroPoint: Int,
    _ window: Window, _ weight: (Int) -> Int
  ) -> [Explanation.Term] {
    var terms: [Explanation.Term] = []
    for channel in channels {
      for u in 0..<window.kernel[0] {
        for v in 0..<window.kernel[1] {
          // A global pooling has one output a channel.
          let y =
            (position.count > 1 ? position[1] : 0) * window.stride[0] + u * window.dilation[0]
            - window.paddingLow[0]
          let x =
            (position.count > 2 ? position[2] : 0) * window.stride[1] + v * window.dilation[1]
            - window.paddingLow[1]
          let isInside = y >= 0 && y < sample[1] && x >= 0 && x < sample[2]
          terms.append(
            Explanation.Term(
              code: isInside ? codes[(channel * sample[1] + y) * sample[2] + x] : zeroPoint,
              weight: weight(terms.count), place: [channel, y, x]))
        }
      }
    }
    return terms
  }
}

/// A sum of products of elements, written with a letter for each axis.
///
///     try einsum("ij,jk->ik", a, b)     // the matrix product
///     try einsum("bij,bj->bi", a, v)    // one product for each element of a batch
///     try einsum("ii->", a)             // the trace
///
/// An axis has the same size wherever its letter stands. Letters that are not in the result are
/// summed over. Without `->` the result has the letters that occur once, in alphabetical order.
/// Operands are taken from left to right, each pair by one matrix product.
public func einsum(_ formula: String, _ operands: Tensor...) throws -> Tensor {
  try einsum(formula, operands)
}

/// A sum of products of elements; see `einsum(_:_:)`.
public func einsum(_ formula: String, _ operands: [Tensor]) throws -> Tensor {
  let plan = try EinsumFormula(formula)
  try plan.check(operands.map(\.shape))
  var parts = try zip(operands, plan.inputs).map { try Labelled($0, $1).withoutRepeats() }
  for index in parts.indices {
    let others = parts.indices.filter { $0 != index }.flatMap { parts[$0].letters }
    parts[index] = try parts[index].summed(keeping: others + plan.output)
  }
  var result = parts[0]
  for index in parts.indices.dropFirst() {
    let needed = parts[(index + 1)...].flatMap(\.letters) + plan.output
    result = try result.times(parts[index], keeping: needed)
  }
  result = try result.summed(keeping: plan.output)
  return try result.ordered(plan.output).tensor
}

/// The letters of a formula: for each operand, and for the result.
struct EinsumFormula {
  let inputs: [[Character]]
  let output: [Character]
  private let text: String

  init(_ text: String) throws {
    self.text = text
    let letters = Array(text.filter { $0 != " " })
    func problem(_ detail: String) -> TensorError {
      .badArgument("'\(text)' is no formula such as 'ij,jk->ik': \(detail)")
    }
    var sides: [[Character]] = [[]]
    var position = 0
    while position < letters.count {
      let letter = letters[position]
      if letter == "-", position + 1 < letters.count, letters[position + 1] == ">" {
        sides.append([])
        position += 2
        continue
      }
      guard letter == "," || (letter.isASCII && letter.isLetter) else {
        throw problem("an axis is a letter, not '\(letter)'")
      }
      sides[sides.count - 1].append(letter)
      position += 1
    }
    guard sides.count <= 2 else { throw problem("it has more than one '->'") }
    let inputs = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
    let all = inputs.flatMap { $0 }
    if sides.count == 2 {
      for (place, letter) in sides[1].enumerated() {
        guard letter != "," else { throw problem("it has more than one result") }
        guard all.contains(letter) else {
          throw problem("the result's letter '\(letter)' stands in no operand")
        }
        guard !sides[1][..<place].contains(letter) else {
          throw problem("the result has the letter '\(letter)' twice")
        }
      }
      output = sides[1]
    } else {
      output = all.filter { letter in all.filter { $0 == letter }.count == 1 }.sorted()
    }
    self.inputs = inputs
  }

  /// Throws unless there is a shape for each operand, and each letter has one size.
  func check(_ shapes: [Shape]) throws {
    guard shapes.count == inputs.count else {
      throw TensorError.badArgument(
        "'\(text)' is for \(inputs.count) tensors, not \(shapes.count)")
    }
    var sizes: [Character: (size: Int, operand: Int)] = [:]
    for (operand, (letters, shape)) in zip(inputs, shapes).enumerated() {
      guard letters.count == shape.rank else {
        throw TensorError.badArgument(
          "operand \(operand + 1) of '\(text)' has \(letters.count) axes, not \(shape)")
      }
      for (letter, size) in zip(letters, shape) {
        if let known = sizes[letter], known.size != size {
          throw TensorError.badArgument(
            "the letter '\(letter)' of '\(text)' has size \(known.size) in operand "
              + "\(known.operand + 1) and \(size) in operand \(operand + 1)")
        }
        sizes[letter] = sizes[letter] ?? (size, operand)
      }
    }
  }
}

/// A tensor with a letter for each of its axes.
private struct Labelled {
  let tensor: Tensor
  let letters: [Character]

  init(_ tensor: Tensor, _ letters: [Character]) {
    self.tensor = tensor
    self.letters = letters
  }

  private func size(_ letter: Character) -> Int {
    letters.firstIndex(of: letter).map { tensor.shape[$0] } ?? 1
  }

  /// The tensor with its axes in the order of some letters, which are its own.
  func ordered(_ wanted: [Character]) throws -> Labelled {
    guard wanted != letters else { return self }
    let order = wanted.compactMap { letters.firstIndex(of: $0) }
    return Labelled(try tensor.transposed(order), wanted)
  }

  /// The diagonal wherever a letter stands twice.
  func withoutRepeats() throws -> Labelled {
    var result = self
    while let (first, second) = result.repeated {
      let size = result.tensor.shape[first]
      let rest = result.tensor.shape.sizes.indices.filter { $0 != first && $0 != second }
      let kept = rest.map { result.tensor.shape[$0] }
      let rows = try result.tensor.transposed([first, second] + rest).reshape([size * size] + kept)
      let diagonal = try rows.rows(at: (0..<size).map { $0 * (size + 1) })
      result = Labelled(diagonal, [result.letters[first]] + rest.map { result.letters[$0] })
    }
    return result
  }

  private var repeated: (Int, Int)? {
    for (place, letter) in letters.enumerated() {
      if let other = letters[(place + 1)...].firstIndex(of: letter) { return (place, other) }
    }
    return nil
  }

  /// Sums over the axes whose letters are not needed any more.
  func summed(keeping needed: [Character]) throws -> Labelled {
    var result = self
    while let axis = result.letters.firstIndex(where: { !needed.contains($0) }) {
      var letters = result.letters
      letters.remove(at: axis)
      result = Labelled(try result.tensor.sum(axis: axis), letters)
    }
    return result
  }

  /// The product with another, summed over the shared letters that are not needed any more.
  ///
  /// `[batch, left, summed] @ [batch, summed, right] -> [batch, left, right]`, where each stands for
  /// any number of axes.
  func times(_ other: Labelled, keeping needed: [Character]) throws -> Labelled {
    let shared = letters.filter(other.letters.contains)
    let batch = shared.filter(needed.contains)
    let summed = shared.filter { !needed.contains($0) }
    let left = letters.filter { !shared.contains($0) }
    let right = other.letters.filter { !shared.contains($0) }
    func count(_ letters: [Character], _ owner: Labelled) -> Int {
      letters.reduce(1) { $0 * owner.size($1) }
    }
    let (b, m, k, n) = (
      count(batch, self), count(left, self), count(summed, self), count(right, other)
    )
    let first = try ordered(batch + left + summed).tensor.reshape([b, m, k])
    let second = try other.ordered(batch + summed + right).tensor.reshape([b, k, n])
    let sizes = batch.map(size) + left.map(size) + right.map(other.size)
    return Labelled(try Self.product(first, second).reshape(sizes), batch + left + right)
  }

  /// A product for each element of a batch; integers are multiplied exactly, one after the other.
  private static func product(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    guard !a.dtype.isFloat, !b.dtype.isFloat, a.shape[0] > 0 else { return try a.matmul(b) }
    return try stack((0..<a.shape[0]).map { try a.slice([.at($0)]).matmul(b.slice([.at($0)])) })
  }
}

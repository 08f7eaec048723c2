/// One line of a diff between recorded and new output.
public struct DiffLine: Sendable, Equatable {
  /// Where a line stands.
  public enum Side: String, Sendable {
    case both = " "
    /// Recorded, and not there now.
    case expected = "-"
    /// There now, and not recorded.
    case got = "+"
  }

  /// Where the line stands.
  public var side: Side
  /// Whether it is output or part of an error.
  public var kind: RecordedLine.Kind
  /// The line without its mark.
  public var text: String
  /// UTF-8 ranges of `text` that differ from the line on the other side; empty where the whole
  /// line has no counterpart.
  public var differing: [Range<Int>]

  /// A line of a diff.
  public init(
    _ side: Side, _ kind: RecordedLine.Kind, _ text: String, differing: [Range<Int>] = []
  ) {
    self.side = side
    self.kind = kind
    self.text = text
    self.differing = differing
  }

  /// The line of a unified diff: `-//> 0.25`.
  public var unified: String { side.rawValue + RecordedLine(kind, text).written }
}

/// Finds which recorded line belongs to which new one.
struct LineAlignment {
  private let expected: [RecordedLine]
  private let got: [OutputLine]
  private let comparison: Comparison
  /// Beyond this many pairs of lines the differing middle is shown as a whole.
  private static let pairLimit = 250_000

  init(expected: [RecordedLine], got: [OutputLine], comparison: Comparison) {
    self.expected = expected
    self.got = got
    self.comparison = comparison
  }

  /// The diff; nil when all lines agree.
  func differences() -> [DiffLine]? {
    var (start, end) = (0, 0)
    while start < min(expected.count, got.count), !isWild(start), agree(start, start) {
      start += 1
    }
    if start == expected.count, start == got.count { return nil }
    if expected.contains(where: comparison.isElision),
      comparison.matches(expected, got, agree: comparison.agree, isElision: comparison.isElision)
    {
      return nil
    }
    let room = min(expected.count, got.count) - start
    while end < room, !isWild(expected.count - 1 - end),
      agree(expected.count - 1 - end, got.count - 1 - end)
    {
      end += 1
    }
    let left = start..<(expected.count - end)
    let right = start..<(got.count - end)
    let steps = align(left, right)
    guard steps.contains(where: { $0.isDifference }) else { return nil }
    var lines = got[..<start].map { DiffLine(.both, $0.kind, $0.text) }
    lines += shown(steps)
    lines += got[(got.count - end)...].map { DiffLine(.both, $0.kind, $0.text) }
    return lines
  }

  private func agree(_ left: Int, _ right: Int) -> Bool {
    comparison.agree(expected[left], got[right])
  }

  private func isWild(_ left: Int) -> Bool { comparison.isElision(expected[left]) }

  private enum Step {
    case both(Int)
    case elided(Int)
    case expected(Int)
    case got(Int)
    case wild

    var isDifference: Bool {
      switch self {
      case .expected, .got: true
      default: false
      }
    }
  }

  /// The cheapest way from one side to the other, where an elision costs nothing.
  private func align(_ left: Range<Int>, _ right: Range<Int>) -> [Step] {
    guard left.count.multipliedReportingOverflow(by: right.count).partialValue <= Self.pairLimit,
      !left.count.multipliedReportingOverflow(by: right.count).overflow
    else { return left.map(Step.expected) + right.map(Step.got) }
    let width = right.count + 1
    let check = comparison.check
    let recorded = left.map { ComparedLine(expected[$0], check: check) }
    let new = right.map { ComparedLine(got[$0], check: check) }
    var costs = [Int32](repeating: 0, count: (left.count + 1) * width)
    var agreeing = [Bool](repeating: false, count: (left.count + 1) * width)
    for column in 1..<max(width, 1) { costs[column] = Int32(clamping: column) }
    for row in 1..<(left.count + 1) {
      let wild = isWild(left.lowerBound + row - 1)
      costs[row * width] = costs[(row - 1) * width] + (wild ? 0 : 1)
      for column in 1..<max(width, 1) {
        let place = row * width + column
        var cost = min(costs[place - width] + (wild ? 0 : 1), costs[place - 1] + (wild ? 0 : 1))
        if !wild, comparison.agree(recorded[row - 1], new[column - 1]) {
          agreeing[place] = true
          cost = min(cost, costs[place - width - 1])
        }
        costs[place] = cost
      }
    }
    return path(left, right, costs: costs, agreeing: agreeing)
  }

  private func path(
    _ left: Range<Int>, _ right: Range<Int>, costs: [Int32], agreeing: [Bool]
  ) -> [Step] {
    let width = right.count + 1
    var steps: [Step] = []
    var (row, column) = (left.count, right.count)
    while row > 0 || column > 0 {
      let place = row * width + column
      let wild = row > 0 && isWild(left.lowerBound + row - 1)
      if agreeing[place], costs[place] == costs[place - width - 1] {
        steps.append(.both(right.lowerBound + column - 1))
        row -= 1
        column -= 1
      } else if wild, column > 0, costs[place] == costs[place - 1] {
        steps.append(.elided(right.lowerBound + column - 1))
        column -= 1
      } else if wild, costs[place] == costs[place - width] {
        steps.append(.wild)
        row -= 1
      } else if column > 0, costs[place] == costs[place - 1] + 1 {
        steps.append(.got(right.lowerBound + column - 1))
        column -= 1
      } else {
        steps.append(.expected(left.lowerBound + row - 1))
        row -= 1
      }
    }
    return steps.reversed()
  }

  // MARK: Showing

  private func shown(_ steps: [Step]) -> [DiffLine] {
    var lines: [DiffLine] = []
    var removed: [Int] = []
    var added: [Int] = []
    func flush() {
      var counterparts: [(DiffLine, DiffLine)] = []
      for (left, right) in zip(removed, added) {
        counterparts.append(comparison.differing(expected[left], got[right]))
      }
      let paired = counterparts.count
      lines += counterparts.map(\.0)
      lines += removed[paired...].map { DiffLine(.expected, expected[$0].kind, expected[$0].text) }
      lines += counterparts.map(\.1)
      lines += added[paired...].map { DiffLine(.got, got[$0].kind, got[$0].text) }
      removed = []
      added = []
    }
    for step in steps {
      switch step {
      case .expected(let index): removed.append(index)
      case .got(let index): added.append(index)
      case .both(let index), .elided(let index):
        flush()
        lines.append(DiffLine(.both, got[index].kind, got[index].text))
      case .wild: flush()
      }
    }
    flush()
    return lines
  }
}

extension Comparison {
  /// Two lines that belong together, with what differs between them.
  ///
  /// With as many tokens on both sides each is compared with its counterpart; otherwise what lies
  /// between the common beginning and the common end differs.
  func differing(_ recorded: RecordedLine, _ new: OutputLine) -> (DiffLine, DiffLine) {
    let expected = OutputTokens(recorded: recorded.text)
    let got = OutputTokens(new)
    let left = expected.tokens.filter { $0.kind != .blank }
    let right = got.tokens.filter { $0.kind != .blank }
    var leftRanges: [Range<Int>] = []
    var rightRanges: [Range<Int>] = []
    func same(_ a: Int, _ b: Int) -> Bool { agree(left[a], of: expected, right[b], of: got) }
    if left.count == right.count {
      for index in left.indices where !same(index, index) {
        leftRanges.append(left[index].range)
        rightRanges.append(right[index].range)
      }
    } else {
      let room = min(left.count, right.count)
      var (start, end) = (0, 0)
      while start < room, same(start, start) { start += 1 }
      while end < room - start, same(left.count - 1 - end, right.count - 1 - end) { end += 1 }
      leftRanges = left[start..<(left.count - end)].map(\.range)
      rightRanges = right[start..<(right.count - end)].map(\.range)
    }
    return (
      DiffLine(.expected, recorded.kind, recorded.text, differing: leftRanges),
      DiffLine(.got, new.kind, new.text, differing: rightRanges)
    )
  }
}

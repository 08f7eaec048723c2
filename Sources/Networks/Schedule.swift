#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How the learning rate changes in the course of a training: a value.
///
///     try fit(&net, train, optimizer: SGD(0.1), schedule: .cosine(warmUp: 100))
///     optimizer.learningRate = 0.1 * schedule.factor(at: step, of: 1000)    // by hand
///
/// It gives a factor for the optimizer's own learning rate, for each step from 0 on.
public struct Schedule: Sendable, Equatable, CustomStringConvertible {
  /// What happens after the warm-up.
  public enum Course: Sendable, Equatable {
    case constant
    /// Multiplied by a factor after each of so many steps.
    case steps(every: Int, factor: Double)
    /// Half a cosine wave from 1 to an end, over so many steps or all there are.
    case cosine(over: Int?, end: Double)
  }

  public let course: Course
  /// Steps in which the rate rises evenly to its full size.
  public let warmUp: Int

  private init(_ course: Course, warmUp: Int) throws {
    guard warmUp >= 0 else { throw NetworkError.badSize("a warm-up", warmUp, minimum: 0) }
    self.course = course
    self.warmUp = warmUp
  }

  /// The full rate after a warm-up of so many steps.
  public static func warmUp(_ steps: Int) throws -> Schedule {
    try Schedule(.constant, warmUp: steps)
  }

  /// The rate multiplied by a factor after each of so many steps.
  public static func steps(every: Int, factor: Double = 0.1, warmUp: Int = 0) throws -> Schedule {
    guard every > 0 else { throw NetworkError.badSize("the length of a stage", every, minimum: 1) }
    guard factor > 0, factor <= 1 else {
      throw NetworkError.badRate("the factor of a schedule is above 0 and at most 1", factor)
    }
    return try Schedule(.steps(every: every, factor: factor), warmUp: warmUp)
  }

  /// Half a cosine wave from the full rate to a share of it: arXiv 1608.03983 without restarts.
  ///
  /// It takes `over` steps after the warm-up, else all that the training has.
  public static func cosine(
    over: Int? = nil, end: Double = 0, warmUp: Int = 0
  ) throws -> Schedule {
    if let over, over < 1 { throw NetworkError.badSize("a cosine's length", over, minimum: 1) }
    guard end >= 0, end <= 1 else {
      throw NetworkError.badRate("the end of a cosine is a share from 0 to 1", end)
    }
    return try Schedule(.cosine(over: over, end: end), warmUp: warmUp)
  }

  public var description: String {
    let tail = warmUp > 0 ? "warmUp: \(warmUp)" : nil
    switch course {
    case .constant: return "warmUp(\(warmUp))"
    case .steps(let every, let factor):
      return "stepDecay("
        + ["every: \(every)", "factor: \(factor)", tail]
        .compactMap { $0 }.joined(separator: ", ") + ")"
    case .cosine(let over, let end):
      return "cosineDecay("
        + [over.map { "over: \($0)" }, "end: \(end)", tail]
        .compactMap { $0 }.joined(separator: ", ") + ")"
    }
  }

  /// The share of the full rate at a step, counted from 0, of a training of so many.
  public func factor(at step: Int, of total: Int) -> Double {
    let step = max(0, step)
    if step < warmUp { return Double(step + 1) / Double(warmUp) }
    let since = step - warmUp
    switch course {
    case .constant: return 1
    case .steps(let every, let factor): return pow(factor, Double(since / every))
    case .cosine(let over, let end):
      let length = over ?? max(1, max(0, total) - warmUp)
      let share = min(1, Double(since) / Double(length))
      return end + (1 - end) * 0.5 * (1 + cos(Double.pi * share))
    }
  }
}

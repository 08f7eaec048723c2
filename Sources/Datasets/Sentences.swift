/// Short reviews, positive or negative, as numbers of words: int32 `[N, 16]`, for `Embedding`.
///
///     let train = try Sentences.make(count: 2000, seed: 1)
///     // "although the food was not bad the service seemed awful" is negative
///
/// The grammar:
///
///     review      -> opener? (clause | clause "and" clause | clause "but" clause
///                    | "although" clause clause | clause "although" clause)
///     clause      -> "the" noun ("was" | "seemed") "not"? adverb? adjective
///
/// `not` turns an adjective round. Clauses joined by `and` agree; where they are in contrast, the
/// clause counts that follows `but` or has no `although`. So neither the words without their order
/// nor a single clause are enough.
///
/// A shorter sentence ends in zeros; word i of the vocabulary stands for the number i.
public enum Sentences {
  /// Numbers of one sentence.
  public static let length = 16
  public static let classNames = ["negative", "positive"]

  private static let openers = [["honestly"], ["in", "short"], ["to", "be", "fair"]]
  private static let nouns = [
    "food", "service", "room", "music", "view", "coffee", "staff", "place",
  ]
  private static let verbs = ["was", "seemed"]
  private static let adverbs = ["really", "very", "quite"]
  private static let adjectives = [
    ["bad", "awful", "poor", "terrible", "boring", "cold"],
    ["good", "lovely", "great", "wonderful", "charming", "warm"],
  ]

  /// The word of each number; that of 0 is empty.
  public static let vocabulary: [String] =
    [""] + ["the", "not", "and", "but", "although"] + verbs + adverbs + nouns
    + adjectives.flatMap { $0 } + openers.flatMap { $0 }

  private static let numbers = Dictionary(
    uniqueKeysWithValues: vocabulary.enumerated().map { ($0.element, Int32($0.offset)) })

  /// How the clauses of a sentence are joined.
  private enum Form {
    case alone
    case agreeing
    case but
    /// The main clause comes last.
    case although
    /// The main clause comes first.
    case withAlthough

    /// As often as they occur.
    static let all: [Form] = [.alone, .alone, .alone, .agreeing, .but, .although, .withAlthough]
  }

  /// Makes sentences.
  ///
  /// Errors: a negative count, and one whose sentences take more than 2 GiB.
  public static func make(
    count: Int, seed: UInt64, isCancelled: () -> Bool = { false }
  ) throws -> Dataset {
    try Synthetic.dataset(
      "sentences", count: count, shape: [length], seed: seed, classCount: classNames.count,
      classNames: classNames, vocabulary: vocabulary, isCancelled: isCancelled
    ) { (label, generator, sentence: UnsafeMutableBufferPointer<Int32>) in
      sentence.update(repeating: 0)
      for (place, word) in words(label, &generator).prefix(length).enumerated() {
        sentence[place] = numbers[word] ?? 0
      }
    }
  }

  private static func words(_ label: Int, _ generator: inout HashGenerator) -> [String] {
    let opener = generator.below(4) == 0 ? choose(openers, &generator) : []
    let form = Form.all[Int(generator.below(UInt64(Form.all.count)))]
    let noun = Int(generator.below(UInt64(nouns.count)))
    let main = clause(label, nouns[noun], &generator)
    guard form != .alone else { return opener + main }
    // Another noun than that of the main clause.
    let other = (noun + 1 + Int(generator.below(UInt64(nouns.count - 1)))) % nouns.count
    let side = clause(form == .agreeing ? label : 1 - label, nouns[other], &generator)
    return switch form {
    case .agreeing: opener + main + ["and"] + side
    case .but: opener + side + ["but"] + main
    case .although: opener + ["although"] + side + main
    case .alone, .withAlthough: opener + main + ["although"] + side
    }
  }

  private static func clause(
    _ feeling: Int, _ noun: String, _ generator: inout HashGenerator
  ) -> [String] {
    let isTurned = generator.below(4) == 0
    var words = ["the", noun, choose(verbs, &generator)]
    if isTurned { words.append("not") }
    if generator.below(3) == 0 { words.append(choose(adverbs, &generator)) }
    words.append(choose(adjectives[isTurned ? 1 - feeling : feeling], &generator))
    return words
  }

  private static func choose<T>(_ list: [T], _ generator: inout HashGenerator) -> T {
    list[Int(generator.below(UInt64(list.count)))]
  }
}

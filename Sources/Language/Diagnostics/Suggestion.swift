/// Finds the name that a misspelt one may have meant.
public enum Suggestion {
  /// The nearest name at an edit distance of at most max(1, length / 3); nil when none is near.
  ///
  /// An edit inserts, removes or replaces a character, or swaps two neighbours. Among equally near
  /// names the first in alphabetical order wins.
  public static func nearest(to name: String, among names: some Sequence<String>) -> String? {
    let characters = Array(name)
    let limit = max(1, characters.count / 3)
    var best: (distance: Int, name: String)?
    for candidate in names where candidate != name && !candidate.isEmpty {
      let distance = editDistance(characters, Array(candidate), limit: limit)
      // Replacing everything is no likeness.
      guard distance <= limit, distance < max(characters.count, candidate.count) else { continue }
      if let found = best, (found.distance, found.name) <= (distance, candidate) { continue }
      best = (distance, candidate)
    }
    return best?.name
  }

  /// The optimal string alignment distance; anything above the limit is given as limit + 1.
  static func editDistance(_ left: [Character], _ right: [Character], limit: Int) -> Int {
    guard abs(left.count - right.count) <= limit else { return limit + 1 }
    if left.isEmpty { return right.count }
    var before: [Int] = []
    var previous = Array(0...right.count)
    for row in 1...left.count {
      var current = [row]
      for column in 0..<right.count {
        let cost = left[row - 1] == right[column] ? 0 : 1
        var distance = min(
          previous[column] + cost, previous[column + 1] + 1, current[column] + 1)
        if row > 1, column > 0, left[row - 1] == right[column - 1],
          left[row - 2] == right[column]
        {
          distance = min(distance, before[column - 1] + 1)
        }
        current.append(distance)
      }
      if (current.min() ?? 0) > limit { return limit + 1 }
      before = previous
      previous = current
    }
    return min(previous[right.count], limit + 1)
  }
}

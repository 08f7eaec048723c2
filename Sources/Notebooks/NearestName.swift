/// The name nearest to a mistyped one, within an edit distance of `max(1, length / 3)`.
func nearestName(to name: String, among names: [String]) -> String? {
  let typed = Array(name.unicodeScalars.prefix(65))
  guard typed.count <= 64 else { return nil }
  let limit = max(1, typed.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in names where abs(candidate.unicodeScalars.count - typed.count) <= limit {
    let distance = editDistance(typed, Array(candidate.unicodeScalars))
    if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// Insertions, deletions, replacements and swaps of neighbours that make one text of the other.
///
/// The restricted Damerau-Levenshtein distance, row by row.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for (row, scalar) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      var cost = min(last[column] + (scalar == other ? 0 : 1), last[column + 1] + 1)
      cost = min(cost, current[column] + 1)
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
        cost = min(cost, beforeLast[column - 1] + 1)
      }
      current.append(cost)
    }
    beforeLast = last
    last = current
  }
  return last[right.count]
}

/// Which argument each parameter takes.
///
/// A label, where written, names its parameter. The other arguments fill the parameters that are
/// left, from the first on; a trailing closure takes the last one.
struct Binding {
  /// For each parameter the position of its argument; nil where the default holds.
  var indices: [Int?]
  /// The arguments of a variadic parameter.
  var rest: [Int] = []

  /// - Parameter isLenient: further arguments are dropped, as for `{ 3 }` and `{ $0 }`.
  init(
    of arguments: [Argument], to parameters: [Parameter], isLenient: Bool = false,
    signature: @autoclosure () -> String
  ) throws {
    indices = Array(repeating: nil, count: parameters.count)
    for (index, argument) in arguments.enumerated() {
      guard let label = argument.label else { continue }
      guard
        let position = parameters.firstIndex(where: {
          $0.label == label || ($0.label != nil && $0.name == label)
        })
      else {
        let labels = parameters.compactMap(\.label)
        throw Fault(
          "\(signature()) has no parameter '\(label)'",
          help: Suggestion.nearest(to: label, among: labels).map { "did you mean '\($0)'?" },
          argument: index, atLabel: true)
      }
      guard indices[position] == nil else {
        throw Fault(
          "the parameter '\(label)' is given twice", argument: index, atLabel: true)
      }
      indices[position] = index
    }
    var next = 0
    for (index, argument) in arguments.enumerated() where argument.label == nil {
      if argument.isTrailing, let last = indices.indices.last, indices[last] == nil,
        !parameters[last].isVariadic
      {
        indices[last] = index
        continue
      }
      while next < parameters.count, indices[next] != nil { next += 1 }
      guard next < parameters.count else {
        if isLenient { continue }
        throw Fault(
          "\(signature()) takes \(Binding.count(parameters.count)), not \(arguments.count)",
          argument: index)
      }
      if parameters[next].isVariadic {
        rest.append(index)
      } else {
        indices[next] = index
      }
    }
    for (position, parameter) in parameters.enumerated()
    where indices[position] == nil && !parameter.isOptional && !parameter.isVariadic {
      throw Fault("\(signature()) wants its argument '\(parameter.name)'")
    }
  }

  static func count(_ number: Int) -> String {
    switch number {
    case 0: "no argument"
    case 1: "one argument"
    default: "\(number) arguments"
    }
  }
}

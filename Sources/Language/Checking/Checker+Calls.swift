/// An argument as the check sees it, with its places.
struct PlacedArgument {
  let label: String?
  let value: StaticValue
  let isInout: Bool
  let isTrailing: Bool
  let range: SourceRange
  let labelRange: SourceRange

  /// An argument of the same form, for what looks at labels and places alone.
  var placeholder: Argument {
    Argument(
      label: label, value: value.value ?? .void, isInout: isInout, isTrailing: isTrailing,
      range: range, labelRange: labelRange)
  }

  var argument: StaticArgument {
    StaticArgument(label: label, value: value, isInout: isInout, isTrailing: isTrailing)
  }
}

extension Checker {
  mutating func arguments(_ arguments: [ArgumentSyntax]) -> [PlacedArgument] {
    arguments.map { argument in
      PlacedArgument(
        label: argument.label, value: expression(argument.expression),
        isInout: argument.isInout, isTrailing: argument.isTrailing, range: argument.range,
        labelRange: argument.labelRange)
    }
  }

  mutating func call(
    _ callee: Expression, _ arguments: [ArgumentSyntax], at range: SourceRange
  ) -> StaticValue {
    switch callee.kind {
    case .name("expect") where arguments.count == 2:
      // The message runs only where the condition does not hold.
      let first = self.arguments([arguments[0]])
      let message = uncertain(.conditional) { $0.arguments([arguments[1]]) }
      return call("expect", meaning(of: "expect"), first + message, at: range)
    case .name(let name):
      return call(name, meaning(of: name), self.arguments(arguments), at: range)
    case .member(let base, let name, let nameRange):
      return method(name, nameRange, of: base, arguments, at: range)
    case .choice(let name, let own) where own.isEmpty:
      return choice(name, self.arguments(arguments))
    default:
      let value = expression(callee)
      return call(value: value, self.arguments(arguments), at: range)
    }
  }

  private mutating func call(
    _ name: String, _ meaning: Meaning, _ arguments: [PlacedArgument], at range: SourceRange
  ) -> StaticValue {
    switch meaning {
    case .own(let value): return call(value: value, arguments, at: range)
    case .nothing: return .unknown
    case .builtin(.function(let native as NativeFunction)):
      return call(native, arguments, at: range)
    case .builtin(.function(let function)):
      do {
        try machine.checkAmpersands(function, arguments.map(\.placeholder))
      } catch {
        report(error, site(range), arguments.map(\.placeholder))
        return .unknown
      }
      guard let host = staticHost else { return .unknown }
      return note(host.check(call: name, arguments.map(\.argument)), arguments, at: range)
    case .builtin: return .unknown
    }
  }

  /// Reports the fault of a call at its place.
  private mutating func note(
    _ result: StaticResult, _ arguments: [PlacedArgument], at range: SourceRange
  ) -> StaticValue {
    if let fault = result.fault { report(fault, site(range), arguments.map(\.placeholder)) }
    return result.value
  }

  private mutating func call(
    value: StaticValue, _ arguments: [PlacedArgument], at range: SourceRange
  ) -> StaticValue {
    switch value {
    case .function(let function): check(function, arguments, at: range)
    case .object(let object):
      guard let host = staticHost else { return .unknown }
      return note(host.check(calling: object, arguments.map(\.argument)), arguments, at: range)
    case .known, .list, .tuple:
      if let sample = value.sample {
        report(Fault("\(article(sample.kindName)) cannot be called"), site(range))
      }
    case .unknown: break
    }
    return .unknown
  }

  /// Checks labels, count and `&` of a call of the program's own function.
  private mutating func check(
    _ function: StaticFunction, _ arguments: [PlacedArgument], at range: SourceRange
  ) {
    // A closure of several parameters takes the elements of a single tuple.
    let mayTakeApart = function.isClosure && arguments.count == 1
    if mayTakeApart, function.parameters.count > 1 { return }
    let placeholders = arguments.map(\.placeholder)
    do {
      let binding = try Binding(
        of: placeholders, to: function.parameters, isLenient: function.isAnonymous,
        signature: function.signature)
      for (position, index) in binding.indices.enumerated() {
        guard let index else { continue }
        let parameter = function.parameters[position]
        guard placeholders[index].isInout != parameter.isInout else { continue }
        throw parameter.isInout
          ? Fault.wantsAmpersand(parameter.name, of: function.signature, index)
          : Fault.needsNoAmpersand(parameter.name, of: function.signature, index)
      }
    } catch {
      guard var diagnostic = machine.located(error, site(range), placeholders) as? Diagnostic
      else { return }
      diagnostic.secondary.append(function.definition)
      report(diagnostic)
    }
  }

  /// A function of the language: labels always, values where all are known and nothing happens.
  private mutating func call(
    _ function: NativeFunction, _ arguments: [PlacedArgument], at range: SourceRange
  ) -> StaticValue {
    let placeholders = arguments.map(\.placeholder)
    do {
      _ = try Given(placeholders, for: function.parameters, of: function.name)
      guard Checker.pureFunctions.contains(function.name),
        arguments.allSatisfy({ $0.value.value != nil })
      else { return .unknown }
      var values = placeholders
      return .known(try function.call(&values, at: range, in: machine))
    } catch {
      report(error, site(range), placeholders)
      return .unknown
    }
  }

  /// Functions of the language that only compute.
  private static let pureFunctions = Set(LanguageFunctions.numeric.map(\.name))
    .union(["Int", "Double"])

  /// `base.name(arguments)`.
  private mutating func method(
    _ name: String, _ nameRange: SourceRange, of base: Expression,
    _ syntax: [ArgumentSyntax], at range: SourceRange
  ) -> StaticValue {
    let receiver = expression(base)
    let arguments = self.arguments(syntax)
    switch receiver {
    case .unknown, .function: return .unknown
    case .object(let object):
      if staticHost?.check(member: name, of: object) != nil { return .unknown }
    case .known, .list, .tuple:
      guard let sample = receiver.sample else { return .unknown }
      if case .choice = sample { return .unknown }
      if let method = Methods.method(name, of: sample) {
        do {
          _ = try Given(arguments.map(\.placeholder), for: method.parameters, of: name)
        } catch {
          report(error, site(range), arguments.map(\.placeholder))
        }
        return .unknown
      }
      if machine.hostKnows(name, of: sample) { return .unknown }
      if case .tuple(_, let labels) = receiver, labels.contains(name) { return .unknown }
    }
    var meaning = meaning(of: name)
    if case .own(let value) = meaning, let library = library(name) {
      // A variable without a function does not hide that of the library.
      switch value {
      case .function, .unknown: break
      case .object, .known, .list, .tuple: meaning = .builtin(library)
      }
    }
    if case .nothing = meaning {
      switch receiver {
      case .object(let object):
        report(noMember(name, of: object, nameRange), site(nameRange))
      default:
        if let sample = receiver.sample {
          report(machine.noMember(name, of: sample, site(nameRange)), site(nameRange))
        }
      }
      return .unknown
    }
    let first = PlacedArgument(
      label: nil, value: receiver, isInout: isInout(meaning), isTrailing: false,
      range: base.range, labelRange: .none)
    return call(name, meaning, [first] + arguments, at: range)
  }

  private func isInout(_ meaning: Meaning) -> Bool {
    switch meaning {
    case .builtin(.function(let function)): function.isInout(at: 0)
    case .own(.function(let function)): function.parameters.first?.isInout ?? false
    default: false
    }
  }
}

import Figures
import Language
import Sessions

/// Something that `:set` changes: one table for what there is, what it may be, and completion.
struct Setting {
  let name: String
  let summary: String
  /// What it may be, in words.
  let range: String
  /// What it may be, where that is one of a few words.
  var choices: [String] = []
  let get: (Prompt) -> String
  /// Sets it; false where the text is no value of it.
  let set: (Prompt, String) -> Bool

  nonisolated(unsafe) static let all: [Setting] = [
    Setting(
      name: "digits", summary: "digits behind the point of a tensor's elements", range: "0 to 17",
      get: { "\($0.session.look.digits)" },
      set: { number($1, in: 0...17, into: \.session.look.digits, of: $0) }),
    Setting(
      name: "width", summary: "columns of a line of a tensor", range: "20 to 1000",
      get: { "\($0.session.look.width)" },
      set: { number($1, in: 20...1000, into: \.session.look.width, of: $0) }),
    flag("color", "whether code, errors and prompts are coloured") {
      $0.console.isColored
    } set: {
      $0.setColor($1)
    },
    Setting(
      name: "graphics", summary: "how images are shown",
      range: listedNames(TerminalGraphics.allCases.map(\.rawValue)),
      choices: TerminalGraphics.allCases.map(\.rawValue),
      get: { $0.console.screen.graphics.rawValue },
      set: { prompt, text in
        guard let graphics = TerminalGraphics(rawValue: text) else { return false }
        prompt.console.graphics = graphics
        return true
      }),
    flag("time", "whether the time of each input is shown") {
      $0.showsTime
    } set: {
      $0.showsTime = $1
    },
  ]

  private static func listedNames(_ names: [String]) -> String {
    names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }

  private static func number(
    _ text: String, in range: ClosedRange<Int>, into path: ReferenceWritableKeyPath<Prompt, Int>,
    of prompt: Prompt
  ) -> Bool {
    guard let number = Int(text), range.contains(number) else { return false }
    prompt[keyPath: path] = number
    return true
  }

  private static func flag(
    _ name: String, _ summary: String, _ get: @escaping (Prompt) -> Bool,
    set: @escaping (Prompt, Bool) -> Void
  ) -> Setting {
    Setting(
      name: name, summary: summary, range: "on or off", choices: ["on", "off"],
      get: { get($0) ? "on" : "off" },
      set: { prompt, text in
        guard text == "on" || text == "off" else { return false }
        set(prompt, text == "on")
        return true
      })
  }

  /// The setting or value that a word may be.
  static func completion(of word: String, after before: String) -> Completion {
    let words = before.split(whereSeparator: \.isWhitespace).map(String.init)
    if words.isEmpty {
      var found = Completion(
        all.map { Candidate(text: $0.name, help: "\($0.range), \($0.summary)") }, startingWith: word
      )
      found.suffix = " "
      return found
    }
    guard words.count == 1, let setting = all.first(where: { $0.name == words[0] }) else {
      return .none
    }
    if setting.choices.isEmpty { return Completion(hint: "\(setting.name): \(setting.range)") }
    return Completion(
      setting.choices.map { Candidate(text: $0) }, startingWith: word, sorted: false)
  }
}

extension Prompt {
  /// `:set`, `:set digits`, `:set digits 6`.
  func set(_ text: String) {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    guard let name = words.first else {
      let width = Setting.all.map(\.name.count).max() ?? 0
      for setting in Setting.all { console.write(line(setting, width) + "\n") }
      return
    }
    guard let setting = Setting.all.first(where: { $0.name == name }) else {
      let nearest = Suggestion.nearest(to: name, among: Setting.all.map(\.name))
      return console.report(
        error: "nothing is set by '\(name)'",
        help: nearest.map { "did you mean '\($0)'?" } ?? ":set lists what can be set")
    }
    if words.count > 1, words.count > 2 || !setting.set(self, words[1]) {
      return console.report(
        error: "'\(name)' is \(setting.range), not '\(words.dropFirst().joined(separator: " "))'")
    }
    if words.count == 1 { console.write(line(setting, name.count) + "\n") }
  }

  private func line(_ setting: Setting, _ width: Int) -> String {
    let space = String(repeating: " ", count: width - setting.name.count)
    let value = setting.get(self)
    return console.output.style.paint(setting.name, .strong) + "\(space)  \(value)  "
      + console.output.style.paint("\(setting.summary); \(setting.range)", .faint)
  }
}

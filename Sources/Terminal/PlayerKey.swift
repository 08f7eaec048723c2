import Notebooks
import Sessions

/// A key of the walk: one table for dispatch and help.
struct PlayerKey {
  let names: [String]
  let summary: String
  let act: (Player, Player.Walk) -> Void

  /// Whether a line, without blanks around it, is this key.
  func matches(_ line: String) -> Bool { names.contains(line) }

  nonisolated(unsafe) static let all: [PlayerKey] = [
    PlayerKey(names: ["n", "next", ""], summary: "run this cell and go on: Enter or n") {
      player, stepper in player.move(stepper) { stepper.next().map { [$0] } ?? [] }
    },
    PlayerKey(names: ["b", "back"], summary: "go back, with the state as it was") {
      player, stepper in
      if stepper.back() {
        player.presentCurrent(of: stepper)
      } else {
        player.console.report("this is the beginning")
      }
    },
    PlayerKey(names: ["a", "again"], summary: "run the last cell once more") { player, stepper in
      player.move(stepper) { stepper.again().map { [$0] } ?? [] }
    },
    PlayerKey(names: ["e", "edit"], summary: "change the code of this cell, then run it") {
      player, stepper in player.edit(stepper)
    },
    PlayerKey(names: ["h", "hint"], summary: "a hint for the exercise") { player, stepper in
      player.hint(stepper)
    },
    PlayerKey(names: ["c", "check"], summary: "check your answer to the exercise") {
      player, stepper in player.check(stepper)
    },
    PlayerKey(names: ["s", "solution"], summary: "show the solution of the exercise") {
      player, stepper in
      if let code = stepper.solution() {
        player.show(code: code)
      } else {
        player.console.report("there is no solution here")
      }
    },
    PlayerKey(
      names: ["k", "skip"], summary: "go on without running; an exercise is solved for you"
    ) {
      player, stepper in
      player.showSolution(stepper)
      player.move(stepper) { stepper.skip().map { [$0] } ?? [] }
    },
    PlayerKey(names: ["l", "list"], summary: "the cells of the file") { player, stepper in
      player.list(stepper)
    },
    PlayerKey(names: ["v", "vars"], summary: "the variables") { player, _ in
      player.showVariables()
    },
    PlayerKey(names: ["i", "insert"], summary: "put a new cell of code in front of this one") {
      player, stepper in player.insert(stepper)
    },
    PlayerKey(names: ["d", "delete"], summary: "take this cell out") { player, stepper in
      player.delete(stepper)
    },
    PlayerKey(names: ["r", "resume"], summary: "go on where you were last time") {
      player, stepper in player.resume(stepper)
    },
    PlayerKey(names: ["q", "quit"], summary: "leave") { player, _ in player.isLeaving = true },
    PlayerKey(names: ["?", "help"], summary: "this list") { player, _ in player.help() },
  ]
}

extension Player {
  fileprivate func help() {
    var text = PlayerKey.all.map { key in
      let name = key.names[0]
      return "  " + console.output.style.paint(name, .strong)
        + String(repeating: " ", count: 7 - name.count) + key.summary
    }
    text.append(
      "  " + console.output.style.paint("12", .strong) + "     run to cell 12, or go back to it")
    let more = [
      ("/text", "search; / alone once more"), ("save", "write the file; 'save name' a new one"),
    ]
    for (name, summary) in more {
      text.append(
        "  " + console.output.style.paint(name, .strong)
          + String(repeating: " ", count: 7 - name.count) + summary)
    }
    text.append("  Anything else is run as code, to look around: w.shape, (q)")
    console.write(text.joined(separator: "\n") + "\n")
  }

  fileprivate func edit(_ stepper: Player.Walk) {
    guard let cell = stepper.current, !cell.kind.isProse else {
      return console.report("there is no code here")
    }
    guard let code = edited(stepper.code(of: cell)) else { return console.write("\n") }
    stepper.edit(cell, code)
    if cell.kind == .exercise { return check(stepper) }
    move(stepper) { stepper.next().map { [$0] } ?? [] }
  }

  fileprivate func hint(_ stepper: Player.Walk) {
    guard let hint = stepper.hint() else { return console.report("there is no further hint here") }
    console.write(rendered(hint) + "\n")
    if stepper.hintsLeft > 0 { console.write("\(stepper.hintsLeft) more\n") }
  }

  fileprivate func check(_ stepper: Player.Walk) {
    let steps = Interrupts.whileRunning { stepper.check() }
    Interrupts.forget()
    guard !steps.isEmpty else { return console.report("there is no exercise here") }
    for step in steps { conclude(step, atExercise: true) }
    if steps.allSatisfy({ !$0.failedUnexpectedly }) {
      console.write(console.output.style.paint("right", .good) + "  Enter goes on\n")
    }
  }
}

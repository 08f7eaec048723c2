import Language
import Sessions

/// How far a piece of work is, in one line: what, a bar, the share, a rate, the time left.
///
///     epoch 2/3 [=========>          ] 46 %  loss 0.0412 █▆▄▃▂▂▁▁  12,800 images/s  4 s left
struct ProgressBar {
  let isShown: Bool
  /// Whether a line is on the screen that has to be wiped out before anything else is written.
  var isVisible = false
  private var title = ""
  private var start: ContinuousClock.Instant?
  private var drawn: ContinuousClock.Instant?
  private var curve = LossCurve()

  private static let interval = Duration.milliseconds(100)

  init(isShown: Bool) { self.isShown = isShown }

  /// What to write for a report; nil while it is too early to draw again.
  mutating func next(_ progress: Progress, columns: Int) -> String? {
    guard isShown else { return nil }
    if let value = progress.value { curve.add(value) }
    let now = ContinuousClock.now
    if start == nil || progress.title != title {
      title = progress.title
      start = now
      drawn = drawn ?? now
    }
    // What takes no time shows no bar.
    guard let start, let drawn, now - drawn >= Self.interval else { return nil }
    self.drawn = now
    isVisible = true
    let seconds = (now - start) / .seconds(1)
    let line = ProgressBar.line(
      progress, seconds: seconds, columns: columns - 1,
      curve: curve.text(isUnicode: Environment.isUnicode))
    return "\r" + line + "\u{1B}[K"
  }

  /// Forgets the work, since it is over.
  mutating func end() {
    start = nil
    drawn = nil
    curve = LossCurve()
  }

  // MARK: Drawing

  /// The line, cut from the right until it fits.
  static func line(_ progress: Progress, seconds: Double, columns: Int, curve: String = "")
    -> String
  {
    let share = progress.fraction.isFinite ? min(max(progress.fraction, 0), 1) : 0
    let percent = "\(Int(share * 100)) %"
    var parts = [curve.isEmpty ? progress.detail : progress.detail + " " + curve]
    if seconds > 0.5, progress.done > 0 {
      parts.append("\(rate(Double(progress.done) / seconds)) \(progress.unit)/s")
      if share > 0 { parts.append("\(time(seconds * (1 - share) / share)) left") }
    }
    let title = String(Style.printable(progress.title).filter { $0 != "\n" }.prefix(200))
    func width(_ parts: [String], bar: Int) -> Int {
      parts.reduce(DisplayWidth.of(title) + bar + 4 + percent.count) {
        $0 + ($1.isEmpty ? 0 : 2 + DisplayWidth.of($1))
      }
    }
    while !parts.isEmpty, width(parts, bar: 10) > columns {
      if parts.count == 1, parts[0] != progress.detail {
        parts[0] = progress.detail
      } else {
        parts.removeLast()
      }
    }
    let room = columns - width(parts, bar: 0)
    var line = title
    if room >= 4 {
      let size = min(room, 30)
      let filled = Int(share * Double(size))
      line +=
        " [" + String(repeating: "=", count: max(0, filled - 1))
        + (filled > 0 ? ">" : "") + String(repeating: " ", count: size - filled) + "]"
    }
    line += " \(percent)"
    for part in parts where !part.isEmpty { line += "  " + Style.printable(part) }
    while DisplayWidth.of(line) > columns, !line.isEmpty { line.removeLast() }
    return line
  }

  /// A number of things a second: three digits or all of its whole ones, in groups.
  static func rate(_ value: Double) -> String {
    guard value.isFinite, value < 1e15 else { return "many" }
    if value < 10 { return "\((value * 10).rounded() / 10)" }
    var digits = String(Int(value.rounded()))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return ([digits] + groups).joined(separator: ",")
  }

  /// A time in its two largest units: `4 s`, `2 min 05 s`, `3 h 20 min`.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "long" }
    let whole = Int(max(0, seconds).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole % 3600 / 60)) min"
  }
}

/// A time that is over: `0.042 s`, `3.2 s`, `2 min 05 s`.
func elapsedText(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 60 else { return ProgressBar.time(seconds) }
  let digits = seconds < 1 ? 1000.0 : 10.0
  return "\((max(0, seconds) * digits).rounded() / digits) s"
}

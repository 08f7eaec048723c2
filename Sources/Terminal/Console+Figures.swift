import Figures
import Sessions

extension Console {
  /// An output as it looks here: a figure as well as the terminal can draw it, else its text.
  ///
  /// A file or a pipe gets what a recording holds.
  func text(of output: Output) -> String {
    guard self.output.isTerminal, output.figure != nil || output.aside != nil else {
      return output.text
    }
    var screen = FigureScreen { Environment[$0] }
    let style = self.output.style
    if !style.isColored { screen.color = .none }
    let columns = self.output.columns
    var text = output.figure?.drawn(on: screen, columns: columns) ?? output.text
    if let aside = output.aside, screen.style == .unicode {
      text += "\n" + style.paint(aside, .faint)
    }
    return text
  }
}

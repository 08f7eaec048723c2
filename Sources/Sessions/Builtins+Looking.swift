import Language
import Networks
import Tensors

extension Library {
  static let looking: [Builtin] = [
    Builtin(
      "show", "Prints an image, or a row of them, with half blocks.",
      Parameter("_ image", "[height, width], [channels, height, width] or a batch of them")
    ) { (session: Session, image: Tensor) -> Value in
      session.emit(Output(.printed, try Picture.blocks(image)))
      return .void
    },
    Builtin(
      "histogram", "Prints how often values fall into bins of equal width.",
      Parameter("_ x", "a tensor"), Parameter("bins", "number of bins", default: 16, .positive)
    ) { (session: Session, x: Tensor, bins: Int) -> Value in
      let (text, reals) = try Picture.histogram(x, bins: bins)
      session.emit(Output(.printed, text, reals: reals))
      return .void
    },
    Builtin(
      "plot", "Prints a line through numbers.", Parameter("_ y", "a list or a vector of numbers"),
      Parameter("height", "rows of the picture", default: 8, .positive)
    ) { (session: Session, y: Tensor, height: Int) -> Value in
      let (text, reals) = try Picture.line(y, height: height)
      session.emit(Output(.printed, text, reals: reals))
      return .void
    },
    Builtin(
      "help", "Prints what a function is for, or searches for a word.",
      Parameter("_ name", "a function, its name, or a word to search for")
    ) { (session: Session, name: Value) -> Value in
      var output = Output(.printed, try Help.text(for: name, in: session))
      output.isHelp = true
      session.emit(output)
      return .void
    },
  ]
}

import Language
import Tensors

/// How results look at a prompt: what `:set digits` and `:set width` change.
///
/// It has no part in what is recorded, so that a file replays the same whoever saved it.
public struct ResultLook: Sendable, Equatable {
  /// Digits behind the point of a tensor's elements, 0 to 17.
  public var digits = 4
  /// Columns of a line of a tensor.
  public var width = 80

  /// The standard look.
  public init() {}
}

extension Session {
  /// The output of a tensor in the look of this session; any other output as it is.
  func restyled(_ output: Output, of value: Value) throws -> Output {
    guard look != ResultLook(), case .host(let object) = value, let box = object as? Box<Tensor>
    else { return output }
    let format = TensorFormat(digits: look.digits, width: look.width)
    let (text, reals) = try format.render(box.value)
    return Output(output.kind, text, reals: reals, aside: output.aside)
  }
}

public import Language
import Tensors

extension Session {
  /// Passes on a line that is no output.
  public func note(_ text: String) { onNote?(text) }

  /// A tensor by its shape: `a Tensor [3, 4]`.
  public func brief(_ object: HostObject) -> String? {
    switch object {
    case let box as Box<Tensor>: "a Tensor \(box.value.shape)"
    default: nil
    }
  }

  /// The elements of a tensor of at most 10,000, each with so many digits behind the point.
  public func text(of object: HostObject, digits: Int) -> String? {
    guard let tensor = (object as? Box<Tensor>)?.value, tensor.count <= 10_000,
      let values = try? nested(tensor)
    else { return nil }
    return text(of: values, digits: digits)
  }

  private func text(of value: Value, digits: Int) -> String {
    switch value {
    case .list(let box):
      "[" + box.elements.map { text(of: $0, digits: digits) }.joined(separator: ", ") + "]"
    case .double(let number): fixed(number, digits: digits)
    default: machine.text(of: value)
    }
  }
}

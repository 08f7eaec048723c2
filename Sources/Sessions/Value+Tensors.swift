import Language
import Tensors

extension Value {
  /// Whether it can stand beside a tensor in arithmetic.
  var isTensorLike: Bool {
    switch self {
    case .host(let object): object is Box<Tensor>
    case .int, .double, .bool, .list: true
    default: false
    }
  }

  /// Whether it is a list of bools, or of such lists.
  var holdsBools: Bool {
    guard case .list(let box) = self else { return false }
    return box.elements.allSatisfy { element in
      if case .bool = element { true } else { element.holdsBools }
    }
  }
}

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
}

public import Tensors

/// What is wrong with a file of tensors: the facts; `description` is the prose.
public enum SafetensorsError: Error, Equatable, CustomStringConvertible, Sendable {
  /// Fewer bytes than the length of the header takes.
  case tooShort(file: String, bytes: Int)
  case headerLength(file: String, claimed: UInt64, available: Int)
  case badHeader(file: String, position: Int, reason: String)
  case unknownType(file: String, tensor: String, type: String)
  case badShape(file: String, tensor: String, reason: String)
  /// Another number of bytes than shape and type have.
  case byteCount(file: String, tensor: String, shape: Shape, type: String, found: Int)
  /// The bytes of a tensor do not begin where those before it end.
  case gap(file: String, tensor: String, start: Int, expected: Int)
  case dataLength(file: String, claimed: Int, available: Int)
  case doesNotFit(file: String, tensor: String, number: String)
  case badName(String)

  public var description: String {
    switch self {
    case .tooShort(let file, let bytes):
      "'\(file)' is no safetensors file: it has \(bytes) bytes, and the length of its header alone "
        + "takes 8"
    case .headerLength(let file, let claimed, let available):
      "'\(file)' is no safetensors file or cut short: it claims a header of \(claimed) bytes, but "
        + "\(available) are there"
    case .badHeader(let file, let position, let reason):
      "the header of '\(file)' is damaged at byte \(position): \(reason)"
    case .unknownType(let file, let tensor, let type):
      "'\(tensor)' in '\(file)' has numbers of type \(type), which cannot be read; "
        + "F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8 and BOOL can"
    case .badShape(let file, let tensor, let reason):
      "'\(tensor)' in '\(file)': \(reason)"
    case .byteCount(let file, let tensor, let shape, let type, let found):
      "'\(tensor)' in '\(file)' has \(found) bytes, which is not what \(shape) numbers of type "
        + "\(type) take"
    case .gap(let file, let tensor, let start, let expected):
      "the bytes of '\(tensor)' in '\(file)' begin at \(start), not where those before end, at "
        + "\(expected)"
    case .dataLength(let file, let claimed, let available):
      "'\(file)' is cut short or too long: its tensors take \(claimed) bytes, but \(available) are "
        + "there"
    case .doesNotFit(let file, let tensor, let number):
      "'\(tensor)' in '\(file)' holds \(number), which does not fit into int32"
    case .badName(let name):
      "two tensors cannot both have the name '\(name)'"
    }
  }
}

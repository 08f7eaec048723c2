import Datasets
import Language
import Networks
import Tensors

/// Networks and tensors in files.
extension Library {
  static let tensorFiles: [Builtin] = [
    Builtin(
      "save", "Writes a network to a file .safetensors: parameters, running averages, ranges.",
      Parameter("_ net", "the network, which has its parameters"), Parameter("_ path", "the file"),
      examples: [
        Example(
          """
          var net = Sequential(Dense(2), seed: 1)
          build(&net, [3])
          save(net, "/tmp/notch-net.safetensors")
          loadTensors("/tmp/notch-net.safetensors").keys
          """, "[\"0.weight\", \"0.bias\"]")
      ]
    ) { (_: Session, net: Sequential, path: String) -> Value in
      try TensorFile.checkEnding(path, "a network")
      try net.stored().write(to: path)
      return .void
    },
    Builtin(
      "save", "Writes tensors by name to a file .safetensors.",
      Parameter("_ tensors", "a dictionary of tensors"), Parameter("_ path", "the file"),
      examples: [
        Example(
          """
          save(["w": ones(2, 3), "b": [1, 2]], "/tmp/notch-tensors.safetensors")
          loadTensors("/tmp/notch-tensors.safetensors")["w"].shape
          """, "[2, 3]")
      ]
    ) { (_: Session, tensors: NamedTensors, path: String) -> Value in
      try TensorFile.checkEnding(path, "a dictionary of tensors")
      try Safetensors(tensors.entries).write(to: path)
      return .void
    },
    Builtin(
      "loadTensors", "Reads the tensors of a file .safetensors: a dictionary by name.",
      Parameter("_ path", "the file"),
      examples: [
        Example(
          """
          save(["steps": [1, 2, 3]], "/tmp/notch-steps.safetensors")
          loadTensors("/tmp/notch-steps.safetensors")["steps"].list()
          """, "[1.0, 2.0, 3.0]")
      ]
    ) { (_: Session, path: String) -> NamedTensors in
      NamedTensors(entries: try Safetensors(reading: path).entries)
    },
    Builtin(
      "load", "Gives a network the parameters, running averages and ranges of a file.",
      Parameter("_ net", "a network with the same layers"), Parameter("_ path", "the file"),
      examples: [
        Example(
          """
          let trained = Sequential(Dense(2), seed: 1)
          let x = ones(1, 3)
          var net = trained
          build(&net, [3])
          save(net, "/tmp/notch-trained.safetensors")
          var other = Sequential(Dense(2), seed: 2)
          load(&other, "/tmp/notch-trained.safetensors")
          (other(x) == trained(x)).all()
          """, "true")
      ]
    ) { (_: Session, net: Inout<Sequential>, path: String) -> Value in
      net.value = try net.value.restored(from: Safetensors(reading: path))
      return .void
    },
  ]
}

/// Files of tensors, by the ending of the name.
enum TensorFile {
  static func checkEnding(_ path: String, _ what: String) throws {
    guard path.lowercased().hasSuffix(".safetensors") else {
      throw Fault("\(what) is written as .safetensors, not as '\(path)'")
    }
  }
}

/// Tensors by name, as a dictionary of the language.
struct NamedTensors: Bridged {
  let entries: [Safetensors.Entry]

  static var typeName: String { "[String: Tensor]" }
  static var wanted: String { "a dictionary of tensors by name" }
  static func accepts(_ value: Value) -> Bool {
    if case .dictionary = value { true } else { false }
  }

  static func from(_ value: Value, in session: Session) throws -> NamedTensors {
    guard case .dictionary(let box) = value else { throw mismatch(value) }
    return NamedTensors(
      entries: try box.keys.map { key in
        guard case .string(let name) = key, let value = box[key], Tensor.accepts(value) else {
          throw Fault("expected \(wanted), and not every entry is one")
        }
        return Safetensors.Entry(name, try Tensor.from(value, in: session))
      })
  }

  func bridged(in session: Session) throws -> Value {
    let box = DictionaryBox()
    for entry in entries { box[.string(entry.name)] = try entry.tensor.bridged(in: session) }
    return .dictionary(box)
  }
}

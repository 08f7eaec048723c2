public import Tensors

/// Named tensors as the bytes of a file, in the format of Hugging Face's safetensors.
///
///     let file = try Safetensors([.init("weight", w), .init("bias", b)])
///     try file.write(to: "a.safetensors")
///     let again = try Safetensors(reading: "a.safetensors")
///
/// The file begins with the length of the header in 8 bytes, then comes the header in JSON, then the
/// numbers of each tensor in row-major order; all in little-endian. The bytes of the tensors follow
/// each other without gaps. Source: github.com/huggingface/safetensors, "Format".
///
/// Written are float32, int32, int8, uint8 and bool. Read are also float16, bfloat16 and float64, as
/// float32, and int16, int64 and the unsigned ones, as int32.
public struct Safetensors: Sendable {
  /// A tensor with its name.
  public struct Entry: Sendable {
    public let name: String
    public let tensor: Tensor

    public init(_ name: String, _ tensor: Tensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  /// The tensors in the order of the file.
  public let entries: [Entry]
  /// Free texts by name.
  public let metadata: [String: String]

  /// Errors: two tensors of one name, or a name that the format keeps for itself.
  public init(_ entries: [Entry], metadata: [String: String] = [:]) throws {
    var names: Set<String> = [SafetensorsHeader.metadataName]
    for entry in entries where !names.insert(entry.name).inserted {
      throw SafetensorsError.badName(entry.name)
    }
    self.entries = entries
    self.metadata = metadata
  }

  /// Reads a file.
  ///
  /// Errors: no such file, a file of another format, damage.
  public init(reading path: String) throws {
    try self.init(bytes: Files.read(path, limit: Pool.memoryLimit / 2), name: path)
  }

  /// Reads the bytes of a file; its name is for errors.
  public init(bytes: [UInt8], name file: String) throws {
    guard bytes.count >= 8 else {
      throw SafetensorsError.tooShort(file: file, bytes: bytes.count)
    }
    let claimed = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard let length = Int(exactly: claimed), length <= bytes.count - 8 else {
      throw SafetensorsError.headerLength(
        file: file, claimed: claimed, available: bytes.count - 8)
    }
    let header: SafetensorsHeader
    do {
      header = try SafetensorsHeader(bytes[8..<8 + length])
    } catch {
      throw SafetensorsError.badHeader(
        file: file, position: 8 + error.position, reason: error.reason)
    }
    // As the format has it, nothing lies between two tensors, and no byte belongs to two.
    let data = bytes[(8 + length)...]
    var end = 0
    for entry in header.entries.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
      guard entry.start == end else {
        throw SafetensorsError.gap(
          file: file, tensor: entry.name, start: entry.start, expected: end)
      }
      end = entry.end
    }
    guard end == data.count else {
      throw SafetensorsError.dataLength(file: file, claimed: end, available: data.count)
    }
    entries = try header.entries.map { entry in
      let own = data[(data.startIndex + entry.start)..<(data.startIndex + entry.end)]
      return Entry(entry.name, try StoredNumbers.tensor(entry, own, file))
    }
    metadata = header.metadata
  }

  /// The tensor of a name.
  public subscript(name: String) -> Tensor? { entries.first { $0.name == name }?.tensor }

  /// Writes a file as a whole: a reader sees all of the new bytes or none of them.
  public func write(to path: String) throws { try Files.write(bytes(), to: path) }

  /// The bytes of the file.
  public func bytes() throws -> [UInt8] {
    // The wider numbers first, so that all of them lie at multiples of their size.
    let ordered =
      entries.filter { $0.tensor.dtype.size > 1 }
      + entries.filter { $0.tensor.dtype.size == 1 }
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      members.append("\(quoted(SafetensorsHeader.metadataName)):{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for entry in ordered {
      let start = end
      end += entry.tensor.count * entry.tensor.dtype.size
      let sizes = entry.tensor.shape.sizes.map(String.init).joined(separator: ",")
      members.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.tensor.dtype.storedName)\","
          + "\"shape\":[\(sizes)],\"data_offsets\":[\(start),\(end)]}")
    }
    var header = Array("{\(members.joined(separator: ","))}".utf8)
    header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + end)
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes += $0 }
    bytes += header
    for entry in ordered { try StoredNumbers.append(entry.tensor.detached(), to: &bytes) }
    return bytes
  }
}

/// A text in quotes, as JSON has it.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\\(scalar)"
    case _ where scalar.value < 0x20:
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

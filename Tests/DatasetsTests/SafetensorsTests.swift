import Tensors
import Testing

@testable import Datasets

@Suite struct SafetensorsTests {
  /// The bytes of a file, from its header and its data.
  static func file(_ header: String, data: [UInt8] = [], claiming length: UInt64? = nil) -> [UInt8]
  {
    let text = Array(header.utf8)
    return withUnsafeBytes(of: (length ?? UInt64(text.count)).littleEndian) { Array($0) } + text
      + data
  }

  /// The file of the format's own description: one tensor of two float16 numbers and a text.
  static let example = file(
    #"{"a":{"dtype":"F16","shape":[1,2],"data_offsets":[0,4]},"__metadata__":{"k":"v"}}"#,
    data: [0x00, 0x3C, 0x00, 0xC0])

  @Test func aFileOfAnother() throws {
    let file = try Safetensors(bytes: Self.example, name: "x")
    #expect(file.entries.map(\.name) == ["a"])
    #expect(file.metadata == ["k": "v"])
    let a = try #require(file["a"])
    #expect(a.shape.sizes == [1, 2])
    #expect(try a.elements(as: Float.self) == [1, -2])
  }

  @Test func everyTypeComesBack() throws {
    let entries: [Safetensors.Entry] = [
      .init("flags", try Tensor([true, false, true], shape: [3])),
      .init("real", try Tensor([1.5, -0.0, .infinity, .leastNonzeroMagnitude, .nan] as [Float])),
      .init("codes", try Tensor([-128, 127] as [Int8], shape: [2, 1])),
      .init("bytes", try Tensor([0, 255] as [UInt8], shape: [1, 2])),
      .init("whole", try Tensor([Int32.min, 7], shape: [2])),
      .init("one", try Tensor(scalar: 3)),
      .init("none", try Tensor(repeating: 0, shape: Shape([0, 4]))),
      .init("a \"name\"\n\u{1F600}\\", try Tensor([1] as [Float])),
    ]
    let metadata = ["text": "Zeile\n\"zwei\" \u{7}", "": "empty name"]
    let written = try Safetensors(entries, metadata: metadata).bytes()
    #expect(written.count % 4 == 0 || !written.isEmpty)
    let read = try Safetensors(bytes: written, name: "x")
    #expect(read.metadata == metadata)
    #expect(Set(read.entries.map(\.name)) == Set(entries.map(\.name)))
    for entry in entries {
      let found = try #require(read[entry.name])
      #expect(found.dtype == entry.tensor.dtype)
      #expect(found.shape == entry.tensor.shape)
      let pair = try [found, entry.tensor].map {
        try Safetensors([.init("t", $0)]).bytes()
      }
      #expect(pair[0] == pair[1], "\(entry.name)")
    }
  }

  @Test(arguments: [
    ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F] as [UInt8], 1.5),
    ("F32", [0, 0, 0xC0, 0x3F], 1.5), ("BF16", [0xC0, 0x3F], 1.5), ("F16", [0x00, 0x3E], 1.5),
    ("F16", [0x01, 0x00], 0x1p-24), ("F16", [0xFF, 0x83], -0x3FFp-24),
    ("F16", [0xFF, 0x7B], 65504), ("F16", [0x00, 0xFC], -Double.infinity),
    ("I64", [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2), ("I16", [0xFE, 0xFF], -2),
    ("U16", [0xFE, 0xFF], 65534), ("U32", [1, 0, 0, 0], 1), ("U64", [1, 0, 0, 0, 0, 0, 0, 0], 1),
    ("I8", [0xFE], -2), ("U8", [0xFE], 254), ("BOOL", [7], 1),
  ])
  func otherTypesAreConverted(type: String, data: [UInt8], value: Double) throws {
    let bytes = Self.file(
      #"{"t":{"dtype":"\#(type)","shape":[],"data_offsets":[0,\#(data.count)]}}"#, data: data)
    #expect(try Safetensors(bytes: bytes, name: "x")["t"]?.item() == value)
  }

  /// Each of these is wrong in one way, which the error names.
  @Test(arguments: [
    (file("", claiming: 0), "should stand here"),
    ([1, 2, 3], "has 3 bytes"),
    (file("{}", claiming: 3), "claims a header of 3 bytes, but 2 are there"),
    (file("{}", claiming: .max), "claims a header of 18446744073709551615 bytes"),
    (file("{}", claiming: UInt64(Int.max)), "claims a header of"),
    (file("{} x"), "nothing may stand behind"),
    (file("[]"), "damaged at byte 8: a '{' should stand here"),
    (file("{\"a\":{\"dtype\":\"F32\""), "should stand here"),
    (file("{\"a"), "has no end"), (file("{\"a\\"), "has no end"),
    (file("{\"a\\ud800\":1}"), "surrogates"), (file("{\"a\\u12\":1}"), "hexadecimal"),
    (file("{\"a\u{1}\":1}"), "control character"), (file("{\"a\":3}"), "'{' should stand here"),
    (file("{\"__metadata__\":{\"a\":1}}"), "'\"' should stand here"),
    (file(#"{"__metadata__":{"a":"1","a":"2"}}"#), "twice"),
    (file(#"{"a":{"dtype":"F32","shape":[]}}"#), "needs 'dtype', 'shape' and 'data_offsets'"),
    (entry("F32", "1", "0,4", data: 0), "take 4 bytes, but 0 are there"),
    (entry("F32", "1", "0,4", data: 5), "take 4 bytes, but 5 are there"),
    (entry("F32", "2", "0,4", data: 4), "has 4 bytes, which is not what [2] numbers"),
    (entry("F32", "1", "4,8", data: 8), "begin at 4, not where those before end, at 0"),
    (entry("F32", "1", "4,0", data: 4), "a first byte and an end, not [4, 0]"),
    (entry("F32", "1", "0", data: 4), "a first byte and an end"),
    (entry("F32", "-1", "0,4", data: 4), "a whole number of at least 0"),
    (entry("F32", "1.5", "0,4", data: 4), "should stand here"),
    (entry("F32", "99999999999999999999", "0,4", data: 4), "too large"),
    (entry("F32", "1", "0,99999999999999999999", data: 4), "too large"),
    (entry("F32", "4611686018427387904,4", "0,4", data: 4), "'a' in 'x'"),
    (entry("F32", "1099511627777", "0,4", data: 4), "'a' in 'x'"),
    (entry("F32", "0,4611686018427387904,8", "0,0", data: 0), "'a' in 'x'"),
    (entry("F32", "1,1,1,1,1,1,1,1,1", "0,4", data: 4), "'a' in 'x'"),
    (entry("F8_E4M3", "1", "0,1", data: 1), "type F8_E4M3, which cannot be read"),
    (entry("I64", "1", "0,8", data: 8, filling: 0x7F), "does not fit into int32"),
    (
      file(
        #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
        data: [1, 2, 3]), "'b' in 'x' begin at 1"
    ),
    (
      file(
        #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
        data: [1, 2]), "the name 'a' stands there twice"
    ),
  ])
  func aWrongFileIsAnError(bytes: [UInt8], message: String) {
    let error = #expect(throws: SafetensorsError.self) {
      try Safetensors(bytes: bytes, name: "x")
    }
    #expect(error?.description.contains(message) == true, "\(String(describing: error))")
  }

  private static func entry(
    _ type: String, _ shape: String, _ offsets: String, data: Int, filling: UInt8 = 0
  ) -> [UInt8] {
    file(
      #"{"a":{"dtype":"\#(type)","shape":[\#(shape)],"data_offsets":[\#(offsets)]}}"#,
      data: [UInt8](repeating: filling, count: data))
  }

  /// Files with some bytes changed are read or refused, and nothing else.
  @Test func damageNeverTraps() throws {
    let good = try Safetensors(
      [
        .init("0.weight", try Tensor([1, 2, 3, 4] as [Float], shape: [2, 2])),
        .init("0.bias", try Tensor([1, 2] as [Int8], shape: [2])),
      ], metadata: ["input_shape": "[2]"]
    ).bytes()
    var dice = RandomStream(seed: 77)
    let pieces = ["{", "}", "[", "]", "\"", ",", ":", "-", "9", "99999999999999999999", "\\u", "e"]
    var refused = 0
    for _ in 0..<4_000 {
      var bytes = good
      for _ in 0...dice.below(3) {
        let place = dice.below(bytes.count)
        switch dice.below(5) {
        case 0: bytes[place] = UInt8(dice.below(256))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + dice.below(9)))
        case 2: bytes.insert(contentsOf: pieces[dice.below(pieces.count)].utf8, at: place)
        case 3: bytes[dice.below(8)] = UInt8(dice.below(256))
        default: bytes = Array(bytes.prefix(place))
        }
        if bytes.count < 8 { break }
      }
      do {
        let file = try Safetensors(bytes: bytes, name: "x")
        _ = try file.bytes()
      } catch is SafetensorsError {
        refused += 1
      }
    }
    #expect(refused > 2_000)
  }

  @Test func namesAreTakenOnce() throws {
    let x = try Tensor([1] as [Float])
    #expect(throws: SafetensorsError.badName("a")) {
      try Safetensors([.init("a", x), .init("a", x)])
    }
    #expect(throws: SafetensorsError.badName("__metadata__")) {
      try Safetensors([.init("__metadata__", x)])
    }
  }
}

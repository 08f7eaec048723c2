import Datasets
import Foundation
import Sessions
import Testing

/// Examples of the reference that read files, run by the command in a folder where these lie.
@Suite struct ExampleFileTests {
  static let cases = Library.all.flatMap { builtin in
    builtin.examples.filter { !$0.files.isEmpty }.map { (name: builtin.name, example: $0) }
  }

  @Test func everySourceOfFilesIsRun() {
    let names = Set(Self.cases.map(\.name))
    #expect(names.isSuperset(of: ["mnist", "fashionMNIST", "cifar10", "readCSV", "imageFolder"]))
  }

  @Test(arguments: cases.indices) func holds(index: Int) throws {
    let (name, example) = Self.cases[index]
    let folder = try Scratch()
    for file in example.files {
      try lay(file.replacing("$NOTCH_DATA", with: "data"), in: folder)
    }
    let run = try Run(
      ["-e", example.code], environment: ["NOTCH_DATA": folder.path + "/data"],
      folder: folder.path)
    #expect(run.code == 0, "\(name): \(run.errors)")
    #expect(run.output == example.output + "\n", "\(name)")
  }

  /// A file of the kind that its name tells, of the size that is published where it is a known one.
  private func lay(_ file: String, in folder: Scratch) throws {
    switch (file as NSString).lastPathComponent {
    case let name where name.hasSuffix(".csv"):
      try folder.write(
        "length,width,kind\n5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n", to: file)
    case let name where name.hasSuffix(".png"):
      let image = try PNGImage(
        height: 40, width: 30, channels: 3, bytes: [UInt8](repeating: 200, count: 3600))
      try folder.write(Data(image.encoded()), to: file)
    case let name where name.hasSuffix(".bin"):
      try folder.write(Data(), to: file, size: 10_000 * 3073)
    case let name where name.hasSuffix("-ubyte"):
      let count = name.hasPrefix("train") ? 60_000 : 10_000
      let shape = name.contains("images") ? [count, 28, 28] : [count]
      let header = [0x0800 + shape.count] + shape
      let bytes = header.flatMap { number in [24, 16, 8, 0].map { UInt8(number >> $0 & 255) } }
      try folder.write(Data(bytes), to: file, size: bytes.count + shape.reduce(1, *))
    default: throw Trouble("no file is made for '\(file)'")
    }
  }
}

extension Scratch {
  /// Writes a file that goes on with zeros, which take no room on a disk.
  fileprivate func write(_ start: Data, to name: String, size: Int) throws {
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: write(start, to: name)))
    try file.truncate(atOffset: UInt64(size))
    try file.close()
  }
}

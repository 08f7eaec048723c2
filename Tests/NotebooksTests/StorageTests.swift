import Foundation
import Testing

@testable import Notebooks

@Suite struct StorageTests {
  /// A fresh folder that is removed afterwards.
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/notch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  @Test func replacesWholeAndKeepsPermissionsAndLinks() throws {
    try inFolder { folder in
      let path = folder + "/a.notch"
      let link = folder + "/link.notch"
      try Data("print a\n".utf8).write(to: URL(fileURLWithPath: path))
      try FileManager.default.setAttributes([.posixPermissions: 0o750], ofItemAtPath: path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
      let stored = try StoredCellFile(path: link)
      #expect(stored.file.name == "link.notch")
      let new = try stored.file.recording([1: [RecordedLine(.output, "a")]])
      let again = try stored.replace(with: new)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "print a\n//> a\n")
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect(attributes[.posixPermissions] as? Int == 0o750)
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
      #expect(try again.replace(with: stored.file).file.text == "print a\n")
    }
  }

  /// A pipe or a device is written to, not put out of the way: /dev/null must outlive `-o /dev/null`.
  @Test func writesIntoWhatIsNoFile() throws {
    try inFolder { folder in
      let path = folder + "/pipe"
      #expect(mkfifo(path, 0o600) == 0)
      let end = open(path, O_RDWR | O_NONBLOCK)
      defer { close(end) }
      try ForeignFile.write(Array("text".utf8), to: path)
      var bytes = [UInt8](repeating: 0, count: 16)
      #expect(read(end, &bytes, bytes.count) == 4)
      #expect(String(decoding: bytes.prefix(4), as: UTF8.self) == "text")
      var information = stat()
      #expect(lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFIFO)
    }
  }

  @Test func refusesToOverwriteAChange() throws {
    try inFolder { folder in
      let path = folder + "/a.notch"
      try Data("print a\n".utf8).write(to: URL(fileURLWithPath: path))
      let stored = try StoredCellFile(path: path)
      try Data("print b\n".utf8).write(to: URL(fileURLWithPath: path))
      #expect(throws: StorageError.changedMeanwhile(path: path)) {
        try stored.replace(with: CellFile("print c\n"))
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "print b\n")
      #expect(throws: StorageError.cannotWrite(path: path, reason: "file exists")) {
        try StoredCellFile.create(CellFile("x"), path: path)
      }
    }
  }

  @Test func namesWhatCannotBeRead() throws {
    try inFolder { folder in
      #expect(throws: StorageError.cannotRead(path: folder, reason: "it is a folder")) {
        try StoredCellFile(path: folder)
      }
      let missing = folder + "/none.notch"
      #expect(
        throws: StorageError.cannotRead(path: missing, reason: "no such file or directory")
      ) { try StoredCellFile(path: missing) }
    }
  }
}

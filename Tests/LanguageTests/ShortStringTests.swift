import Testing

@testable import Language

/// Strings that lie in a value, and the border to those that lie in a box.
@Suite struct ShortStringTests {
  @Test(arguments: [
    "", "a", "12345678", "é", "日本", "👍🏽", "👍👍", "e\u{301}", "\u{301}", "\u{7F}\u{1}\n", "🇩🇪",
  ])
  func comesBack(text: String) throws {
    let short = try #require(ShortString(text))
    #expect(Array(short.string.utf8) == Array(text.utf8))
    #expect(short.count == text.utf8.count)
    #expect(short.withBytes { Array($0) } == Array(text.utf8))
    #expect(Value.text(text).string == text)
  }

  @Test(arguments: ["123456789", "👍👍!", "a\0", "\0", "a\0b"])
  func goesToABox(text: String) {
    #expect(ShortString(text) == nil)
    #expect(Value.text(text).string == text)
  }

  @Test func numbers() {
    var random = SystemRandomNumberGenerator()
    var numbers = [0, 9, 10, -1, -9_999_999, -10_000_000, 99_999_999, 100_000_000, .min, .max]
    for digits in 1...18 {
      let bound = (0..<digits).reduce(1) { power, _ in power * 10 }
      numbers += (0..<50).map { _ in Int.random(in: -bound...bound, using: &random) }
    }
    for number in numbers {
      #expect(Value.text(number).string == String(number))
      #expect((ShortString(number) != nil) == (String(number).utf8.count <= 8))
    }
  }

  /// A slot that grows by pieces holds what a Swift string would, and its copy what it held before.
  @Test func growing() {
    let pieces = ["", "a", "bc", "é", "1234567", "12345678", "123456789", "\0", "👍"]
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let slot = UnsafeMutablePointer<Value>.allocate(capacity: 1)
      defer {
        slot.deinitialize(count: 1)
        slot.deallocate()
      }
      var expected = pieces.randomElement(using: &random) ?? ""
      slot.initialize(to: .text(expected))
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let (copy, before) = (slot.pointee, expected)
        let piece = pieces.randomElement(using: &random) ?? ""
        let isAppended = slot.append(piece)
        #expect(isAppended)
        expected += piece
        #expect(slot.pointee.string == expected)
        #expect(copy.string == before)
      }
    }
  }
}

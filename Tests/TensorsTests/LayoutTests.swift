import Testing

@testable import Tensors

/// Layouts that differ only where it means nothing for the bytes.
@Suite struct LayoutTests {
  /// One channel lies the same first or last, but the engine is to see what was asked for.
  @Test(arguments: [true, false]) func oneChannelLast(plainFirst: Bool) throws {
    let sizes = [2, 1, plainFirst ? 5 : 6, 7]
    if plainFirst { _ = try Layout.plain(sizes, .uint8) }
    let last = try Layout.channelsLast(sizes, .uint8)
    let plain = try Layout.plain(sizes, .uint8)
    #expect(last !== plain)
    #expect(last.liesLike(plain) && plain.liesLike(last))
    #expect(try Layout.channelsLast(sizes, .uint8) === last)
    #expect(try Layout.plain(sizes, .uint8) === plain)
  }

  @Test func twoChannelsLast() throws {
    let sizes = [2, 2, 5, 7]
    #expect(try !Layout.channelsLast(sizes, .uint8).liesLike(Layout.plain(sizes, .uint8)))
    #expect(try !Layout.plain(sizes, .uint8).liesLike(Layout.plain(sizes, .int8)))
  }

  /// A function is applied to the zeros that fill a block, too, if it leaves them zeros.
  @Test(arguments: UnaryFunction.allCases) func keepsZero(function: UnaryFunction) throws {
    #expect(try function.keepsZero == (Tensor([0]).unary(function).item() == 0))
  }
}

import Testing

@testable import Notebooks

@Suite struct UserFolderTests {
  @Test func cacheAndStateLieApart() throws {
    let cache = try #require(UserFolder.cache("cells"))
    let state = try #require(UserFolder.state("history"))
    #expect(cache.hasPrefix("/") && cache.hasSuffix("/notch/cells"))
    #expect(state.hasPrefix("/") && state.hasSuffix("/notch/history"))
    #expect(cache.dropLast("cells".count) != state.dropLast("history".count))
    #expect(CellCache.standardFolder == cache)
  }
}

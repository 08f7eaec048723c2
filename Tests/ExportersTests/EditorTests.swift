import Foundation
import Language
import Testing

@testable import Exporters

@Suite struct EditorTests {
  /// `make editors` writes them.
  @Test func theFilesInTheRepositoryAreFresh() throws {
    for (path, text) in EditorFiles.all {
      let file = repository.appending(path: "Editors/\(path)")
      #expect(try String(contentsOf: file, encoding: .utf8) == text, "\(path): run make editors")
    }
  }

  @Test func definitionsAreJSONWhosePatternsCompile() throws {
    for (path, text) in EditorFiles.all where path.hasSuffix(".json") {
      let json = try JSONReader.value(of: Array(text.utf8))
      for pattern in Self.patterns(in: json) {
        #expect(throws: Never.self, "\(pattern)") { try NSRegularExpression(pattern: pattern) }
      }
    }
  }

  private static func patterns(in json: JSON) -> [String] {
    switch json {
    case .object(let members):
      members.flatMap { member in
        ["match", "begin", "end"].contains(member.name)
          ? member.value.string.map { [$0] } ?? patterns(in: member.value)
          : patterns(in: member.value)
      }
    case .array(let elements): elements.flatMap(patterns)
    default: []
    }
  }

  /// Every word and sign of the language is in both definitions.
  @Test func knowTheWholeVocabulary() throws {
    let all = Dictionary(uniqueKeysWithValues: EditorFiles.all)
    let vim = try #require(all["vim/syntax/notch.vim"])
    let code = try #require(all["vscode/syntaxes/notch.tmLanguage.json"])
    #expect(Vocabulary.keywords.count >= 13)
    for word in Vocabulary.keywords + ["quantize", "randn", "print", "Conv2D"] {
      #expect(
        vim.firstMatch(of: try Regex("syntax keyword notch.*\\b\(word)\\b")) != nil, "\(word)")
      #expect(
        code.contains("|\(word)|") || code.contains(":\(word)|") || code.contains("|\(word))"))
    }
    // The keywords are what the lexer takes as such.
    for word in Vocabulary.keywords {
      #expect(SyntaxPiece.pieces(of: word).map(\.kind) == [.keyword])
    }
    for sign in Vocabulary.operators {
      #expect(SyntaxPiece.pieces(of: sign).map(\.range) == [0..<sign.utf8.count], "\(sign)")
    }
  }
}

import TestRandom
import Testing

@testable import Notebooks

@Suite struct CellFileTests {
  /// The example of the format's own page.
  static let lesson = """
    #!/usr/bin/env notch
    // ---
    // title: Quantize one tensor
    // authors: Ada, Grace
    // seed: 42
    // tolerance: 1e-3
    // time-limit: 30
    // ---
    // %% [markdown]
    // # Quantize one tensor
    //
    // A real number becomes an integer in three steps.

    // %% Scale and round id=scale tags="first, easy"
    let w = randn(3, 4)

    quantize(w, bits: 8)
    //> Quantized [3, 4] int8, symmetric per tensor, scale 0.0161
    //>
    //> [[ 12, -87]]

    // %% A shape that does not fit   check=error tolerance=0.5 timeout=2
    w @ w
    //! cannot multiply [3, 4] by [3, 4]; the inner sizes 4 and 3 differ
    // %% Your turn [exercise]
    let q = w
    // %% [hint]
    // Call `quantize`.
    // %% [solution]
    let q = quantize(w, bits: 4)
    // %% [check]
    expect(q.bits == 4, "four bits")
    """

  @Test func readsTheLesson() throws {
    let file = try CellFile(Self.lesson, name: "lesson.notch")
    #expect(file.warnings.isEmpty)
    #expect(file.frontMatter.title == "Quantize one tensor")
    #expect(file.frontMatter.authors == ["Ada", "Grace"])
    #expect(file.frontMatter.seed == 42)
    #expect(file.frontMatter.tolerance == 1e-3)
    #expect(file.frontMatter.timeLimit == 30)
    #expect(
      file.cells.map(\.kind)
        == [.markdown, .code, .code, .exercise, .hint, .solution, .check])
    #expect(file.cells.map(\.number) == [1, 2, 3, 4, 5, 6, 7])
    #expect(
      file.prose(of: file.cells[0])
        == "# Quantize one tensor\n\nA real number becomes an integer in three steps.")
    let scale = file.cells[1]
    #expect(scale.title == "Scale and round")
    #expect(scale.id == "scale")
    #expect(scale.tags == ["first", "easy"])
    #expect(file.code(of: scale) == "let w = randn(3, 4)\n\nquantize(w, bits: 8)")
    #expect(
      file.recorded(of: scale) == [
        RecordedLine(
          .output, "Quantized [3, 4] int8, symmetric per tensor, scale 0.0161"),
        RecordedLine(.output, ""), RecordedLine(.output, "[[ 12, -87]]"),
      ])
    #expect(file.source(of: scale).firstLine == 15)
    #expect(file.source(of: scale).name == "lesson.notch")
    let failing = file.cells[2]
    #expect(failing.check == .error)
    #expect(failing.title == "A shape that does not fit")
    #expect(failing.tolerance == 0.5)
    #expect(failing.timeout == 2)
    #expect(file.recorded(of: failing).map(\.kind) == [.error])
    #expect(file.cells.map(\.exercise) == [nil, nil, nil, 4, 4, 4, 4])
    #expect(file.cells.map(\.isRun) == [false, true, true, false, false, true, true])
    #expect(file.cells(.hint, ofExercise: 4).map(\.number) == [5])
    #expect(file.text == Self.lesson)
  }

  @Test func textBeforeTheFirstHeaderIsACell() throws {
    let file = try CellFile("\n\nlet a = 1\n// %% Second\na\n")
    #expect(file.cells.map(\.title) == ["", "Second"])
    #expect(file.cells[0].line == 3)
    #expect(file.code(of: file.cells[0]) == "let a = 1")
    #expect(try CellFile("\n \n// %% only\n").cells.count == 1)
    #expect(try CellFile("print(1)").cells.count == 1)
    #expect(try CellFile("").cells.isEmpty)
    #expect(try CellFile("#!/usr/bin/env notch").cells.isEmpty)
    #expect(try CellFile("\u{FEFF}// ---\r\n// seed: 7\r\n// ---\r\n").frontMatter.seed == 7)
  }

  @Test(arguments: [
    ("// %%", "", Cell.Kind.code, 0),
    ("//  %%  Plain title  ", "Plain title", .code, 0),
    ("// %% [markdown] Introduction", "Introduction", .markdown, 0),
    ("// %% Solve y=x for x", "Solve y=x for x", .code, 0),
    ("// %% Shape [3, 4]", "Shape [3, 4]", .code, 0),
    ("// %% Sum [exercise] id=a tags=x", "Sum", .exercise, 2),
    ("// %% id=a [exercise] tags=\"x, y\"", "", .exercise, 2),
    ("// %% note=\"a \\\"b\\\" c\"", "", .code, 1),
    ("//%% tight", "tight", .code, 0),
    ("// %% title=\"see [x]\" [check]", "see [x]", .check, 1),
  ])
  func readsHeaders(line: String, title: String, kind: Cell.Kind, attributes: Int) throws {
    let cell = try #require(try CellFile(line).cells.first)
    #expect(cell.title == title)
    #expect(cell.kind == kind)
    #expect(cell.attributes.count == attributes)
  }

  @Test func keepsUnknownAttributesAndKeysAndWarns() throws {
    let file = try CellFile("// ---\n// titel: A\n// ---\n// %% A note=\"a \\\"b\\\"\" chek=x\n1\n")
    #expect(file.frontMatter["titel"] == "A")
    #expect(
      file.cells[0].attributes == [
        .init(key: "note", value: "a \"b\""), .init(key: "chek", value: "x"),
      ])
    #expect(
      file.warnings.map(\.description) == [
        "line 2: unknown key titel in the front matter; did you mean title?",
        "line 4: unknown attribute note",
        "line 4: unknown attribute chek; did you mean check?",
      ])
  }

  @Test func warnsOfGroupsThatLackAPart() throws {
    let file = try CellFile(
      """
      // %% [hint]
      // lost
      // %% A [exercise]
      1
      //> 1
      // %% [check]
      expect(true, "")
      // %%% almost
      """)
    #expect(
      file.warnings == [
        .init(line: 1, kind: .withoutExercise(.hint)),
        .init(line: 3, kind: .exerciseWithoutSolution),
        .init(line: 5, kind: .recordedExercise),
        .init(line: 8, kind: .almostHeader),
      ])
    #expect(file.cells.map(\.isRun) == [false, false, false])
  }

  @Test(arguments: [
    ("// ---\n// title: A\n// %%\n", CellFileError.unclosedFrontMatter(line: 1)),
    ("// ---\nlet a = 1\n// ---\n", .badFrontMatter(line: 2, text: "let a = 1")),
    ("// ---\n// hello\n// ---\n", .badFrontMatter(line: 2, text: "hello")),
    ("// ---\n// seed: 1\n// seed: 2\n// ---", .repeatedKey(line: 3, key: "seed")),
    (
      "// ---\n// seed: -1\n// ---\n",
      .badSetting(
        line: 2, key: "seed", value: "-1", wanted: "a whole number from 0 to 2^64 - 1")
    ),
    (
      "// ---\n// tolerance: nan\n// ---\n",
      .badSetting(
        line: 2, key: "tolerance", value: "nan", wanted: "a number that is not negative")
    ),
    (
      "// ---\n// time-limit: 0\n// ---\n",
      .badSetting(line: 2, key: "time-limit", value: "0", wanted: "a number of seconds above 0")
    ),
    ("// %% [excercise]", .unknownKind(line: 1, kind: "excercise", nearest: "exercise")),
    ("// %% [x]", .unknownKind(line: 1, kind: "x", nearest: nil)),
    ("// %% [hint] [check]", .secondKind(line: 1, kind: "hint")),
    ("\n// %% A id=\"x", .unclosedQuote(line: 2, key: "id")),
    ("// %% A title=b", .repeatedAttribute(line: 1, key: "title")),
    ("// %% id=a id=b", .repeatedAttribute(line: 1, key: "id")),
    (
      "// %% check=maybe",
      .badAttribute(
        line: 1, key: "check", value: "maybe", wanted: "one of exact, number, shape, ignore, error")
    ),
    (
      "// %% tolerance=-1",
      .badAttribute(
        line: 1, key: "tolerance", value: "-1", wanted: "a number that is not negative")
    ),
    (
      "// %% timeout=1e999",
      .badAttribute(
        line: 1, key: "timeout", value: "1e999", wanted: "a number of seconds above 0")
    ),
    ("// %% id=a\n// %% id=a", .repeatedID(line: 2, id: "a", first: 1)),
    ("// %% A\n\n//> 1\n", .outputBeforeCode(line: 3)),
    ("//> 1\n", .outputBeforeCode(line: 1)),
    ("1\n//> 1\n\n2\n", .codeAfterOutput(line: 4)),
    ("// %% [markdown]\nlet a = 1\n", .codeInProse(line: 2, kind: .markdown)),
    ("a\n\0", .holdsNUL(line: 2, offset: 2)),
  ])
  func refuses(text: String, error: CellFileError) throws {
    #expect(throws: error) { try CellFile(text) }
  }

  @Test func everyErrorNamesItsLine() throws {
    #expect(
      CellFileError.unknownKind(line: 4, kind: "excercise", nearest: "exercise").description
        == "line 4: unknown cell kind [excercise]; did you mean [exercise]?")
    #expect(
      CellFileError.tooLarge(bytes: 9, limit: 8).description
        == "the file has 9 bytes; a cell file has at most 8")
  }

  /// Ill-formed sequences of the Unicode standard, section 3.9, tables 3-8 to 3-11.
  @Test(
    arguments: [
      ([0x61, 0xC0, 0xAF], 1), ([0xE0, 0x80, 0x80], 0), ([0x0A, 0xED, 0xA0, 0x80], 1),
      ([0xF4, 0x90, 0x80, 0x80], 0), ([0xC3], 0), ([0x61, 0xE1, 0x80], 1), ([0xFF], 0),
      ([0xF0, 0x9F, 0x98, 0x80, 0x80], 4),
    ] as [([UInt8], Int)])
  func findsBytesThatAreNotUTF8(bytes: [UInt8], offset: Int) throws {
    let line = bytes.prefix(offset).count { $0 == 10 } + 1
    #expect(throws: CellFileError.notUTF8(line: line, offset: offset)) { try CellFile(bytes) }
  }

  @Test func agreesWithTheLibraryOnUTF8() {
    var random = TestRandom(seed: 11)
    let bytes: [UInt8] = [
      0, 0x41, 0x80, 0xBF, 0xC2, 0xE0, 0xA0, 0xED, 0x9F, 0xEF, 0xF0, 0x90, 0xF4,
    ]
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 0...7, using: &random)).map { _ in random.pick(bytes) }
      #expect(
        (firstInvalidOffset(in: text) == nil) == (String(validating: text, as: UTF8.self) != nil))
    }
  }

  @Test func streamsAreStable() throws {
    let before = try CellFile("// %% A\n1\n// %% [markdown]\n// x\n// %% B id=b\n2\n// %% C\n3\n")
    #expect(before.cells.map(\.stream) == [1, 0, CellStream.of(id: "b"), 3])
    // FNV-1a, 64 bits, of "b" is af63df4c8601f1a5 in the authors' test vectors.
    #expect(before.cells[2].stream == 0xaf63_df4c_8601_f1a5)
    let file = try CellFile(CellFileTests.lesson)
    #expect(file.cells[5].stream == file.cells[3].stream)
    #expect(file.cells.filter { !$0.kind.isProse }.map(\.stream).dropFirst() == [2, 3, 3, 4])
  }

  @Test func bearsLargeFiles() throws {
    var text = ""
    for number in 1...100_000 { text += "// %% Cell \(number) id=c\(number)\nx\n//> 1\n" }
    text += "// %% Long\n" + String(repeating: "a", count: 1 << 20) + "\n//> "
    text += String(repeating: "1.5 ", count: 1 << 18)
    let file = try CellFile(text)
    #expect(file.cells.count == 100_001)
    #expect(file.text == text)
    #expect(throws: CellFileError.tooLarge(bytes: (64 << 20) + 1, limit: 64 << 20)) {
      try CellFile([UInt8](repeating: 10, count: (64 << 20) + 1))
    }
  }
}

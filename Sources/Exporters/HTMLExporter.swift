import Notebooks

/// Writes a lesson as one HTML page that needs nothing beside it: no script, no network, no font.
///
/// Prose, coloured code and outputs; formulas as MathML; pictures as SVG; light and dark as the
/// reader's system has it; rules for paper and for a telephone. Whatever a file holds is escaped, so
/// that a page never runs what a stranger wrote.
public struct HTMLExporter: Exporter {
  /// An exporter.
  public init() {}

  public func text(of lesson: Lesson) -> String {
    var page = HTMLPage(lesson)
    return page.html()
  }
}

/// One page while it is written.
struct HTMLPage {
  private let lesson: Lesson
  private var prose = HTMLProse()
  private var file: CellFile { lesson.file }

  init(_ lesson: Lesson) {
    self.lesson = lesson
    // The title is the only heading of the first level.
    let levels = lesson.file.cells.filter { $0.kind == .markdown }.flatMap { cell in
      MarkdownBlock.blocks(of: lesson.file.prose(of: cell)).compactMap { block in
        if case .heading(let level, _) = block.content { level } else { nil }
      }
    }
    let others = lesson.beginsWithItsTitle ? Array(levels.dropFirst()) : levels
    prose.headingShift = others.contains(1) ? 1 : 0
    _ = prose.anchors.anchor("top")
  }

  mutating func html() -> String {
    let title = HTML.escaped(Self.titleText(of: lesson))
    let content = content()
    let matter = file.frontMatter
    var meta = ""
    if !matter.authors.isEmpty {
      meta +=
        "<meta name=author content=\"\(HTML.escaped(matter.authors.joined(separator: ", ")))\">\n"
    }
    if let description = matter["description"] {
      meta += "<meta name=description content=\"\(HTML.escaped(description))\">\n"
    }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Notch">
      \(meta)<title>\(title)</title>
      <link rel="icon" href="data:,">
      <style>
      \(HTMLStyle.sheet)
      </style>
      </head>
      <body id="top">
      \(contents())<main>
      \(header())
      \(content)
      \(footer())
      </main>
      </body>
      </html>

      """
  }

  private static func titleText(of lesson: Lesson) -> String {
    if lesson.file.frontMatter.title == nil, lesson.beginsWithItsTitle,
      let first = lesson.file.cells.first,
      case .heading(_, let text)? = MarkdownBlock.blocks(of: lesson.file.prose(of: first)).first?
        .content
    {
      return HTMLProse.plain(text)
    }
    return lesson.file.title
  }

  // MARK: Around the cells

  private func header() -> String {
    let matter = file.frontMatter
    var html = "<header>\n<h1>"
    html += HTML.escaped(Self.titleText(of: lesson)) + "</h1>\n"
    if let description = matter["description"] {
      html += "<p class=lead>\(HTML.escaped(description))</p>\n"
    }
    if !matter.authors.isEmpty {
      html += "<p class=byline>\(HTML.escaped(matter.authors.joined(separator: ", ")))</p>\n"
    }
    return html + "</header>"
  }

  private func footer() -> String {
    let name = HTML.escaped(file.name)
    var parts = ["<code>\(name)</code>", "seed \(file.frontMatter.seed)"]
    if let license = file.frontMatter["license"] { parts.append(HTML.escaped(license)) }
    return """
      <footer><p>\(parts.joined(separator: " · "))</p>
      <p>Run it again with <code>notch step \(name)</code>, check it with \
      <code>notch replay \(name)</code>.</p></footer>
      """
  }

  /// The table of contents, where there is something to find.
  private func contents() -> String {
    let headings = prose.headings.filter { $0.level <= 3 }
    guard headings.count >= 3 else { return "" }
    let items = headings.map { heading in
      "<li class=l\(heading.level)><a href=\"#\(HTML.escaped(heading.anchor))\">\(heading.html)</a></li>"
    }
    return """
      <nav aria-label="Contents"><details><summary>Contents</summary>
      <ul>
      \(items.joined(separator: "\n"))
      </ul>
      </details></nav>

      """
  }

  // MARK: Cells

  private mutating func content() -> String {
    var html: [String] = []
    var index = 0
    while index < file.cells.count {
      let cell = file.cells[index]
      if cell.kind == .exercise {
        // The group goes on to its last hint, solution or check; prose between them is part of it.
        let number = cell.number
        let rest = file.cells[index...]
        let end = rest.firstIndex { $0.kind != .markdown && $0.exercise != number } ?? rest.endIndex
        let last = file.cells[index..<end].lastIndex { $0.exercise == number } ?? index
        html.append(exercise(Array(file.cells[index...last])))
        index = last + 1
      } else {
        html.append(self.html(of: cell))
        index += 1
      }
    }
    return html.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private mutating func html(of cell: Cell) -> String {
    switch cell.kind {
    case .markdown:
      var blocks = MarkdownBlock.blocks(of: file.prose(of: cell))
      // The page has the title already.
      if cell.number == 1, lesson.beginsWithItsTitle { blocks.removeFirst() }
      guard !blocks.isEmpty else { return "" }
      return
        "<section class=prose id=\"\(anchor(of: cell))\">\n\(prose.html(of: blocks))\n</section>"
    case .hint, .solution, .check: return folded(cell, label: cell.label)
    case .code, .parameters, .exercise:
      return """
        <section class="cell \(cell.kind.rawValue)" id="\(anchor(of: cell))">
        \(caption(of: cell))\(code(of: cell))
        </section>
        """
    }
  }

  private mutating func anchor(of cell: Cell) -> String {
    HTML.escaped(prose.anchors.anchor("cell-" + (cell.id ?? String(cell.number))))
  }

  private func caption(of cell: Cell) -> String {
    let word = cell.kind == .parameters ? "<span class=kind>Parameters</span>" : ""
    guard !cell.title.isEmpty || !word.isEmpty else { return "" }
    return "<p class=caption>\(word)\(HTML.escaped(cell.title))</p>\n"
  }

  private func code(of cell: Cell) -> String {
    let code = file.code(of: cell)
    var html = ""
    if !code.isEmpty {
      html += "<pre class=code tabindex=0><code>\(HTMLCode.colored(code))</code></pre>"
    }
    let shown = lesson.shown(by: cell)
    guard !shown.isEmpty else { return html }
    return html + "\n<div class=output>\n" + shown.map(output).joined(separator: "\n") + "\n</div>"
  }

  private func output(_ shown: Lesson.Shown) -> String {
    if let svg = shown.svg {
      let kind = shown.isPictures ? "pictures" : "chart"
      return "<figure class=\(kind) tabindex=0>\(Self.inlined(svg))</figure>"
    }
    let kind =
      switch shown.kind {
      case .recorded: "shown"
      case .printed: "printed"
      case .result: "result"
      case .error: "error"
      }
    if shown.kind == .error {
      let text = HTML.escaped(shown.text)
      return "<pre class=error tabindex=0><strong>error:</strong> \(text)</pre>"
    }
    let lines = shown.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return BlockPicture.parts(of: lines).map { part in
      switch part {
      case .text(let lines):
        let text = lines.joined(separator: "\n")
        let hasBars = text.unicodeScalars.contains { (0x2580...0x28FF).contains($0.value) }
        let classes = hasBars ? "\"\(kind) bars\"" : kind
        return "<pre class=\(classes) tabindex=0>\(HTML.escaped(text))</pre>"
      case .picture(let picture, let lines):
        return
          "<figure tabindex=0>\(picture.svg(label: "A picture of \(lines.count) lines"))</figure>"
      }
    }.joined(separator: "\n")
  }

  /// An SVG file as an element of the page: without the lines that only a file has.
  private static func inlined(_ svg: String) -> String {
    guard let start = svg.range(ofFirst: "<svg") else { return "" }
    return String(svg[start...])
  }

  // MARK: Exercises

  private mutating func exercise(_ cells: [Cell]) -> String {
    guard let exercise = cells.first else { return "" }
    var html = """
      <section class="cell exercise" id="\(anchor(of: exercise))">
      <p class=caption><span class=kind>Exercise</span>\(HTML.escaped(exercise.title))</p>
      \(code(of: exercise))
      """
    let hints = cells.count { $0.kind == .hint }
    var hint = 0
    for cell in cells.dropFirst() {
      var label = cell.label
      if cell.kind == .hint, hints > 1, cell.title.isEmpty {
        hint += 1
        label += " \(hint)"
      }
      html += "\n" + (cell.kind == .markdown ? self.html(of: cell) : folded(cell, label: label))
    }
    return html + "\n</section>"
  }

  private mutating func folded(_ cell: Cell, label: String) -> String {
    let content =
      cell.kind == .hint
      ? "<div class=prose>\n\(prose.html(of: file.prose(of: cell)))\n</div>" : code(of: cell)
    return """
      <details class=\(cell.kind.rawValue) id="\(anchor(of: cell))">
      <summary>\(HTML.escaped(label))</summary>
      \(content)
      </details>
      """
  }
}

extension String {
  /// Where a text first occurs.
  fileprivate func range(ofFirst text: String) -> String.Index? {
    firstRange(of: text)?.lowerBound
  }
}

import Foundation
import Notebooks
import Sessions
import TestRandom
import Testing

@testable import Exporters

@Suite struct HTMLTests {
  private func page(_ text: String) throws -> String {
    HTMLExporter().text(of: Lesson(try CellFile(text)))
  }

  @Test func holdsEverything() throws {
    let html = try page(everything)
    #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    #expect(html.contains("<title>One of everything</title>"))
    #expect(html.contains("<p class=byline>Ada, Grace &amp; Co</p>"))
    // The title is there once, and the first heading is not said again.
    #expect(html.components(separatedBy: "<h1>").count == 2)
    #expect(!html.contains("<h2 id=\"one-of-everything\">"))
    #expect(html.contains("<h2 id=\"part-one\">Part one</h2>"))
    #expect(html.contains("<li class=l2><a href=\"#part-one\">Part one</a></li>"))
    #expect(html.contains("<code>code</code>, <math><msup><mi>x</mi><mn>2</mn></msup></math>"))
    #expect(html.contains("&lt;b&gt;signs&lt;/b&gt;"))
    #expect(html.contains("<span class=k>let</span> bits = <span class=n>4</span>"))
    #expect(html.contains("<pre class=shown tabindex=0>a &amp; b &lt;c&gt;\n[3, 4]</pre>"))
    #expect(html.contains("<strong>error:</strong> cannot multiply [3, 4] by [3, 4]; the inner"))
    #expect(html.contains("<summary>Hint</summary>"))
    #expect(html.contains("<summary>Solution</summary>"))
    #expect(html.contains("<details class=check"))
    #expect(html.contains("id=\"cell-w\""))
    // Prose inside the group stays in it; what follows the group does not.
    let group = try #require(html.firstRange(of: "<section class=\"cell exercise\""))
    let between = try #require(html.firstRange(of: "Between hint and solution."))
    let solution = try #require(html.firstRange(of: "<summary>Solution</summary>"))
    #expect(group.lowerBound < between.lowerBound && between.lowerBound < solution.lowerBound)
    #expect(nestingFault(in: html) == nil)
  }

  @Test func needsNothingBesideIt() throws {
    for file in try tutorials() {
      let html = HTMLExporter().text(of: Lesson(file))
      #expect(nestingFault(in: html) == nil, "\(file.name)")
      #expect(!html.contains("<script"))
      #expect(!html.contains("src="))
      #expect(!html.contains("@import") && !html.contains("url("))
      // Every place is named once, and every link within the page leads somewhere.
      let ids = values(of: "id", in: html)
      #expect(Set(ids).count == ids.count, "\(file.name)")
      for link in values(of: "href", in: html) where link.hasPrefix("#") {
        #expect(ids.contains(String(link.dropFirst())), "\(link) in \(file.name)")
      }
    }
  }

  @Test func aRunGivesFigures() throws {
    let file = try CellFile("// %%\nprint(1)\nplot([1.0, 3.0, 2.0])\n")
    let lesson = try Lesson(running: file, with: Session())
    let shown = lesson.shown(by: file.cells[0])
    #expect(shown.map(\.kind) == [.printed, .result])
    #expect(shown.last?.svg?.hasPrefix("<svg") == true)
    let html = HTMLExporter().text(of: lesson)
    #expect(
      html.contains(
        "<figure class=chart tabindex=0><svg xmlns=\"http://www.w3.org/2000/svg\" class=\"notch\""))
    #expect(nestingFault(in: html.replacing(/<style>(?s).*?<\/style>/, with: "")) == nil)
    let text = NotebookExporter().text(of: lesson)
    let cell = try JSONReader.value(of: Array(text.utf8))["cells"]?.array?.first
    let data = cell?["outputs"]?.array?.last?["data"]
    #expect(data?.members?.map(\.name) == ["image/svg+xml", "text/plain"])
    // The text is what comes back.
    let back = try NotebookImporter().file(from: Array(text.utf8)).file
    #expect(back.recorded(of: back.cells[0]).count > 5)
  }

  @Test func punctuationStaysBesideItsFormula() throws {
    let html = try page(
      "// %% [markdown]\n// It is $x$, that ($y$) and **$z$**. A $k$-th. The $v$ alone.\n")
    let x = "<span class=tie><math><mi>x</mi></math>,</span> that "
    #expect(html.contains("It is \(x)"))
    #expect(html.contains("that <span class=tie>(<math><mi>y</mi></math>)</span> and "))
    #expect(html.contains("<span class=tie><strong><math><mi>z</mi></math></strong>.</span> A "))
    #expect(html.contains("<span class=tie><math><mi>k</mi></math>-</span>th"))
    #expect(html.contains("The <math><mi>v</mi></math> alone."))
    #expect(html.contains(".tie { white-space: nowrap; }"))
    #expect(nestingFault(in: html) == nil)
  }

  @Test func imagesStandFiveInARow() throws {
    let file = try CellFile("// %%\nshow(digits(10, seed: 1).images)\n")
    let html = HTMLExporter().text(of: try Lesson(running: file, with: Session()))
    let rows = Dictionary(
      grouping: html.matches(of: /<image [^>]*y="([0-9.]+)"/).map { String($0.1) }, by: { $0 })
    #expect(rows.values.map(\.count) == [5, 5])
    // They are not enlarged on a telephone as charts are.
    #expect(html.contains("<figure class=pictures tabindex=0><svg"))
  }

  @Test func exportingRunsNothing() throws {
    let html = try page("// %%\nprint(\"ran\" + \" now\")\n")
    #expect(!html.contains("ran now"))
    #expect(!html.contains("class=output"))
  }

  @Test(arguments: [
    ("[a](javascript:alert(1))", "javascript:"), ("[a](JaVa\u{1}Script:x)", "Script:x\""),
    ("[a](data:text/html,x)", "href=\"data:text"), ("<vbscript:x>", "href=\"vbscript"),
    ("![a](file:///etc/passwd)", "href=\"file:"), ("[\"><i>](x)", "\"><i>"),
    ("[a](x\"onclick=\"y)", "\"onclick"), ("<script>alert(1)</script>", "<script"),
    ("$<script>$", "<script"), ("```\n</pre><script>\n```", "<script"), ("# <script>", "<script"),
    ("|a|\n|-|\n|<script>|", "<script"), ("$\\text{<script>}$", "<script"),
    ("$\\left<script\\right>$", "<script"), ("$\\mathbb{<script>}$", "<script"),
  ])
  func proseCannotRun(markdown: String, forbidden: String) throws {
    let prose = markdown.split(separator: "\n").map { "// \($0)\n" }.joined()
    let html = try page("// %% [markdown]\n\(prose)")
    #expect(!html.contains(forbidden))
    #expect(nestingFault(in: html) == nil)
  }

  @Test func titlesCodeAndOutputsCannotRun() throws {
    let bad = "</code></pre><script>alert(1)</script>"
    let html = try page(
      """
      // ---
      // title: \(bad)
      // authors: \(bad)
      // description: "\(bad)"
      // license: \(bad)
      // ---
      // %% \(bad) id=x
      let s = "\(bad)" // \(bad)
      \(bad)
      //> \(bad)
      //! \(bad)
      // %% \(bad) [exercise]
      1
      // %% [hint] title="\(bad)"
      // \(bad)
      """)
    #expect(!html.contains("<script"))
    #expect(nestingFault(in: html) == nil)
  }

  /// Whatever a file holds, the page is well nested.
  @Test func bearsAnyFile() throws {
    var random = TestRandom(seed: 5)
    let pieces = [
      "// %% A", "// %%", "// %% B id=q", "// %% [markdown]", "// %% [exercise]", "// %% [hint]",
      "// %% [solution]", "// %% [check]", "// %% [parameters]", "let a = \"\\(1)<\"", "x < y & z",
      "// # H", "// ## <i>", "// - *a*", "// 3. b", "// > q", "// | a | b |", "// |---|:-:|",
      "// $\\frac{a}{b$ $$", "// $$", "// ```swift", "// [l](h\"t<p)", "// **b", "//> <pre>",
      "//> ▟█▙", "//> ░▒▓█", "//> ⣿⡇", "//! </div>", "", "\"\"\"", "/* <", "// ---",
      "// title: <t>",
      "// \u{1}", "//> \u{1B}[31m", "é数👩‍👩‍👧", "// <a:b>", "//> \u{301}x", "// \u{301}",
    ]
    var accepted = 0
    for _ in 0..<3000 {
      let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in random.pick(pieces) + "\n"
      }
      .joined()
      guard let file = try? CellFile(text) else { continue }
      accepted += 1
      let html = HTMLExporter().text(of: Lesson(file))
      #expect(nestingFault(in: html) == nil, "\(text)")
      let ids = values(of: "id", in: html)
      #expect(Set(ids).count == ids.count, "\(text)")
      _ = MarkdownExporter().text(of: Lesson(file))
    }
    #expect(accepted > 300)
  }

  @Test func colorsByTheTokensOfTheLanguage() {
    #expect(
      HTMLCode.colored("var q = quantize(w, per: .channel) // done")
        == "<span class=k>var</span> q = <span class=f>quantize</span>(w, <span class=l>per</span>: "
        + ".<span class=d>channel</span>) <span class=c>// done</span>")
    #expect(
      HTMLCode.colored("q.scale[0].max()")
        == "q.scale[<span class=n>0</span>].<span class=f>max</span>()")
    #expect(HTMLCode.colored("Dense(10)") == "<span class=t>Dense</span>(<span class=n>10</span>)")
    #expect(
      HTMLCode.colored("\"a\\(b + 1)\"")
        == "<span class=s>&quot;a\\(</span>b + <span class=n>1</span><span class=s>)&quot;</span>")
    #expect(
      HTMLCode.colored("x ° \"open") == "x <span class=x>°</span> <span class=s>&quot;open</span>")
  }

  @Test func blocksBecomePictures() throws {
    let lines = ["a", "▗▖ ", "█▒", " ▀", "b"]
    let parts = BlockPicture.parts(of: lines)
    #expect(parts.count == 3)
    guard case .picture(let picture, let drawn) = parts[1] else {
      Issue.record("no picture")
      return
    }
    #expect(drawn == Array(lines[1...3]))
    let svg = picture.svg(label: "x")
    #expect(svg.contains("viewBox=\"0 0 6 12\""))
    // Row by row: the lower halves of ▗ and ▖ are one rectangle, █ is two, ▀ the upper half.
    #expect(svg.contains("d=\"M1 2h2v2h-2zM0 4h2v2h-2zM0 6h2v2h-2zM2 8h2v2h-2z\""))
    #expect(svg.contains("<rect x=\"2\" y=\"4\" width=\"2\" height=\"4\" opacity=\"0.5\"/>"))
    // Bars with labels, and a single line, stay text.
    #expect(BlockPicture.parts(of: [" 1 │██", " 2 │█", " 3 │▏"]).count == 1)
    let single = BlockPicture.parts(of: ["███"])
    guard case .text = single[0] else {
      Issue.record("a single line is text")
      return
    }
  }
}

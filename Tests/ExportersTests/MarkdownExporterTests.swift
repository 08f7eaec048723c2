import Notebooks
import Testing

@testable import Exporters

@Suite struct MarkdownExporterTests {
  @Test func writesEverything() throws {
    let text = MarkdownExporter().text(of: Lesson(try CellFile(everything)))
    #expect(
      text == """
        # One of everything

        *Ada, Grace & Co*

        Text with `code`, $x^2$ and <b>signs</b>.
        ## Part one

        **Parameters**

        ```swift
        let bits = 4
        ```

        **A tensor**

        ```swift
        let w = randn(3, 4)
        print("a & b <c>")
        w.shape
        ```

        ```text
        a & b <c>
        [3, 4]
        ```

        **It fails**

        ```swift
        w @ w
        ```

        ```text
        error: cannot multiply [3, 4] by [3, 4]; the inner sizes 4 and 3 differ
        help: transpose one of them
        ```

        ## Your turn

        **Exercise: Two bits**

        ```swift
        let q = w
        ```

        <details>
        <summary>Hint</summary>

        Look at `help(quantize)`.

        </details>

        Between hint and solution.

        <details>
        <summary>Solution</summary>

        ```swift
        let q = quantize(w, bits: 2)
        q.bits
        ```

        ```text
        2
        ```

        </details>

        <details>
        <summary>Check</summary>

        ```swift
        expect(q.bits == 2, "q has 2 bits")
        ```

        </details>

        ## The end

        **A number**

        ```swift
        uniform(2)
        ```

        """)
  }

  @Test func fencesAreLongerThanWhatTheyHold() {
    #expect(MarkdownExporter.fenced("a ```` b", "") == "`````\na ```` b\n`````")
    #expect(MarkdownExporter.escaped("a*b_[c]") == "a\\*b\\_\\[c\\]")
  }
}

/// The style sheet of a page.
enum HTMLStyle {
  static let sheet = """
    :root {
      --paper: #ffffff; --ink: #1d2129; --soft: #5b6472; --line: #dfe3e8; --panel: #f6f7f9;
      --accent: #2f5fd0; --accent-panel: #eef3ff; --bad: #b3261e; --bad-panel: #fdf1f0;
      --keyword: #8f2a9b; --number: #1857b8; --string: #a8381b; --comment: #6a7383;
      --call: #1d5f66; --type: #0b6b4f; --choice: #7a4d00;
      --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
      --ground: var(--paper); --shade: #1d212938;
      color-scheme: light dark;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171c; --ink: #e4e7ec; --soft: #9aa4b2; --line: #2c323b; --panel: #1c2027;
        --accent: #8fb1ff; --accent-panel: #1a2335; --bad: #ff9d93; --bad-panel: #2b1b1b;
        --keyword: #e08fea; --number: #8ab8ff; --string: #ffa98a; --comment: #8b95a5;
        --call: #7fd3da; --type: #7ddcb5; --choice: #e8c07a; --shade: #9aa4b270;
      }
    }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 1.0625rem/1.65 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
      overflow-wrap: break-word;
    }
    main { max-width: 51rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; min-width: 0; }
    a { color: var(--accent); text-underline-offset: 0.15em; }
    h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 2.2em 0 0.6em; text-wrap: balance; }
    h1 { font-size: 2.1rem; letter-spacing: -0.015em; margin: 0 0 0.35em; }
    h2 { font-size: 1.45rem; letter-spacing: -0.01em; }
    h3 { font-size: 1.15rem; }
    h4, h5, h6 { font-size: 1rem; }
    p, ul, ol, blockquote { margin: 0 0 1em; }
    li { margin: 0.2em 0; }
    header { margin-bottom: 2rem; padding-bottom: 1rem; border-bottom: 1px solid var(--line); }
    header p { margin: 0.2em 0; }
    .lead { font-size: 1.15rem; color: var(--soft); }
    .byline { color: var(--soft); }
    hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
    blockquote { border-left: 3px solid var(--line); padding-left: 1em; color: var(--soft); }
    code, pre { font-family: var(--mono); font-size: 0.875em; font-variant-ligatures: none; }
    :not(pre) > code {
      background: var(--panel); border: 1px solid var(--line); border-radius: 4px;
      padding: 0.08em 0.3em;
    }
    pre { margin: 0; line-height: 1.5; overflow-x: auto; tab-size: 4; }
    /* A shadow at an edge behind which there is more; at the end its cover lies over it. */
    pre, figure, .wide, .formula {
      background:
        linear-gradient(to right, var(--ground) 40%, transparent) 0 0 / 2.5rem 100% local,
        linear-gradient(to left, var(--ground) 40%, transparent) 100% 0 / 2.5rem 100% local,
        linear-gradient(to right, var(--shade), transparent) 0 0 / 0.8rem 100% scroll,
        linear-gradient(to left, var(--shade), transparent) 100% 0 / 0.8rem 100% scroll,
        var(--ground);
      background-repeat: no-repeat; scrollbar-width: thin;
    }
    pre code { font-size: inherit; }
    pre.code {
      font-size: 0.83em;
      --ground: var(--panel); border: 1px solid var(--line); border-radius: 8px;
      padding: 0.75em 1em;
    }
    .cell { margin: 1.3em 0 1.6em; }
    .caption { margin: 0 0 0.35em; font-weight: 600; font-size: 0.92rem; color: var(--soft); }
    .kind {
      display: inline-block; margin-right: 0.6em; padding: 0 0.55em; border-radius: 1em;
      background: var(--accent-panel); color: var(--accent); font-size: 0.8rem; line-height: 1.6;
    }
    .output { padding: 0.7em 0 0 calc(1em - 1px); border-left: 2px solid var(--line); margin-left: 2px; }
    .output > * + * { margin-top: 0.6em; }
    .output pre { line-height: 1.45; }
    .output pre.printed { color: var(--soft); }
    .output pre.bars { line-height: normal; }
    pre.error {
      background: var(--bad-panel); color: var(--bad); border-radius: 6px; padding: 0.6em 0.8em;
      white-space: pre-wrap;
    }
    figure { margin: 0; overflow-x: auto; max-width: 100%; }
    figure svg { display: block; max-width: 100%; height: auto; }
    figure.chart svg { min-width: 480px; }
    figure svg.notch .paper { fill: none; }
    svg.blocks { fill: var(--ink); font-size: 0.875em; shape-rendering: crispEdges; min-width: 16rem; }
    .k { color: var(--keyword); font-weight: 600; }
    .n { color: var(--number); }
    .s { color: var(--string); }
    .c { color: var(--comment); font-style: italic; }
    .f { color: var(--call); }
    .t { color: var(--type); }
    .d { color: var(--choice); }
    .x { color: var(--bad); text-decoration: underline wavy; }
    .wide { overflow-x: auto; margin: 0 0 1em; }
    table { border-collapse: collapse; font-size: 0.95em; }
    th, td { text-align: left; padding: 0.35em 0.9em 0.35em 0; border-bottom: 1px solid var(--line); }
    th { border-bottom-color: var(--soft); }
    .center { text-align: center; }
    .end { text-align: right; font-variant-numeric: tabular-nums; }
    .formula { overflow-x: auto; overflow-y: hidden; margin: 0 0 1em; padding: 0.2em 0; }
    math {
      font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", "STIX Math",
        "DejaVu Math TeX Gyre", math;
      font-size: 1.06em;
    }
    math .b { font-weight: bold; }
    .tie { white-space: nowrap; }
    mtable.cases mtd, mtable.aligned mtd, mtable.align mtd { text-align: left; }
    .exercise {
      border: 1px solid var(--accent); border-radius: 10px; padding: 1em;
      --ground: var(--accent-panel); background: var(--ground);
    }
    .exercise pre.code { --ground: var(--paper); }
    .exercise details { --ground: var(--paper); background: var(--ground); }
    details.hint, details.solution, details.check {
      border: 1px solid var(--line); border-radius: 8px; margin-top: 0.6em; padding: 0 0.9em;
    }
    details > summary { cursor: pointer; padding: 0.45em 0; font-weight: 600; font-size: 0.92rem; }
    details[open] { padding-bottom: 0.9em; }
    details .prose > :last-child { margin-bottom: 0; }
    nav { max-width: 51rem; margin: 0 auto; padding: 1rem 1.25rem 0; font-size: 0.92rem; }
    nav ul { list-style: none; margin: 0; padding: 0; }
    nav li { margin: 0.35em 0; line-height: 1.35; }
    nav .l3 { padding-left: 1em; }
    nav a { color: var(--soft); text-decoration: none; }
    nav a:hover { color: var(--accent); text-decoration: underline; }
    footer {
      margin-top: 3.5rem; padding-top: 1rem; border-top: 1px solid var(--line);
      color: var(--soft); font-size: 0.88rem;
    }
    footer p { margin: 0.2em 0; }
    :target { outline: 2px solid var(--accent); outline-offset: 0.4em; border-radius: 4px; }
    h2:target, h3:target { outline: 0; color: var(--accent); }
    @media (min-width: 76rem) {
      body:has(> nav) {
        display: grid; grid-template-columns: minmax(11rem, 15rem) minmax(0, 51rem); column-gap: 2.5rem;
        justify-content: center;
      }
      nav + main { margin: 0; width: 100%; }
      nav {
        position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; margin: 0;
        padding: 3.4rem 0 2rem 1.25rem;
      }
      nav summary { list-style: none; pointer-events: none; }
      nav summary::-webkit-details-marker { display: none; }
      nav details::details-content { content-visibility: visible; display: block; block-size: auto; }
    }
    @media (max-width: 32rem) {
      body { font-size: 1rem; }
      main { padding: 1.5rem 1rem 3rem; }
      nav { padding: 1rem 1rem 0; }
      h1 { font-size: 1.7rem; }
      h2 { font-size: 1.3rem; }
      pre { font-size: 0.78rem; }
      pre.code { padding: 0.6em 0.75em; }
      .exercise { padding: 0.75em; }
    }
    @media print {
      :root {
        --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #f7f7f7; --accent: #1a3f99;
        --accent-panel: #f7f9ff; --bad: #8c1d18; --bad-panel: #fff; --keyword: #6d1f77;
        --number: #123f86; --string: #7d2a14; --comment: #555; --call: #154a4f; --type: #08513c;
        --choice: #5c3a00; color-scheme: light;
      }
      body { font-size: 10.5pt; display: block; }
      main { max-width: none; padding: 0; }
      nav, footer p + p { display: none; }
      pre, figure, .wide, .formula { background: var(--ground); }
      figure.chart svg { min-width: 0; }
      pre { white-space: pre-wrap; overflow-wrap: anywhere; }
      .output pre { white-space: pre; font-size: 7.5pt; }
      pre.code, figure, tr, .formula { break-inside: avoid; }
      h1, h2, h3, .caption { break-after: avoid; }
      details::details-content { content-visibility: visible; display: block; block-size: auto; }
      a { color: inherit; }
    }
    """
}

/// A way to show pixels in a terminal.
public enum TerminalGraphics: String, Sendable, CaseIterable {
  case kitty
  case sixel
  /// Inline images of iTerm2.
  case inline
  /// No pixels: block characters.
  case blocks

  /// The escape codes that show a picture where the cursor stands; nil for block characters.
  public func encode(_ pixels: Pixels) -> String? {
    switch self {
    case .kitty: Kitty.encode(pixels)
    case .sixel: Sixel.encode(pixels)
    case .inline: InlineImage.encode(pixels)
    case .blocks: nil
    }
  }
}

/// What a screen can show, as far as its environment tells.
///
/// Nothing is asked of the terminal itself, whose answer would cost time at every start.
/// `NOTCH_GRAPHICS` decides where it is set: `kitty`, `sixel`, `inline`, `blocks`, `ascii`, or
/// `none` for what would stand in a file.
public struct FigureScreen: Sendable, Equatable {
  /// How it shows images.
  public var graphics: TerminalGraphics
  /// Which colours it has.
  public var color: ColorDepth
  /// Which characters it has.
  public var style: FigureStyle

  /// A screen that can do what is said.
  public init(graphics: TerminalGraphics, color: ColorDepth, style: FigureStyle) {
    self.graphics = graphics
    self.color = color
    self.style = style
  }

  /// Text as it stands in a file.
  public static let file = FigureScreen(graphics: .blocks, color: .none, style: .unicode)

  /// What the variables of an environment say.
  public init(environment: (String) -> String?) {
    func value(_ name: String) -> String { (environment(name) ?? "").lowercased() }
    let terminal = value("TERM")
    let isDumb = terminal.isEmpty || terminal == "dumb"
    let hasUnicode = Self.isUnicode(value)
    style = hasUnicode && !isDumb ? .unicode : .ascii
    color = isDumb || !(environment("NO_COLOR") ?? "").isEmpty ? .none : Self.depth(value)
    graphics = isDumb ? .blocks : Self.graphics(value)
    switch value("NOTCH_GRAPHICS") {
    case "kitty": graphics = .kitty
    case "sixel": graphics = .sixel
    case "inline", "iterm2": graphics = .inline
    case "blocks":
      graphics = .blocks
      style = .unicode
    case "ascii":
      graphics = .blocks
      style = .ascii
    case "none":
      self = .file
      if !hasUnicode { style = .ascii }
    default: break
    }
  }

  private static func isUnicode(_ value: (String) -> String) -> Bool {
    // The first that is set decides, as in the C library.
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(value).first { !$0.isEmpty } ?? ""
    return locale.contains("utf-8") || locale.contains("utf8")
  }

  private static func depth(_ value: (String) -> String) -> ColorDepth {
    if ["truecolor", "24bit"].contains(value("COLORTERM")) { return .full }
    let terminal = value("TERM")
    if terminal.hasSuffix("-direct") || terminal.contains("kitty") { return .full }
    return terminal.contains("256color") ? .palette : .basic
  }

  private static func graphics(_ value: (String) -> String) -> TerminalGraphics {
    let terminal = value("TERM")
    // A multiplexer passes no pictures on.
    if !value("TMUX").isEmpty || terminal.hasPrefix("screen") || terminal.hasPrefix("tmux") {
      return .blocks
    }
    let program = value("TERM_PROGRAM")
    if !value("KITTY_WINDOW_ID").isEmpty || terminal.contains("kitty")
      || terminal.contains("ghostty") || program == "ghostty"
    {
      return .kitty
    }
    if program == "iterm.app" || program == "wezterm" { return .inline }
    let sixel = ["foot", "mlterm", "contour", "yaft", "sixel"]
    return sixel.contains { terminal.contains($0) } ? .sixel : .blocks
  }
}

extension Figure {
  /// The figure as a screen shows it best: pixels for images where it has them, else characters.
  ///
  /// No line is longer than `columns`; what is written ends without a line end.
  public func drawn(on screen: FigureScreen, columns: Int = 80) -> String {
    if screen.graphics != .blocks, case .images = content {
      // A usual character is eight pixels wide.
      let room = min(max(columns, 20), 160) * 8
      if let codes = pixels(width: room).flatMap(screen.graphics.encode) {
        let head = [title].filter { !$0.isEmpty }.map {
          PlainText.fitted($0, columns: columns, style: screen.style)
        }
        let foot = [note].filter { !$0.isEmpty }
        return (head + [codes] + foot).joined(separator: "\n")
      }
    }
    // A wider drawing tells no more, and its lines grow flat; images take what they need.
    let most = if case .images = content { columns } else { min(columns, 120) }
    return text(width: most, style: screen.style, color: screen.color)
  }
}

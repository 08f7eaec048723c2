/// The graphics protocol of kitty: pixels in escape codes, base64 in pieces of 4,096 letters.
///
/// Source: <https://sw.kovidgoyal.net/kitty/graphics-protocol/>.
enum Kitty {
  static let pieceLength = 4096

  /// Codes that transmit a picture and show it where the cursor stands; the terminal is asked not
  /// to answer, since nobody would read it.
  static func encode(_ pixels: Pixels) -> String {
    var letters = Base64.text(pixels.bytes)[...]
    var codes = ""
    var keys = "a=T,f=32,s=\(pixels.width),v=\(pixels.height),q=2,"
    repeat {
      let piece = letters.utf8.prefix(pieceLength)
      letters = letters[piece.endIndex...]
      codes += "\u{1B}_G\(keys)m=\(letters.isEmpty ? 0 : 1);\(Substring(piece))\u{1B}\\"
      keys = ""
    } while !letters.isEmpty
    return codes
  }
}

/// Inline images of iTerm2, which WezTerm and Konsole show too: a whole file in base64.
///
/// Source: <https://iterm2.com/documentation-images.html>.
enum InlineImage {
  /// A code that shows a picture where the cursor stands.
  static func encode(_ pixels: Pixels) -> String {
    let file = PNG.encode(pixels)
    return "\u{1B}]1337;File=inline=1;size=\(file.count);width=\(pixels.width)px;"
      + "height=\(pixels.height)px:\(Base64.text(file))\u{07}"
  }
}

import Language
import Notebooks
import Sessions

/// `notch check`: finds what would surely go wrong in files, without running them.
public struct FileChecker {
  private let console: Console

  /// Reports on a console.
  public init(_ console: Console) { self.console = console }

  /// Checks files one after the other; one that is wrong does not keep the others from it.
  public func check(_ paths: [String]) -> ExitStatus {
    var status = ExitStatus.done
    for path in paths {
      guard let file = Documents(console).open(path) else {
        status = .wrongUse
        continue
      }
      if !check(file, path) { status = .wrongUse }
    }
    return status
  }

  private func check(_ file: CellFile, _ path: String) -> Bool {
    // A cell that is to fail is right if it is wrong.
    let cells = file.cells.filter { $0.isRun && !$0.isEmpty && !file.expectsError($0) }
    let session = Session(seed: file.frontMatter.seed)
    let found = session.machine.check(cells.map { file.source(of: $0) })
    if !found.isEmpty { console.report(.diagnostics(found)) }
    let style = console.output.style
    let cellText = cells.count == 1 ? "1 cell" : "\(cells.count) cells"
    let errorText = found.count == 1 ? "1 error" : "\(found.count) errors"
    let result = found.isEmpty ? style.paint("ok", .good) : style.paint(errorText, .error)
    console.write("\(Style.printable(path))  \(cellText), \(result)\n")
    return found.isEmpty
  }
}

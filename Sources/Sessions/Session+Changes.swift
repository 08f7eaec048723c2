import Datasets
import Language

extension Session {
  /// What a cell did to the variables: enough to do it again without running the cell.
  public struct Change {
    let names: Set<String>
    let values: Machine.State
    let result: Value?

    /// Its names whose values hold functions of the program.
    public var functionNames: Set<String> { values.functionNames }
  }

  /// What a cell that just ran did to the variables that it may have changed.
  ///
  /// `before` is the state before it ran.
  public func change(of names: Set<String>, since before: Snapshot) -> Change {
    let isNew = results.count > before.results.count
    return Change(names: names, values: machine.part(names), result: isNew ? results.last : nil)
  }

  /// Does what a cell did, and shows what it showed, without running it.
  public func adopt(_ change: Change, showing outcome: Outcome, stream: UInt64) {
    machine.take(change.names, from: change.values)
    if let result = change.result { noteResult(result, of: stream) }
    show(again: outcome)
  }

  /// Names of builtins that change more than variables, or read what no cell made.
  public static let outsideNames: Set<String> = {
    let files = Library.all.filter { $0.parameters.contains { $0.name == "path" } }
    return Set(files.map(\.name) + ["help"])
  }()

  /// Names of builtins that read the data folder.
  public static let dataNames: Set<String> = ["mnist", "fashionMNIST", "cifar10"]

  /// Whether a method or function of the library changes its first argument.
  public static func isChanging(method name: String) -> Bool {
    NameUse.isChanging(method: name)
      || (Library.byName[name] ?? []).contains {
        $0.parameters.first?.typeName.hasPrefix("inout ") == true
      }
  }

  /// The files of data sets that cells may read, with their sizes and times, as one text.
  public static func dataFingerprint() -> String {
    [MNIST.state(), FashionMNIST.state(), CIFAR10.state()].joined(separator: "\n")
  }
}

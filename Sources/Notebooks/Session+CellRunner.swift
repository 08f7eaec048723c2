import Language
public import Sessions

extension Session: CellRunner {
  public func run(_ source: Source, stream: UInt64, timeLimit: Double?) -> Outcome {
    runCell(source, stream: stream, timeLimit: timeLimit)
  }
}

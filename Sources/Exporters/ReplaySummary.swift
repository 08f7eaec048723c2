public import Notebooks
import Sessions

/// What came of replaying a file, for programs that read it: JSON, or JUnit's XML.
public struct ReplaySummary: Sendable {
  /// The path as it was given.
  public var path: String
  /// What the cells did; nil if the file could not be replayed.
  public var report: ReplayReport?
  /// Why it could not be replayed; nil if it was.
  public var problem: String?
  /// Whether the file holds.
  public var holds: Bool
  /// How many cells did not have to be run.
  public var cached: Int

  /// A summary of one file.
  public init(path: String, report: ReplayReport?, problem: String?, holds: Bool, cached: Int = 0) {
    self.path = path
    self.report = report
    self.problem = problem
    self.holds = holds
    self.cached = cached
  }

  /// The result of a cell in a word, with what a person would read.
  private static func verdict(
    _ entry: ReplayReport.Entry
  ) -> (result: String, reason: String, detail: String) {
    switch entry.result {
    case .passed: ("agrees", "", "")
    case .differs(let difference): ("differs", difference.reason, difference.unified())
    case .failed:
      (
        "failed", entry.lines.first { $0.kind == .error }?.text ?? "the cell failed",
        entry.lines.filter { $0.kind == .error }.map(\.text).joined(separator: "\n")
      )
    }
  }

  // MARK: JSON

  /// A report on several files as JSON, on one page of indented lines.
  ///
  ///     {"format": 1, "holds": true, "files": [{"path": "a.notch", "holds": true, "cells": [
  ///       {"number": 2, "id": null, "title": "Scale", "line": 7, "result": "agrees", …}]}]}
  public static func json(of files: [ReplaySummary]) -> String {
    let all: JSON = .object([
      "format": .integer(1), "holds": .bool(files.allSatisfy(\.holds)),
      "files": .array(files.map(\.json)),
    ])
    return all.text
  }

  private var json: JSON {
    guard let report else {
      return .object([
        "path": .string(path), "holds": .bool(false), "error": .string(problem ?? "unreadable"),
        "cells": .array([]),
      ])
    }
    return .object([
      "path": .string(path), "holds": .bool(holds), "cells": .array(report.entries.map(Self.json)),
      "total": .integer(report.total), "agree": .integer(report.passed),
      "differ": .integer(report.differences.count), "failed": .integer(report.failures.count),
      "notRun": .integer(report.notRun), "cached": .integer(cached),
      "seconds": .number(Self.decimal(report.seconds)),
    ])
  }

  private static func json(of entry: ReplayReport.Entry) -> JSON {
    let (result, reason, detail) = verdict(entry)
    var members: [JSON.Member] = [
      .init(name: "number", value: .integer(entry.cell.number)),
      .init(name: "id", value: entry.cell.id.map { .string($0) } ?? .null),
      .init(name: "title", value: .string(entry.cell.title)),
      .init(name: "line", value: .integer(entry.cell.line)),
      .init(name: "result", value: .string(result)),
      .init(name: "seconds", value: .number(decimal(entry.seconds))),
    ]
    if result != "agrees" {
      members.append(.init(name: "reason", value: .string(reason)))
      members.append(.init(name: "detail", value: .string(detail)))
    }
    return .object(members)
  }

  /// A number of seconds with six digits behind the point.
  private static func decimal(_ seconds: Double) -> String {
    let micros = Int((min(max(seconds, 0), 1e9) * 1e6).rounded())
    let rest = String(micros % 1_000_000)
    return "\(micros / 1_000_000)." + String(repeating: "0", count: 6 - rest.utf8.count) + rest
  }

  // MARK: JUnit

  /// A report on several files in the form that continuous integration reads: a suite a file, a
  /// case a cell.
  public static func junit(of files: [ReplaySummary]) -> String {
    let reports = files.compactMap(\.report)
    let unreadable = files.count { $0.report == nil }
    let tests = reports.reduce(unreadable) { $0 + $1.total }
    let failures = reports.reduce(0) { $0 + $1.differences.count }
    let errors = reports.reduce(unreadable) { $0 + $1.failures.count }
    let seconds = reports.reduce(0) { $0 + $1.seconds }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"notch replay\" tests=\"\(tests)\" failures=\"\(failures)\""
    text += " errors=\"\(errors)\" time=\"\(decimal(seconds))\">\n"
    for file in files { text += file.suite }
    return text + "</testsuites>\n"
  }

  private var suite: String {
    let name = Self.xml(path)
    guard let report else {
      return """
          <testsuite name="\(name)" tests="1" failures="0" errors="1" skipped="0" time="0">
            <testcase classname="\(name)" name="reading" time="0">
              <error message="\(Self.xml(problem ?? "unreadable"))"/>
            </testcase>
          </testsuite>

        """
    }
    var text = "  <testsuite name=\"\(name)\" tests=\"\(report.total)\""
    text += " failures=\"\(report.differences.count)\" errors=\"\(report.failures.count)\""
    text += " skipped=\"\(max(0, report.notRun))\" time=\"\(Self.decimal(report.seconds))\">\n"
    for entry in report.entries {
      let title = entry.cell.title.isEmpty ? "" : ": \(entry.cell.title)"
      text +=
        "    <testcase classname=\"\(name)\" name=\"\(Self.xml("cell \(entry.cell.number)\(title)"))\""
      text += " line=\"\(entry.cell.line)\" time=\"\(Self.decimal(entry.seconds))\""
      let (result, reason, detail) = Self.verdict(entry)
      guard result != "agrees" else {
        text += "/>\n"
        continue
      }
      let tag = result == "differs" ? "failure" : "error"
      text += ">\n      <\(tag) message=\"\(Self.xml(reason))\">\(Self.xml(detail))</\(tag)>\n"
      text += "    </testcase>\n"
    }
    for index in 0..<max(0, min(report.notRun, 100_000)) {
      text += "    <testcase classname=\"\(name)\" name=\"not reached \(index + 1)\" time=\"0\">"
      text += "<skipped/></testcase>\n"
    }
    return text + "  </testsuite>\n"
  }

  /// A text for XML: what has a meaning there is written as a reference, and what may not stand
  /// there at all as U+FFFD.
  private static func xml(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      case _ where scalar.value < 32 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

import Foundation
import Testing

@testable import Language

/// Random and mutated programs: whatever they say, nothing may crash or hang.
///
/// The short run has fixed seeds. With NOTCH_FUZZ_SECONDS in the environment it goes on with new
/// seeds for so long, and tells how many programs it ran.
@Suite struct FuzzTests {
  /// What became of the programs.
  private struct Tally: CustomStringConvertible {
    var programs = 0
    var ran = 0
    var stopped = 0
    var checkedBad = 0
    var description: String {
      "\(programs) programs: \(ran) ran to their end, \(stopped) were stopped at the step limit, "
        + "\(checkedBad) were found wrong before running"
    }
  }

  private static func run(_ text: String, _ tally: inout Tally) {
    tally.programs += 1
    _ = completeness(of: text)
    let pieces = SyntaxPiece.pieces(of: text)
    #expect(pieces.allSatisfy { $0.range.upperBound <= text.utf8.count })
    let host = StubHost()
    let found = Machine(host: host).check([Source(text), Source(text)])
    for diagnostic in found {
      #expect(DiagnosticRenderer().render(diagnostic).hasPrefix("error: "))
    }
    let result = outcome(of: text, stepLimit: 2000)
    if result.errors.hasPrefix("Interruption") {
      tally.stopped += 1
    } else if result.errors.isEmpty {
      tally.ran += 1
      let once = try? withLargeStack {
        Machine(host: host).checkHere([Source(text)], isStrict: true)
      }
      #expect(
        once?.isEmpty ?? true, "the check is wrong: \(once?.map(\.message) ?? []) in\n\(text)")
    } else {
      #expect(result.errors.hasPrefix("error: "), "\(result.errors)")
    }
    if !found.isEmpty { tally.checkedBad += 1 }
  }

  private static func round(
    _ seed: UInt64, _ count: Int, _ sources: [String], _ tally: inout Tally
  ) {
    var maker = ProgramMaker(seed: seed)
    var generator = Generator(state: seed ^ 0x5555)
    for turn in 0..<count {
      let made = maker.program()
      if turn % 2 == 0 {
        run(made, &tally)
      } else {
        let base = sources.randomElement(using: &generator) ?? made
        run(Mutation.mutate(base, with: made, &generator), &tally)
      }
    }
  }

  @Test(arguments: 0..<4) func nothingCrashes(_ seed: Int) throws {
    let sources = try Mutation.sources()
    var tally = Tally()
    Self.round(UInt64(seed), 100, sources, &tally)
    #expect(tally.ran > 0 && tally.ran < tally.programs)
  }

  @Test func forAsLongAsWanted() throws {
    guard let text = ProcessInfo.processInfo.environment["NOTCH_FUZZ_SECONDS"],
      let seconds = Double(text)
    else { return }
    let sources = try Mutation.sources()
    let clock = ContinuousClock()
    let end = clock.now + .seconds(min(max(seconds, 0), 1e6))
    var seed = UInt64.random(in: 0...UInt64.max)
    var tally = Tally()
    while clock.now < end {
      // Should it crash, the last seed printed says with what.
      print("fuzz seed \(seed)")
      Self.round(seed, 1000, sources, &tally)
      seed &+= 1
    }
    print("fuzz: \(tally)")
  }
}

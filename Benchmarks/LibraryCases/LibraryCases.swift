// What the library computes, case by case, for another library to compute again.
//
//     library-cases > cases.jsonl
//
// One case a line; read by Benchmarks/peers/torch_library.py.

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@main
struct LibraryCases {
  static let groups: [@Sendable () throws -> [LibraryCase]] = [
    layerCases, sequenceCases, activationCases, lossCases, optimizerCases, scheduleCases,
    elementwiseCases, reductionCases, productCases, linearAlgebraCases, positionCases,
    shapeCases, quantizationCases,
  ]

  static func main() {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      for group in groups {
        for item in try group() {
          print(String(decoding: try encoder.encode(item), as: UTF8.self))
        }
      }
    } catch {
      print("error: \(error)")
      exit(1)
    }
  }
}

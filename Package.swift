// swift-tools-version: 6.2
// Notch: a scripting REPL and notebook runner for neural-network quantization.
//
// The command links GNU readline, so Notch is licensed GPL-3.0-or-later (see LICENSE).

import PackageDescription

/// Settings of every Swift target of ours: the newest language mode, and no warning gets by.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .treatAllWarnings(as: .error),
]

/// A target for one concern; `rooms` lists what it may import, downwards only.
func house(_ name: String, on rooms: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: rooms, swiftSettings: strict)
}

func tests(
  of name: String, on rooms: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.init(stringLiteral: name)] + rooms,
    exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "notch",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "notch", targets: ["notch"]),
    .library(name: "Tensors", targets: ["Tensors"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "Datasets", targets: ["Datasets"]),
    .library(name: "Quantization", targets: ["Quantization"]),
    .library(name: "Language", targets: ["Language"]),
    .library(name: "Figures", targets: ["Figures"]),
    .library(name: "Sessions", targets: ["Sessions"]),
    .library(name: "Notebooks", targets: ["Notebooks"]),
    .library(name: "Exporters", targets: ["Exporters"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
  ],
  targets: [
    .target(name: "COneDNN", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CReadline", linkerSettings: [.linkedLibrary("readline")]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),

    .systemLibrary(
      name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),

    // LAPACK, loaded when it is first needed: see its header.
    .target(name: "CLAPACK", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),

    // Loops for which Swift has no instructions.
    .target(name: "CKernels"),

    house("Tensors", on: ["COneDNN", "CKernels", "CLAPACK"]),
    house("Networks", on: ["Tensors", "Datasets"]),
    house(
      "Datasets",
      on: ["Tensors", "CZlib", "CPNG", .product(name: "Crypto", package: "swift-crypto")]),
    house("Quantization", on: ["Tensors", "Datasets", "Networks"]),
    house("Language"),
    house("Figures"),
    house(
      "Sessions",
      on: ["Language", "Figures", "Tensors", "Networks", "Datasets", "Quantization"]),
    house(
      "Notebooks",
      on: ["Sessions", "Language", .product(name: "Crypto", package: "swift-crypto")]),
    house("Exporters", on: ["Notebooks", "Sessions", "Language", "Figures"]),
    house("Terminal", on: ["Notebooks", "Sessions", "Language", "Figures", "CReadline"]),
    .executableTarget(
      name: "notch",
      dependencies: [
        "Terminal", "Exporters", "Notebooks", "Sessions", "Language",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "library-benchmark",
      dependencies: [
        "Sessions", "Language", "Datasets", "Networks", "Quantization", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/LibraryBenchmark", swiftSettings: strict),
    .executableTarget(
      name: "integer-cases", dependencies: ["Networks", "Quantization", "Tensors"],
      path: "Benchmarks/IntegerCases", swiftSettings: strict),
    .executableTarget(
      name: "library-cases", dependencies: ["Networks", "Quantization", "Tensors"],
      path: "Benchmarks/LibraryCases", swiftSettings: strict),
    .executableTarget(
      name: "results", dependencies: ["Datasets", "Networks", "Quantization", "Tensors"],
      path: "Benchmarks/Results", swiftSettings: strict),

    // The naive reference kernels: written for clarity, used by tests only.
    .target(
      name: "ReferenceKernels", path: "Tests/ReferenceKernels", swiftSettings: strict),
    // Random numbers with a seed, for tests of properties.
    .target(name: "TestRandom", path: "Tests/TestRandom", swiftSettings: strict),
    // What a terminal shows of the bytes written to it.
    .target(name: "TerminalModel", path: "Tests/TerminalModel", swiftSettings: strict),
    tests(of: "Tensors", on: ["ReferenceKernels"]),
    tests(of: "Networks", on: ["Tensors", "Datasets", "ReferenceKernels"]),
    tests(of: "Datasets", on: ["Tensors", "CZlib"]),
    tests(of: "Quantization", on: ["Tensors", "Datasets", "Networks"]),
    tests(of: "Language"),
    tests(of: "Figures", on: ["CZlib"], exclude: ["Snapshots"]),
    tests(of: "Sessions", on: ["Language", "Figures"]),
    tests(of: "Notebooks", on: ["Sessions", "TestRandom"]),
    tests(of: "Exporters", on: ["Notebooks", "Sessions", "Language", "CZlib", "TestRandom"]),
    tests(of: "Terminal", on: ["Sessions", "Language", "TerminalModel"]),
    // Runs the built command, which so is built before it.
    .testTarget(
      name: "CommandTests", dependencies: ["notch", "Sessions", "Datasets", "TerminalModel"],
      swiftSettings: strict),
    .testTarget(name: "HouseTests", swiftSettings: strict),
  ]
)

// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// The library's own sources, through links: built here with the fuzzer's instrumentation, under the package
// name that `package` access asks for. A package that others depend on may not carry such flags.
let instrumented: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  // With the address sanitizer beside it, `-sanitize=fuzzer` alone loses its coverage.
  .unsafeFlags(["-sanitize-coverage=edge,trace-cmp,inline-8bit-counters,pc-table"]),
]

let package = Package(
  name: "resect",
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    .target(name: "CSystem"),
    .systemLibrary(name: "CLibZip", pkgConfig: "libzip"),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1"),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas"),
    .target(
      name: "Checkpoints",
      dependencies: [
        "CSystem", "CLibZip", "CDeflate", "CCrypto", "CXXHash", "CYAML",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: instrumented),
    // The readers of what the trainer is fed, and what runs graphs, alone: the rest computes, with libraries of its own.
    .target(
      name: "Training", dependencies: ["Checkpoints", "COpenBLAS"], swiftSettings: instrumented),
    .target(name: "FuzzTargets", dependencies: ["Checkpoints", "Training"], swiftSettings: instrumented),
    .executableTarget(
      name: "Fuzzer", dependencies: ["FuzzTargets"], path: "Fuzzer",
      swiftSettings: instrumented + [.unsafeFlags(["-parse-as-library"])]),
  ]
)

// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let orderedCollections: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")

let package = Package(
  name: "resect",
  products: [
    .library(name: "Checkpoints", targets: ["Checkpoints"]),
    .library(name: "Training", targets: ["Training"]),
    .executable(name: "resect", targets: ["resect"]),
    .executable(name: "resect-train", targets: ["resect-train"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    // C that Swift cannot call or cannot do fast: nothing else.
    .target(name: "CSystem"),
    .target(name: "CKernels", exclude: ["bodies"]),
    .target(name: "CKissFFT"),

    // System libraries: a module map and a shim each.
    .systemLibrary(name: "CLibZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CSndFile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CSoxr", pkgConfig: "soxr", providers: [.apt(["libsoxr-dev"])]),

    .target(
      name: "Checkpoints",
      dependencies: ["CSystem", "CLibZip", "CDeflate", "CCrypto", "CXXHash", "CYAML", orderedCollections],
      swiftSettings: strict),
    .target(
      name: "Training",
      dependencies: [
        "Checkpoints", "CKernels", "COpenBLAS", "CSndFile", "CSoxr", "CKissFFT", orderedCollections,
      ],
      swiftSettings: strict),
    // What both programs share: exit codes, error texts, standard streams.
    .target(name: "CommandKit", dependencies: ["Checkpoints", argumentParser], swiftSettings: strict),
    .executableTarget(
      name: "resect", dependencies: ["Checkpoints", "CommandKit", argumentParser], swiftSettings: strict),
    // The trainer's commands, for the programs that offer them.
    .target(
      name: "TrainCommands",
      dependencies: ["Training", "Checkpoints", "CommandKit", argumentParser], swiftSettings: strict),
    .executableTarget(
      name: "resect-train", dependencies: ["TrainCommands", "CommandKit", argumentParser],
      swiftSettings: strict),

    // Nothing in it: `swift build --target Programs` builds both programs side by side, which `--product` cannot.
    .target(name: "Programs", dependencies: ["resect", "resect-train"]),

    // How fast the trainer is; not part of the product.
    .executableTarget(
      name: "benchmarks", dependencies: ["Training"], path: "Tests/Benchmarks/Trainer", swiftSettings: strict),

    // What tests share: where fixtures lie, temporary folders.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
  ]
)

// Tests of what is computed and of what the programs say: they need nothing that only debug builds have.
let trainingTests: [Target.Dependency] = ["Training", "Checkpoints", "TestSupport", orderedCollections]
let commandTests: [Target.Dependency] = [
  "Programs", "CommandKit", "Checkpoints", "Training", "TestSupport", "CDeflate",
]

if let library = Context.environment["RESECT_RELEASE_TESTS"] {
  // A program of tests that is built like those that ship, lies beside them and runs them: `make test-release`.
  // Swift Testing has no static library, so this program links the shared ones, and `library` is where they lie.
  let optimised: [SwiftSetting] = strict + [.unsafeFlags(["-I", library, "-Onone"])]
  let shared: [LinkerSetting] = [
    .unsafeFlags(["-no-static-stdlib", "-L", "\(library)/../../swift_static/linux"])
  ]
  package.targets += [
    .target(
      name: "TrainingTests", dependencies: trainingTests, path: "Tests/TrainingTests",
      swiftSettings: optimised),
    .target(
      name: "CommandTests", dependencies: commandTests, path: "Tests/CommandTests", swiftSettings: optimised),
    .executableTarget(
      name: "release-tests", dependencies: ["TrainingTests", "CommandTests"], path: "Tests/ReleaseTests",
      swiftSettings: optimised, linkerSettings: shared),
  ]
} else {
  package.targets += [
    // What Tests/Fuzz runs on random bytes; the tests replay what it found.
    .target(
      name: "FuzzTargets", dependencies: ["Checkpoints", "Training"], path: "Tests/FuzzTargets",
      swiftSettings: strict),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "FuzzTargets", "TestSupport", orderedCollections],
      swiftSettings: strict),
    .testTarget(name: "TrainingTests", dependencies: trainingTests, swiftSettings: strict),
    .testTarget(name: "CommandTests", dependencies: commandTests, swiftSettings: strict),
    // What an app sees of the trainer's library: no part of the package, and it imports that library alone.
    .testTarget(name: "AppTests", dependencies: ["Training"], packageAccess: false, swiftSettings: strict),
  ]
}

// Training over Open MPI: who does not ask for it needs no Open MPI.
if Context.environment["RESECT_MPI"] == "1" {
  package.products.append(.executable(name: "resect-train-mpi", targets: ["resect-train-mpi"]))
  package.targets += [
    .systemLibrary(name: "CMPI", pkgConfig: "ompi-c", providers: [.apt(["libopenmpi-dev"])]),
    .executableTarget(
      name: "resect-train-mpi",
      dependencies: ["CMPI", "TrainCommands", "Training", "CommandKit", argumentParser],
      swiftSettings: strict),
  ]
}

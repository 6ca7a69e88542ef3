// SPDX-License-Identifier: Apache-2.0

// Runs the tests of these modules as `swift test` runs those of a test target; the words are Swift Testing's.
import CommandTests
import Testing
import TrainingTests

await Testing.__swiftPMEntryPoint() as Never

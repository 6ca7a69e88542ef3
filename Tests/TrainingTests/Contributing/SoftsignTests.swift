// SPDX-License-Identifier: Apache-2.0
import Testing
import Training

/// The operation of `docs/contributing.md`.
struct SoftsignTests {
  @Test(arguments: [(1, 3), (5, 9), (70, 2)])
  func `the way back agrees with finite differences`(rows: Int, width: Int) throws {
    try checkGradients(ReferenceKernels<Double>.self, [TestShape(rows, 1, width)]) {
      ($0.softsign($1[0]), $1)
    }
  }
}

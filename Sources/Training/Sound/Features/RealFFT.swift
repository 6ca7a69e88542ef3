// SPDX-License-Identifier: Apache-2.0
import CKissFFT

/// The power spectrum of real frames through kissfft, in Double.
///
/// It owns scratch memory, so each thread makes its own; making one costs about as much as a few transforms.
@safe struct RealFFT: ~Copyable {
  /// Points in a frame; even.
  let count: Int
  private let plan: OpaquePointer

  /// Nil where there is no memory for the tables, or `count` is odd or not positive.
  init?(count: Int) {
    guard count > 0, let plan = unsafe resect_rfft_create(count) else { return nil }
    self.count = count
    unsafe self.plan = plan
  }

  deinit { unsafe resect_rfft_destroy(plan) }

  /// |X_k|^2 for k in 0...count/2 of `frame`, which holds `count` values; `power` gets `count/2 + 1`.
  mutating func power(of frame: [Double], into power: inout [Double]) {
    precondition(frame.count == count && power.count == count / 2 + 1)
    unsafe resect_rfft_power(plan, frame, &power)
  }
}

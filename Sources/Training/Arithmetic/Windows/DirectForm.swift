// SPDX-License-Identifier: Apache-2.0
package import CKernels

/// The tiles for one instruction set. Their matrices are of floats.
@safe
package struct DirectForm: @unchecked Sendable {
  private let functions: UnsafePointer<ck_direct>

  /// Those that the processor can run, best first.
  package static let all: [DirectForm] = {
    var forms: [DirectForm] = []
    while let functions = unsafe ck_direct_form(forms.count) {
      unsafe forms.append(DirectForm(functions: functions))
    }
    return forms
  }()

  /// The instruction set: `AVX2`.
  package var name: String { unsafe String(cString: functions.pointee.name) }

  static let isOptimised = ck_direct_is_optimised() != 0

  package func packedBlocks(_ outputs: Int) -> Int { unsafe ck_direct_blocks(functions, outputs) }

  @unsafe
  package func pack(
    _ weight: ck_rows, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: ck_rows
  ) {
    unsafe order.order.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      unsafe ck_direct_pack(functions, weight, taps, base, list.count, transposed ? 1 : 0, block, packed)
    }
  }

  @unsafe
  package func product(
    _ window: ck_rows, _ runs: [WindowRun], _ packed: ck_rows, _ positions: WindowPositions,
    into out: ck_rows, accumulate: Bool
  ) {
    let form = ck_positions(
      count: positions.count, pitch: positions.pitch, valid: positions.valid, row_step: positions.rowStep,
      column_step: positions.columnStep)
    unsafe withRuns(runs) {
      unsafe functions.pointee.product(window, $0, $1, packed, form, out, accumulate ? 1 : 0)
    }
  }

  @unsafe
  package func productGradient(_ window: ck_rows, _ runs: [WindowRun], _ d: ck_rows, into sums: ck_rows) {
    unsafe withRuns(runs) { unsafe functions.pointee.gradient(window, $0, $1, d, sums) }
  }

  private func withRuns(_ runs: [WindowRun], _ body: (UnsafePointer<ck_run>, Int) -> Void) {
    let forms = runs.map { ck_run(offset: $0.offset, length: $0.length) }
    unsafe forms.withUnsafeBufferPointer {
      if let base = $0.baseAddress { unsafe body(base, $0.count) }
    }
  }
}

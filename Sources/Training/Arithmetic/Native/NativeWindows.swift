// SPDX-License-Identifier: Apache-2.0
import CKernels

/// Convolutions over windows: in Float register tiles, where the processor has them; else the definition, which
/// nothing but tests asks for.
extension NativeKernels {
  private static var form: DirectForm? { Real.usesDouble ? nil : DirectForm.all.first }

  package static var prefersWindows: Bool { form != nil && DirectForm.isOptimised }

  package static func window(_ map: Matrix, _ shape: MapWindow, into window: Matrix) {
    precondition(
      map.rows >= shape.frequencies * shape.frames && map.columns <= window.columns
        && window.rows >= (shape.rows - 1) * shape.pitch + shape.columns, "room for the window")
    guard !Real.usesDouble else {
      return ReferenceKernels<Real>.window(map, shape, into: window)
    }
    let form = ck_window(
      frequencies: shape.frequencies, frames: shape.frames, first_row: shape.firstRow,
      row_step: shape.rowStep, rows: shape.rows, first_column: shape.firstColumn,
      column_step: shape.columnStep, columns: shape.columns, pitch: shape.pitch)
    unsafe ck_direct_window(map.c, form, window.c)
  }

  package static func packedBlocks(_ outputs: Int) -> Int {
    form?.packedBlocks(outputs) ?? ReferenceKernels<Real>.packedBlocks(outputs)
  }

  package static func pack(
    _ weight: Matrix, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: Matrix
  ) {
    guard let form else {
      return ReferenceKernels<Real>.pack(
        weight, taps, order, transposed: transposed, block: block, into: packed)
    }
    unsafe form.pack(weight.c, taps, order, transposed: transposed, block: block, into: packed.c)
  }

  package static func product(
    _ window: Matrix, _ runs: [WindowRun], _ packed: Matrix, _ positions: WindowPositions, into out: Matrix,
    accumulate: Bool
  ) {
    guard let form else {
      return ReferenceKernels<Real>.product(
        window, runs, packed, positions, into: out, accumulate: accumulate)
    }
    unsafe form.product(window.c, runs, packed.c, positions, into: out.c, accumulate: accumulate)
  }

  package static func productGradient(
    _ window: Matrix, _ runs: [WindowRun], _ d: Matrix, into sums: Matrix
  ) {
    precondition(d.columns == sums.columns && d.columns % 16 == 0, "whole vectors")
    guard let form else {
      return ReferenceKernels<Real>.productGradient(window, runs, d, into: sums)
    }
    unsafe form.productGradient(window.c, runs, d.c, into: sums.c)
  }

  package static func unpack(
    _ sums: Matrix, _ taps: Int, _ order: WindowTaps, rows: Range<Int>, into weight: Matrix, accumulate: Bool
  ) {
    guard !Real.usesDouble else {
      return ReferenceKernels<Real>.unpack(
        sums, taps, order, rows: rows, into: weight, accumulate: accumulate)
    }
    unsafe order.order.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      unsafe ck_direct_unpack(
        sums.c, taps, base, list.count, rows.lowerBound, rows.upperBound, weight.c, accumulate ? 1 : 0)
    }
  }
}

/// The tiles for one instruction set. Their matrices are of floats.
@safe
struct DirectForm: @unchecked Sendable {
  private let functions: UnsafePointer<ck_direct>

  /// Those that the processor can run, best first.
  static let all: [DirectForm] = {
    var forms: [DirectForm] = []
    while let functions = unsafe ck_direct_form(forms.count) {
      unsafe forms.append(DirectForm(functions: functions))
    }
    return forms
  }()

  static let isOptimised = ck_direct_is_optimised() != 0

  func packedBlocks(_ outputs: Int) -> Int { unsafe ck_direct_blocks(functions, outputs) }

  @unsafe
  func pack(
    _ weight: ck_rows, _ taps: Int, _ order: WindowTaps, transposed: Bool, block: Int, into packed: ck_rows
  ) {
    unsafe order.order.withUnsafeBufferPointer { list in
      guard let base = list.baseAddress else { return }
      unsafe ck_direct_pack(functions, weight, taps, base, list.count, transposed ? 1 : 0, block, packed)
    }
  }

  @unsafe
  func product(
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
  func productGradient(_ window: ck_rows, _ runs: [WindowRun], _ d: ck_rows, into sums: ck_rows) {
    unsafe withRuns(runs) { unsafe functions.pointee.gradient(window, $0, $1, d, sums) }
  }

  private func withRuns(_ runs: [WindowRun], _ body: (UnsafePointer<ck_run>, Int) -> Void) {
    let forms = runs.map { ck_run(offset: $0.offset, length: $0.length) }
    unsafe forms.withUnsafeBufferPointer {
      if let base = $0.baseAddress { unsafe body(base, $0.count) }
    }
  }
}

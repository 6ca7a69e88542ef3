// SPDX-License-Identifier: Apache-2.0

extension Tape where Numbers: WindowKernels {
  /// `weight` as the tiles read it.
  func packedTaps(
    _ weight: Variable<Real>, _ taps: Int, _ order: WindowTaps, transposed: Bool
  ) -> Rows<Real> {
    packed(weight, PackedForm(taps: taps, order: order.order, transposed: transposed)) { arena, workers in
      let outputs = transposed ? weight.channels / taps : weight.rows
      let padded = WindowTaps.padded(outputs)
      let rows = Rows<Real>(arena, order.inner, padded)
      workers.forEach(Numbers.packedBlocks(outputs), elements: order.inner * padded) {
        Numbers.pack(weight.value, taps, order, transposed: transposed, block: $0, into: rows)
      }
      return rows
    }
  }
}

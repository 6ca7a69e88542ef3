// SPDX-License-Identifier: Apache-2.0

/// What a result lacks of the original: planned, to be written beside it. With both, `RemovalPatch` gives the original
/// back, bit for bit.
///
/// Original and result are compared as they are, whatever was done in between: no pass needs to know the way back.
public struct RemovalPlan: Sendable {
  /// Complete; what is written.
  public let plan: OutputPlan
  /// What a job's report says of it.
  public let report: RemovalReport

  /// Reads every tensor of the result, for its digest.
  ///
  /// - Parameters:
  ///   - result: the original with passes applied.
  ///   - recipe: these passes, a line each: for people.
  ///   - onBytes: called with the number of bytes that were read, now and then.
  /// - Throws: `unrepresentable` for an original that could not be written again, and what reading throws.
  public init(
    of original: Document, in result: Document, recipe: [String], onBytes: (Int) -> Void = { _ in }
  ) throws(CheckpointError) {
    var builder = try RemovalBuilder(original, recipe)
    let sides = (original: try DiffSide(original), result: try DiffSide(result))
    try builder.addGiven(sides.result, onBytes)
    builder.addRemoved(sides.original)
    builder.addRest()
    try builder.addValues(of: original, but: sides.result)
    plan = try OutputPlan(builder.document(), as: .torch)
    report = RemovalReport(
      bytes: plan.summary.bytes, tensors: builder.tensors, tensorBytes: builder.tensorBytes,
      values: builder.values, restBytes: builder.restBytes)
  }
}

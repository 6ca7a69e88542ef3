// SPDX-License-Identifier: Apache-2.0
import Checkpoints

/// What an operator makes of its inputs (github.com/onnx/onnx, docs/Operators.md), as in the operator sets 13 to 17, in
/// which none of these changes but by attributes that are refused.
enum Operators {
  typealias Operator = @Sendable (OperatorCall) throws(CheckpointError) -> GraphTensor

  static let operatorSets: ClosedRange<Int64> = 13...17

  static subscript(_ name: Text) -> Operator? { all[name] }

  static var names: Set<Text> { Set(all.keys) }

  private static let all: [Text: Operator] = [
    "Add": { call throws(CheckpointError) in try call.combined({ $0 + $1 }, { $0 &+ $1 }) },
    "AveragePool": { call throws(CheckpointError) in try call.averagePool() },
    "BatchNormalization": { call throws(CheckpointError) in try call.batchNormalization() },
    "Cast": { call throws(CheckpointError) in try call.cast() },
    "Clip": { call throws(CheckpointError) in try call.clip() },
    "Concat": { call throws(CheckpointError) in try call.concat() },
    "Conv": { call throws(CheckpointError) in try call.convolution() },
    "Div": { call throws(CheckpointError) in try call.quotient() },
    "Flatten": { call throws(CheckpointError) in try call.flatten() },
    "Gather": { call throws(CheckpointError) in try call.gather() },
    "Gemm": { call throws(CheckpointError) in try call.gemm() },
    "Identity": { call throws(CheckpointError) in try call.identity() },
    "InstanceNormalization": { call throws(CheckpointError) in try call.instanceNormalization() },
    "Log": { call throws(CheckpointError) in try call.mapped(logarithm) },
    "Mul": { call throws(CheckpointError) in try call.combined({ $0 * $1 }, { $0 &* $1 }) },
    "Pad": { call throws(CheckpointError) in try call.pad() },
    "Range": { call throws(CheckpointError) in try call.range() },
    "ReduceMean": { call throws(CheckpointError) in try call.reduceMean() },
    "ReduceSum": { call throws(CheckpointError) in try call.reduceSum() },
    "Relu": { call throws(CheckpointError) in try call.relu() },
    "Reshape": { call throws(CheckpointError) in try call.reshape() },
    "Shape": { call throws(CheckpointError) in try call.shape() },
    "Sigmoid": { call throws(CheckpointError) in try call.mapped(sigmoid) },
    "Slice": { call throws(CheckpointError) in try call.slice() },
    "Softmax": { call throws(CheckpointError) in try call.softmax() },
    "Sqrt": { call throws(CheckpointError) in try call.mapped { $0.squareRoot() } },
    "Sub": { call throws(CheckpointError) in try call.combined({ $0 - $1 }, { $0 &- $1 }) },
    "Tanh": { call throws(CheckpointError) in try call.mapped(tangent) },
    "Transpose": { call throws(CheckpointError) in try call.transpose() },
  ]
}

// SPDX-License-Identifier: Apache-2.0

/// Libraries of operators that readers of ONNX have, by their domains. An operator of any other is code that whoever loads
/// the model must bring; nothing in the model says what it does.
enum ONNXLibraries {
  /// `onnx/defs/schema.h` (onnx 1.23), and onnxruntime's own.
  private static let domains: Set<Text> = [
    "", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training", "com.microsoft",
  ]

  /// Of onnxruntime's own: Python's functions, and what a device's driver compiled.
  private static let opaque: Set<Text> = ["PythonOp", "PythonOpGrad", "EPContext"]

  static func has(_ operation: ONNXOperator) -> Bool {
    domains.contains(operation.domain)
      && !(operation.domain == "com.microsoft" && opaque.contains(operation.name))
  }
}

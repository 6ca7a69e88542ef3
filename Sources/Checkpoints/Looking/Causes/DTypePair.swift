// SPDX-License-Identifier: Apache-2.0

/// The data types of two tensors that are compared.
struct DTypePair: Hashable {
  let a: DType
  let b: DType

  var isEqual: Bool { a == b }
}

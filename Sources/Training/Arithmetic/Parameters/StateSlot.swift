// SPDX-License-Identifier: Apache-2.0

/// A place in a state dict: key, shape, and whether it is trained, a buffer or a counter.
package struct StateSlot: Sendable, Equatable {
  package enum Kind: Sendable { case parameter, buffer, counter }

  package let key: String
  package let shape: [Int]
  package let kind: Kind

  /// The most parameters of all places together: 1 GiB in float32.
  static let mostParameters = 0x1p28
}

extension Registry {
  /// The state dict without its values.
  package var slots: [StateSlot] {
    entries.map { entry in
      switch entry {
      case .parameter(let tensor): StateSlot(key: tensor.key, shape: tensor.shape, kind: .parameter)
      case .buffer(let tensor): StateSlot(key: tensor.key, shape: tensor.shape, kind: .buffer)
      case .counter(let counter): StateSlot(key: counter.key, shape: [], kind: .counter)
      }
    }
  }
}

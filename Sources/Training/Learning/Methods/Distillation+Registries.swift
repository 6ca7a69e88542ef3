// SPDX-License-Identifier: Apache-2.0

/// All that a method's steps change, apart from the optimizer: tensors and counters, by part.
extension RDINO {
  package var registries: [(part: String, registry: Registry<Real>)] {
    student.registries.map { ("student." + $0.part.rawValue, $0.registry) }
      + teacher.registries.map { ("teacher." + $0.part.rawValue, $0.registry) }
      + [("dino_loss.", dinoLoss.registry)]
  }
}

extension SDPN {
  package var registries: [(part: String, registry: Registry<Real>)] {
    student.registries.map { ("student." + $0.part.rawValue, $0.registry) }
      + teacher.registries.map { ("teacher." + $0.part.rawValue, $0.registry) }
      + [("", prototypes.registry)]
  }
}

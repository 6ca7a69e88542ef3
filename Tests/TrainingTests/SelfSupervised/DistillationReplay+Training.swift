// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// The trainers before the first step, and their epochs.
extension DistillationReplay {
  func rdino<Numbers: Kernels>(
    _: Numbers.Type, workers: Int = 2
  ) throws -> RDINO<Numbers> {
    let rdino = try checkpoint(after: 1).rdino(Numbers.self, machine: Machine(workers: workers))
    let initial = try initial().student
    try rdino.student.reload(from: initial)
    try rdino.teacher.reload(from: initial)
    try rdino.dinoLoss.registry.reload(
      from: LoadedParameters(["center": .floats(shape: [1, 48], Array(repeating: 0, count: 48))]))
    rdino.optimizer.clearState()
    return rdino
  }

  func train<Numbers: Kernels>(
    _ rdino: RDINO<Numbers>, epoch: Int
  ) throws -> [RDINOLosses] {
    try batches(inEpoch: epoch).enumerated().map { index, batch in
      try rdino.step(batch, schedules.step(at: epoch * Self.stepsPerEpoch + index))
    }
  }

  func sdpn<Numbers: Kernels>(
    _: Numbers.Type, workers: Int = 2
  ) throws -> SDPN<Numbers> {
    let sdpn = try checkpoint(after: 1).sdpn(Numbers.self, machine: Machine(workers: workers))
    let initial = try initial()
    try sdpn.student.reload(from: initial.student)
    try sdpn.teacher.reload(from: initial.student)
    try sdpn.prototypes.registry.reload(
      from: LoadedParameters(["prototypes": .floats(shape: [20, 12], initial.rest)]))
    sdpn.optimizer.clearState()
    return sdpn
  }

  func train<Numbers: Kernels>(
    _ sdpn: SDPN<Numbers>, epoch: Int
  ) throws -> [SDPNLosses] {
    try batches(inEpoch: epoch).enumerated().map { index, batch in
      try sdpn.step(batch, schedules.step(at: epoch * Self.stepsPerEpoch + index))
    }
  }
}

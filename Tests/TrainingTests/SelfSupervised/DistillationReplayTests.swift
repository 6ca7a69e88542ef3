// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing
import Training

/// 3D-Speaker's own self-supervised runs, again from their first weights: in Double all the way, in Float from the
/// checkpoint after the first epoch anew.
///
/// Upstream's figures are float32's. PyTorch in float64 (`DistillationDoubleTests`) ends as far from them as Double does:
/// in RDINO 0.92 tolerances (momentum 143), in SDPN 2.408 after the first epoch (momentum 91) and 5.593 after the
/// third (momentum 116); weights, center and prototypes lie within 0.3. So momentum is bounded by these.
///
/// In Float, RDINO's momentum after the first epoch is 1.10 tolerances away in optimised builds, whose products add in
/// another order: float64 itself uses up 0.92.
///
/// In Float, RDINO's third epoch has one input of a rectifier (`blocks.2.tdnn1`, first step) that is 2e-8 of its
/// deviation away from zero: on which side it comes out is rounding's to say. On the other side than PyTorch 1.13's, a
/// newer PyTorch (2.15, float32) ends 2.75 tolerances away in the student (`blocks.1.res2net_block.blocks.3`, bias of
/// the norm), 640 in momentum 50; here these are 2.59 and 543, at the same places.
@Suite struct DistillationReplayTests {
  private typealias Bounds = (tolerances: Float, distance: Double)

  private func replayRDINO<Numbers: Kernels>(
    _ numbers: Numbers.Type, restarts: Bool, weights: [Float], momentum: [Bounds]
  ) throws {
    let replay = try DistillationReplay("rdino")
    var rdino = try replay.rdino(numbers)
    for epoch in 0..<DistillationReplay.epochs {
      let losses = try replay.train(rdino, epoch: epoch)
      try replay.agrees(losses.map(\.dino), epoch, "loss_dino")
      try replay.agrees(losses.map(\.reg), epoch, "loss_reg")
      try replay.agrees(losses.map(\.total), epoch, "loss")
      guard epoch != 1 else { continue }
      let golden = try replay.checkpoint(after: epoch + 1)
      try replay.compare(rdino.student.stateDict, golden.student, tolerances: weights[epoch])
      try replay.compare(rdino.teacher.stateDict, golden.teacher)
      try replay.compare(
        rdino.dinoLoss.registry.stateDict, StateDictParameters(golden.document, "dino_loss"))
      replay.compare(rdino.optimizer.state, try golden.momentum, momentum[epoch])
      if restarts { rdino = try golden.rdino(numbers) }
    }
  }

  @Test func `RDINO in Double, in one go`() throws {
    try replayRDINO(
      NativeKernels<Double>.self, restarts: false, weights: [1, 1, 1],
      momentum: [(1, 2e-5), (0, 0), (1, 2e-5)])
  }

  @Test func `RDINO in Float, from the first epoch's checkpoint anew`() throws {
    try replayRDINO(
      NativeKernels<Float>.self, restarts: true, weights: [1, 1, 4],
      momentum: [(1.25, 2e-5), (0, 0), (700, 1e-2)])
  }

  private func replaySDPN<Numbers: Kernels>(
    _ numbers: Numbers.Type, restarts: Bool, momentum: [Bounds]
  ) throws {
    let replay = try DistillationReplay("sdpn")
    var sdpn = try replay.sdpn(numbers)
    for epoch in 0..<DistillationReplay.epochs {
      let losses = try replay.train(sdpn, epoch: epoch)
      try replay.agrees(losses.map(\.crossEntropy), epoch, "ploss")
      try replay.agrees(losses.map(\.koLeo), epoch, "ke_loss")
      try replay.agrees(losses.map(\.total), epoch, "loss")
      guard epoch != 1 else { continue }
      let golden = try replay.checkpoint(after: epoch + 1)
      try replay.compare(sdpn.student.stateDict, golden.student)
      try replay.compare(sdpn.teacher.stateDict, golden.teacher)
      let saved = try golden.sdpn(numbers)
      #expect(
        DistillationReplay.apart(sdpn.prototypes.parameter.floats, saved.prototypes.parameter.floats) <= 1)
      replay.compare(sdpn.optimizer.state, try golden.momentum, momentum[epoch])
      if restarts { sdpn = saved }
    }
  }

  @Test func `SDPN in Double, in one go`() throws {
    try replaySDPN(
      NativeKernels<Double>.self, restarts: false, momentum: [(2.5, 2e-5), (0, 0), (6, 1.3e-4)])
  }

  @Test func `SDPN in Float, from the first epoch's checkpoint anew`() throws {
    try replaySDPN(
      NativeKernels<Float>.self, restarts: true, momentum: [(8, 5e-5), (0, 0), (8, 1e-4)])
  }

  @Test func `one, two and three workers give the same bits`() throws {
    let replays = try (DistillationReplay("rdino"), DistillationReplay("sdpn"))
    var results: [[[StateEntry]]] = []
    for workers in 1...3 {
      let rdino = try replays.0.rdino(NativeKernels<Float>.self, workers: workers)
      let sdpn = try replays.1.sdpn(NativeKernels<Float>.self, workers: workers)
      for epoch in 0..<2 {
        _ = try replays.0.train(rdino, epoch: epoch)
        _ = try replays.1.train(sdpn, epoch: epoch)
      }
      results.append([
        rdino.student.stateDict, rdino.teacher.stateDict, rdino.dinoLoss.registry.stateDict,
        sdpn.student.stateDict, sdpn.teacher.stateDict, sdpn.prototypes.registry.stateDict,
      ])
    }
    #expect(results[0] == results[1])
    #expect(results[0] == results[2])
  }

  @Test func `a loss that is no number stops the step before weights move`() throws {
    let replay = try DistillationReplay("rdino")
    let rdino = try replay.rdino(NativeKernels<Float>.self)
    var batch = replay.batches(inEpoch: 0)[0]
    let before = rdino.student.parameters.map(\.floats)
    batch.local[0] = .nan
    let step = DistillationStep(
      learningRate: 1, weightDecay: 0, teacherMomentum: 0, regularisation: 1)
    #expect(throws: CheckpointError(.overflow, "")) { try rdino.step(batch, step) }
    #expect(rdino.student.parameters.map(\.floats) == before)
    batch.local.removeLast()
    #expect(throws: CheckpointError(.misfit, "")) { try rdino.step(batch, step) }
    batch.items = [0]
    #expect(throws: CheckpointError(.misfit, "")) { try rdino.step(batch, step) }
  }
}

// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

/// The file beside a checkpoint that says where its run stood.
@Suite struct TrainingStateTests {
  private func make() throws -> TrainingState {
    var labels = LabelMap()
    for name in ["anna", "ben"] as [Text] { _ = labels.add(name) }
    return TrainingState(
      method: "finetune", epoch: 3, step: 2, seed: .max, stepsPerEpoch: 10, batchSize: 4,
      schedule: ["--lr": 0.1, "--min-lr": 1e-5], data: try .init(items: 43, labels: labels),
      best: .init(metric: "held-out accuracy", value: 0.9, epoch: 2), options: ["--front-end": "mel"])
  }

  @Test func `it is written, and read again`() throws {
    let state = try make()
    #expect(state.iteration == 32)
    #expect(try TrainingState(json: state.json()) == state)
    let folder = try TemporaryFolder()
    #expect(try TrainingState.read(from: folder.path) == nil)
    try state.write(to: folder.path)
    #expect(folder.names == ["resect_state.json"])
    #expect(try TrainingState.read(from: folder.path) == state)
    #expect(throws: CheckpointError(.wouldOverwrite, "")) { try state.write(to: folder.path) }
    let text = String(decoding: try state.json(), as: UTF8.self)
    #expect(text.hasPrefix("{\"batchSize\":4,") && text.contains("\"seed\":18446744073709551615"))
  }

  @Test func `what is no state is refused`() throws {
    let text = String(decoding: try make().json(), as: UTF8.self)
    func code(_ old: String, _ new: String) throws -> CheckpointError.Code? {
      let parts = text.split(separator: old, omittingEmptySubsequences: false)
      try #require(parts.count == 2, "\(old) stands once in \(text)")
      do {
        _ = try TrainingState(json: Array((parts[0] + new + parts[1]).utf8))
        return nil
      } catch {
        return error.code
      }
    }
    #expect(try code("\"schema\":1", "\"schema\":2") == .unsupported)
    #expect(try code("\"schema\":1", "\"schemas\":1") == .corrupt)
    #expect(try code("\"step\":2", "\"step\":10") == .corrupt)
    #expect(try code("\"step\":2", "\"step\":-1") == .corrupt)
    #expect(try code("\"epoch\":3", "\"epoch\":9223372036854775807") == .corrupt)
    #expect(try code("\"step\":2", "\"step\":\"2\"") == .corrupt)
    #expect(try code("\"step\":2", "\"step\":3") == nil)
    #expect(throws: CheckpointError(.corrupt, "")) { try TrainingState(json: Array("{".utf8)) }
  }

  @Test func `what differs is said in words, where the runs stand is not`() throws {
    let old = try make()
    var new = old
    (new.epoch, new.step, new.best) = (0, 0, nil)
    #expect(old.differences(from: new) == [])
    new.seed = 5
    new.batchSize = 8
    new.schedule = ["--lr": 0.2, "--warmup-epochs": 1]
    new.options["--front-end"] = "fbank"
    new.data.items = 44
    new.data.labels = nil
    #expect(
      old.differences(from: new) == [
        "the seed was 18446744073709551615, now 5",
        "the batch size was 4, now 8",
        "the number of utterances was 43, now 44",
        "the speakers or their indices are not the same",
        "--lr was 0.1, now 0.2",
        "--min-lr was 1e-05, now nothing",
        "--warmup-epochs was nothing, now 1.0",
        "--front-end was mel, now fbank",
      ])
  }
}

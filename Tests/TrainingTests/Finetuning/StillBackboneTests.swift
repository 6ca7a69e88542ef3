// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Foundation
import TestSupport
import Testing
import Training

/// Runs whose backbone does not change: when it is run once, and what is said where it is not.
@Suite struct StillBackboneTests {
  private func options(_ tiny: TinyBackbone, _ name: String = "exp") throws -> FinetuneOptions {
    var options = tiny.options(try tiny.write(), name)
    (options.freeze, options.epochs) = (["all"], 3)
    return options
  }

  private func takeWhole(_ options: inout FinetuneOptions) {
    (options.takesWhole, options.cropFrames) = (true, nil)
  }

  /// What a run gives whose recordings are gone after the first epoch.
  private func runHiding(_ tiny: TinyBackbone, _ options: FinetuneOptions) throws -> FinetuneReport {
    try FinetuneJob(options).run(
      AfterFirstEpoch {
        for name in tiny.folder.names where name.hasPrefix("s") && name.hasSuffix(".npy") {
          try? FileManager.default.removeItem(atPath: tiny.folder(name))
        }
      })
  }

  @Test func `whole utterances are embedded once, though nobody said that nothing is augmented`() throws {
    let tiny = try TinyBackbone()
    var options = try options(tiny, "kept")
    takeWhole(&options)
    let whole = try FinetuneJob(options).run(SilentObserver())
    options.output = tiny.folder("hidden")
    #expect(try runHiding(tiny, options).epochs == whole.epochs)
  }

  @Test func `noises that no crop gets are no augmentation`() throws {
    let tiny = try TinyBackbone()
    let noise = tiny.folder("noise/noise/1.wav")
    try SoundFiles.makeFolder(of: noise)
    try WAV.write(WAV.tone(500, seconds: 0.1), to: noise)
    var options = try options(tiny)
    takeWhole(&options)
    (options.noises, options.augmentation) = (tiny.folder("noise"), 0)
    #expect(try runHiding(tiny, options).epochs.count == 3)
  }

  @Test func `other crops in every epoch are read anew`() throws {
    let tiny = try TinyBackbone()
    #expect(throws: CheckpointError(.unreadable, "")) { try runHiding(tiny, options(tiny)) }
  }

  @Test func `what would have the backbone run once is said where only crops are in the way`() throws {
    let tiny = try TinyBackbone()
    func advice(_ change: (inout FinetuneOptions) -> Void) throws -> String? {
      var options = try options(tiny)
      change(&options)
      return try FinetuneJob(options).advice
    }
    #expect(try advice { _ in }?.contains("--crop none") == true)
    #expect(try advice { $0.unfreezeAfter = 1 } != nil)
    #expect(try advice { takeWhole(&$0) } == nil)
    #expect(try advice { $0.freeze = ["none"] } == nil)
    #expect(try advice { $0.freeze = ["blocks.0.**"] } == nil)
    #expect(try advice { $0.normStatistics = .batch } == nil)
    #expect(try advice { $0.speed = .random } == nil)
  }
}

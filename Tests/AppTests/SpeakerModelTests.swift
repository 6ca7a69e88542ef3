// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Training

/// What an app sees: this target is no part of the package to the compiler, and imports `Training` alone.
@Suite struct SpeakerModelTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private let folder: String

  /// A folder with a backbone and recordings of three speakers.
  init() throws {
    let files = FileManager.default
    folder = files.temporaryDirectory.appendingPathComponent("speakers-\(UUID().uuidString)").path
    try files.copyItem(
      atPath: Self.root.appendingPathComponent("fixtures/train").path, toPath: folder)
    try files.moveItem(atPath: "\(folder)/no-metadata.pth", toPath: "\(folder)/backbone.pth")
  }

  private func model() throws -> SpeakerModel { try SpeakerModel("\(folder)/backbone.pth", features: .mel) }

  private static func tone(seconds: Double, rate: Int) -> [Float] {
    (0..<Int(seconds * Double(rate))).map {
      let time = Double($0) / Double(rate)
      return Float(0.3 * sin(2 * .pi * 300 * (time + time * time / 2)))
    }
  }

  @Test func `the page's example does what it says, and is the page's`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(try whoSpeaks(in: "\(folder)/anna-0.npy", folder: folder) == "anna")
    #expect(try whoSpeaks(in: "\(folder)/ben-2.npy", folder: folder) == "ben")
    let page = try String(
      contentsOf: Self.root.appendingPathComponent("docs/training/enroll.md"), encoding: .utf8)
    let shown = try #require(page.firstRange(of: "```swift\n")).upperBound
    let end = try #require(page[shown...].firstRange(of: "\n```")).lowerBound
    let source = try String(
      contentsOf: Self.root.appendingPathComponent("Tests/AppTests/SpeakerExample.swift"), encoding: .utf8)
    #expect(source.hasSuffix(page[shown..<end].drop { $0 != "\n" }.drop { $0 == "\n" } + "\n"))
  }

  @Test func `a recording in memory is embedded at any rate, and compared`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try model()
    let one = try model.embed(Self.tone(seconds: 1.5, rate: 16_000), sampleRate: 16_000)
    let other = try model.embed(Self.tone(seconds: 1.5, rate: 48_000), sampleRate: 48_000)
    #expect(one.values.count == other.values.count)
    #expect(abs(try one.similarity(to: one) - 1) < 1e-12)
    #expect(try one.similarity(to: other) > 0.99)
    #expect(try model.embed(Self.tone(seconds: 1.5, rate: 16_000), sampleRate: 16_000) == one)
    #expect(model.sha256.count == 64)
    #expect(model.features == .mel)
    #expect(model.threshold == nil)
    #expect(model.fault(of: Self.tone(seconds: 1.5, rate: 16_000), sampleRate: 16_000) == nil)
    #expect(
      model.fault(of: Self.tone(seconds: 0.5, rate: 16_000), sampleRate: 16_000)?.hasPrefix("it is too short")
        == true)
    #expect(model.fault(of: [], sampleRate: 16_000) != nil)
  }

  @Test func `what cannot be embedded is refused`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try model()
    for samples in [[], [0.5], [Float](repeating: .nan, count: 16_000)] as [[Float]] {
      #expect(throws: (any Error).self) { try model.embed(samples, sampleRate: 16_000) }
    }
    #expect(throws: (any Error).self) { try model.embed(Self.tone(seconds: 1, rate: 16_000), sampleRate: 3) }
    #expect(throws: (any Error).self) { try model.embed(Self.tone(seconds: 1, rate: 16_000), sampleRate: 0) }
    #expect(throws: (any Error).self) { try model.embed(file: "\(folder)/none.wav") }
    #expect(throws: (any Error).self) { try SpeakerModel("\(folder)/backbone.pth") }
    #expect(throws: (any Error).self) { try SpeakerModel("\(folder)/none.pth") }
  }

  @Test func `nobody is known without a threshold, and others' embeddings are refused`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let model = try model()
    var speakers = EnrolledSpeakers(of: model)
    let voices = try ["anna-0", "ben-2"].map { try model.embed(file: "\(folder)/\($0).npy") }
    #expect(throws: (any Error).self) { try speakers.write(to: "\(folder)/s.npz") }
    try speakers.enroll(voices[0], as: "anna")
    try speakers.enroll(voices[1], as: "ben")
    #expect(speakers.names == ["anna", "ben"])
    #expect(speakers.references(of: "anna") == [voices[0]])
    #expect(speakers.references(of: "cleo").isEmpty)
    #expect(speakers.mean(of: "cleo") == nil)
    #expect(try speakers.matches(voices[1]).first?.name == "ben")
    #expect(throws: (any Error).self) { try speakers.identify(voices[0]) }
    #expect(throws: (any Error).self) { try speakers.enroll(voices[0], as: "a/b") }
    speakers.threshold = 1
    #expect(try speakers.identify(model.embed(file: "\(folder)/anna-1.npy")) == nil)
    speakers.threshold = -1
    #expect(try speakers.identify(voices[0])?.name == "anna")
    try speakers.write(to: "\(folder)/s.npz")
    let read = try EnrolledSpeakers(contentsOf: "\(folder)/s.npz")
    #expect(read.names == speakers.names)
    #expect(read.threshold == -1)
    #expect(read.modelSHA256 == model.sha256)
    #expect(throws: (any Error).self) { try speakers.write(to: "\(folder)/s.npz") }

    let other = try SpeakerModel(
      Self.root.appendingPathComponent("fixtures/model-folders/resnet34.safetensors").path)
    #expect(other.features == .fbank)
    let voice = try other.embed(Self.tone(seconds: 1, rate: 16_000), sampleRate: 16_000)
    #expect(throws: (any Error).self) { try voice.similarity(to: voices[0]) }
    #expect(throws: (any Error).self) { try speakers.enroll(voice, as: "cleo") }
    #expect(throws: (any Error).self) { try speakers.matches(voice) }
  }
}

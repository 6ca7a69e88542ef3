// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import TestSupport
import Testing
import Training

@Suite struct EmbeddingJobTests {
  @Test func `a vector depends on its file alone, whatever else is embedded and by how many threads`() throws
  {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    let all = try EmbeddingJob(model: path, asked: nil, inputs: [tiny.data], names: .stem)
    let one = try EmbeddingJob(model: path, asked: nil, inputs: [tiny.folder("s1-2.npy")], names: .stem)
    let (many, few) = (try all.run(threads: 2), try all.run(threads: 1))
    #expect(many == few)
    #expect(many.count == 12)
    #expect(try one.run(threads: 1)["s1-2"] == many["s1-2"])
    #expect(many["s1-2"]?.count == 6)
  }

  @Test func `two inputs of one name are refused, by path they are told apart`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    try FileSystem.makeFolders(tiny.folder("other"))
    try File.write(File.bytes(at: tiny.folder("s0-0.npy")), to: tiny.folder("other/s0-0.npy"))
    let inputs = [tiny.folder("s0-0.npy"), tiny.folder("other")]
    let error = try #require(throws: CheckpointError.self) {
      try EmbeddingJob(model: path, asked: nil, inputs: inputs, names: .stem)
    }
    #expect(error.code == .collision)
    #expect(error.hint == "--names path")
    let job = try EmbeddingJob(model: path, asked: nil, inputs: inputs, names: .path)
    #expect(try job.run(threads: 1).names == [inputs[0], tiny.folder("other/s0-0.npy")].map { Text($0) })
  }

  @Test func `an input that is too short is named`() throws {
    let tiny = try TinyBackbone()
    let path = try tiny.write()
    let short = NPYArray(floats: [Float](repeating: 1, count: 240), shape: [3, 80])
    try File.write(short.npy(), to: tiny.folder("short.npy"))
    let job = try EmbeddingJob(
      model: path, asked: nil, inputs: [tiny.folder("short.npy")], names: .stem)
    let error = try #require(throws: CheckpointError.self) { try job.run(threads: 1) }
    #expect(error.location.file == tiny.folder("short.npy"))
  }
}

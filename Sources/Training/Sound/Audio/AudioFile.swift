// SPDX-License-Identifier: Apache-2.0
import CSndFile
package import Checkpoints

/// An audio file opened through libsndfile: WAV, FLAC, Ogg and what else the library knows.
///
/// Only the first channel is taken, as upstream does. Integer samples are divided by their full scale (32768 for
/// 16 bits), so that values lie in [-1, 1] as `torchaudio.load` gives them.
@safe package struct AudioFile: ~Copyable {
  package let path: String
  /// Samples a second, as the header says.
  package let sampleRate: Int
  package let channels: Int
  /// Samples of one channel, as the header says; a cut file holds fewer.
  package let frames: Int
  private let handle: OpaquePointer

  /// The most samples of one channel that are read: four and a half hours at 16 kHz, 1 GiB.
  package static let longest = 1 << 28

  /// Opens a file and reads its header.
  ///
  /// - Throws: `unreadable` where there is no regular file, `unsupported` where libsndfile knows no such format.
  package init(_ path: String) throws(CheckpointError) {
    guard FileSystem.kind(of: path) == .file else {
      throw FileSystem.notAFile(path, hint: "an audio file: WAV, FLAC or Ogg")
    }
    var info = SF_INFO()
    guard let handle = unsafe sf_open(path, Int32(SFM_READ), &info) else {
      let why = unsafe String(cString: sf_strerror(nil)).trimmingDot
      throw CheckpointError(
        .unsupported, "libsndfile cannot open this as audio: \(why)", at: .init(file: path),
        hint: "convert it to WAV or FLAC; features go in as .npy files")
    }
    guard info.channels > 0, info.samplerate > 0 else {
      unsafe sf_close(handle)
      throw CheckpointError(
        .corrupt, "the header says \(info.channels) channels at \(info.samplerate) Hz", at: .init(file: path))
    }
    self.path = path
    self.sampleRate = Int(info.samplerate)
    self.channels = Int(info.channels)
    self.frames = Int(clamping: info.frames)
    unsafe self.handle = handle
  }

  deinit { unsafe _ = sf_close(handle) }

  /// The first channel, whole.
  package func read() throws(CheckpointError) -> Waveform {
    try read(from: 0, count: Self.longest)
  }

  /// At most `count` samples of the first channel, beginning at sample `start`; fewer at the end of the file.
  package func read(from start: Int, count: Int) throws(CheckpointError) -> Waveform {
    guard frames <= Self.longest else {
      throw CheckpointError(
        .limit, "\(frames) samples a channel; at most \(Self.longest) are read", at: .init(file: path),
        hint: "cut the recording into shorter files")
    }
    if start > 0 {
      guard unsafe sf_seek(handle, sf_count_t(start), SEEK_SET) == sf_count_t(start) else {
        throw CheckpointError(.corrupt, "sample \(start) cannot be reached", at: .init(file: path))
      }
    }
    var samples: [Float] = []
    samples.reserveCapacity(min(max(frames - start, 0), count, Self.longest))
    // A header may promise anything: memory grows with what is really decoded, a block at a time.
    let block = max(1, 65_536 / channels)
    var interleaved = [Float](repeating: 0, count: block * channels)
    while samples.count < count {
      let wanted = min(block, count - samples.count)
      let got = unsafe sf_readf_float(handle, &interleaved, sf_count_t(wanted))
      if got <= 0 { break }
      for frame in 0..<Int(got) { samples.append(interleaved[frame * channels]) }
    }
    if unsafe sf_error(handle) != SF_ERR_NO_ERROR {
      let why = unsafe String(cString: sf_strerror(handle)).trimmingDot
      throw CheckpointError(.corrupt, "libsndfile cannot decode this: \(why)", at: .init(file: path))
    }
    if let bad = samples.firstIndex(where: { !$0.isFinite }) {
      throw CheckpointError(
        .corrupt, "sample \(start + bad) is not a finite number", at: .init(file: path),
        hint: "write the recording again as 16-bit WAV")
    }
    return Waveform(samples: samples, sampleRate: sampleRate)
  }
}

extension String {
  /// libsndfile ends its sentences with a dot; ours are joined to others.
  fileprivate var trimmingDot: String { hasSuffix(".") ? String(dropLast()) : self }
}

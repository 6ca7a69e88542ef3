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
  private let bytes: AudioBytes

  /// The most samples of one channel that are read: four and a half hours at 16 kHz, 1 GiB.
  package static let longest = 1 << 28

  /// Opens a file and reads its header.
  ///
  /// - Throws: `unreadable` where there is no regular file, `unsupported` where libsndfile knows no such format.
  package init(_ path: String) throws(CheckpointError) {
    guard FileSystem.kind(of: path) == .file else {
      throw FileSystem.notAFile(path, hint: "an audio file: WAV, FLAC or Ogg")
    }
    let bytes = try AudioBytes(path)
    guard let (handle, info) = unsafe Self.open(bytes, suffix: FilePath.suffix(of: path)) else {
      try bytes.check()
      let why = unsafe String(cString: sf_strerror(nil)).trimmingDot
      throw CheckpointError(
        .unsupported, "libsndfile cannot open this as audio: \(why)", at: .init(file: path),
        hint: "convert it to WAV or FLAC; features go in as .npy files")
    }
    do throws(CheckpointError) { try bytes.check() } catch {
      unsafe sf_close(handle)
      throw error
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
    self.bytes = bytes
  }

  /// What has no header is told by its suffix.
  private static func open(_ bytes: AudioBytes, suffix: String) -> (OpaquePointer, SF_INFO)? {
    var info = SF_INFO()
    if let handle = unsafe bytes.open(&info) { return unsafe (handle, info) }
    guard sf_error(nil) == SF_ERR_UNRECOGNISED_FORMAT, let coding = headerless[suffix] else {
      return nil
    }
    info = SF_INFO()
    info.samplerate = 8000
    info.channels = 1
    info.format = Int32(SF_FORMAT_RAW) | Int32(bitPattern: UInt32(coding))
    return unsafe bytes.open(&info).map { unsafe ($0, info) }
  }

  /// As `sf_open` of libsndfile 1.2 has it (src/sndfile.c, format_from_extension): 8000 Hz and one channel each.
  private static let headerless: [String: Int] = [
    "au": SF_FORMAT_ULAW, "snd": SF_FORMAT_ULAW, "ul": SF_FORMAT_ULAW, "al": SF_FORMAT_ALAW,
    "vox": SF_FORMAT_VOX_ADPCM, "gsm": SF_FORMAT_GSM610,
  ]

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
        try bytes.check()
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
    try bytes.check()
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

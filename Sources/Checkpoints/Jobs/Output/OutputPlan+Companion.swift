// SPDX-License-Identifier: Apache-2.0

extension OutputPlan {
  /// A file that is written beside an output: both become whole, or neither.
  public struct Companion: Sendable {
    /// What is written: a file.
    public var plan: OutputPlan
    /// Where.
    public var path: String

    /// A companion of an output that has another path.
    public init(_ plan: OutputPlan, at path: String) {
      self.plan = plan
      self.path = path
    }

    /// - Throws: `wrongWords` where both would be one file.
    func checkApart(from path: String) throws(CheckpointError) {
      guard try OutputPlace(path).isSame(as: OutputPlace(self.path)) else { return }
      throw CheckpointError(
        .wrongWords, "two outputs would be one file", at: .init(file: self.path),
        hint: "another name for one of them")
    }
  }

  /// Both have their bytes before one gets its name. The companion gets it first, since it is of no harm alone; it goes
  /// again if the other gets none, unless it has replaced a file.
  func write(
    to path: String, beside companion: Companion, replacing: Bool, onBytes: (Int) -> Void
  ) throws(CheckpointError) {
    try companion.checkApart(from: path)
    let isNew = try OutputPlace(companion.path).status == nil
    let other = try companion.plan.file(at: companion.path, replacing: replacing, onBytes: onBytes)
    if isFolder {
      let folder = try folder(at: path, replacing: replacing, onBytes: onBytes)
      try Self.name(other, folder, removing: isNew ? companion.path : nil)
    } else {
      let file = try file(at: path, replacing: replacing, onBytes: onBytes)
      try file.flush()
      try Self.name(other, file, removing: isNew ? companion.path : nil)
    }
  }

  private static func name(
    _ companion: consuming OutputFile, _ output: consuming some (UnnamedOutput & ~Copyable),
    removing path: String?
  ) throws(CheckpointError) {
    try companion.takeName()
    do throws(CheckpointError) { try output.takeName() } catch {
      if let path { try? Kernel.unlink(path) }
      throw error
    }
    try companion.finish()
    try output.finish()
  }
}

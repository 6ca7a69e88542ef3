// SPDX-License-Identifier: Apache-2.0

extension ScanReport.File {
  /// What a path stands for: a file, all files below a folder, or an index and the shards that it names.
  static func files(at path: String) -> [Self] {
    guard Kernel.status(at: path)?.kind == .folder else {
      return [Self(index: path) ?? Self(scanning: path)] + shards(ofIndex: path, inFolder: false)
    }
    return FolderFiles(below: path).members.flatMap { member in
      if let error = member.error { return [Self(member.path, error)] }
      return [Self(member: member.path)] + shards(ofIndex: member.path, inFolder: true)
    }
  }

  /// Below a folder the shards are looked at by themselves; those that are not there are named all the same.
  private static func shards(ofIndex path: String, inFolder: Bool) -> [Self] {
    guard let file = try? InputFile(path: path), (try? ShardIndex.begins(file)) == true,
      let index = try? ShardIndex(file)
    else { return [] }
    return index.shards.compactMap { name in
      let shard = index.path(of: name)
      guard Kernel.exists(shard) else { return Self(shard, index.missing(name)) }
      return inFolder ? nil : Self(scanning: shard)
    }
  }

  /// An index that was named by itself, if shards beside it would not be looked at for its sake. Nil where all is well.
  private init?(index path: String) {
    do throws(CheckpointError) {
      let file = try InputFile(path: path)
      guard try ShardIndex.begins(file) else { return nil }
      try ShardIndex(file).checkNamesAll(of: InputFolder(PathParts.of(path).folder).names)
      return nil
    } catch { self.init(path, error.at(file: path)) }
  }

  private init(_ path: String, _ error: CheckpointError) {
    file = path
    self.error = ErrorReport(error).error
  }

  /// A file that was not named by itself. One that is plain text holds no pickle, unless it is one: the oldest
  /// protocol is text too.
  private init(member path: String) {
    self.init(scanning: path)
    guard error != nil, globals.isEmpty, let file = try? InputFile(path: path),
      (try? PlainFile.isText(file)) == true
    else { return }
    error = nil
    // What Python would do with it before it comes upon what is no opcode.
    try? scanPickles(file)
  }
}

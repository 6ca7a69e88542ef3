// SPDX-License-Identifier: Apache-2.0

/// The globals that a file's pickles name, in the order in which they are met. Nothing is run to find out.
struct NamedGlobals {
  struct Met {
    var name: GlobalName
    /// The archive's member whose pickle names it first.
    var member: Text?
    /// Whether it stands in an archive of TorchScript, whose classes are its own.
    var isScript = false
  }

  private(set) var met: [Met] = []
  private var known: Set<GlobalName> = []
  private var isScript = false

  /// Each is noted once, until another archive of the same file begins.
  mutating func beginArchive(isScript: Bool = false) {
    known = []
    self.isScript = isScript
  }

  mutating func note(_ found: some Sequence<PickleMachine.Global>, member: Text? = nil) {
    for global in found {
      let name = GlobalName(global.module, global.name)
      if known.insert(name).inserted { met.append(Met(name: name, member: member, isScript: isScript)) }
    }
  }

  /// Examines one pickle; what was seen before an error is noted all the same.
  ///
  /// - Parameter packed: how many bytes of the file it takes.
  mutating func examine(_ pickle: [UInt8], packed: Int, member: Text? = nil) throws(CheckpointError) {
    var machine = PickleMachine(pickle, limits: .reading(packed))
    let result = Result { () throws(CheckpointError) in _ = try machine.run() }
    note(machine.globals, member: member)
    try result.get()
  }

  /// Examines the pickles that follow each other from the first byte on, up to the end or so many of them.
  mutating func examine(_ file: InputFile, pickles limit: Int = .max) throws(CheckpointError) {
    var window = PickleWindow(file)
    var offset = 0
    var count = 0
    while offset < file.size, count < limit {
      let seen = window.globals.count
      let result = Result { () throws(CheckpointError) in try window.run(at: offset) }
      note(window.globals[seen...])
      offset += try result.get().byteCount
      count += 1
    }
  }

  /// Runs what Python's unpickler would make of a file from the first byte on, whatever its form.
  ///
  /// - Returns: whether that would import anything, or might: more than 64 MiB are not followed.
  mutating func examineBeginning(of file: InputFile) -> Bool {
    var window = PickleWindow(file, limit: 64 << 20)
    var isTooLong = false
    do throws(CheckpointError) { _ = try window.run(at: 0) } catch { isTooLong = error.code == .limit }
    let found = window.globals.filter { Self.isIdentifier($0.module) && Self.isIdentifier($0.name) }
    note(found)
    return isTooLong || !found.isEmpty
  }

  /// Whether Python can have a module or a class of such a name; what comes of numbers and JSON mostly cannot be one.
  private static func isIdentifier(_ name: Text) -> Bool {
    !name.isEmpty
      && name.bytes.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), 0x80...:
          true
        default: false
        }
      }
  }
}

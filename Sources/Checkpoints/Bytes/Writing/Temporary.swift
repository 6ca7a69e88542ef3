// SPDX-License-Identifier: Apache-2.0
internal import CSystem

/// The name that an output has before it is whole: `.NAME.resect-` and ten letters, beside the output.
///
/// It is locked while its process lives, removed by the signals that end a process, and by whoever writes into the folder
/// next where the process could do neither.
final class Temporary {
  let path: String
  private let slot: Int32
  private let isFolder: Bool
  /// A folder's own, which holds the lock; a file's is its output's.
  private let descriptor: Int32?
  private var isPresent = true

  private static let mark = ".resect-"
  private static let letters = 10
  /// The longest name that Linux takes.
  private static let longestName = 255

  private init(_ path: String, folder: Int32? = nil) {
    self.path = path
    slot = unsafe resect_temporary_add(path)
    isFolder = folder != nil
    descriptor = folder
  }

  /// A new file, open for both reading and writing, and locked.
  static func file(
    in folder: String, for name: String
  ) throws(CheckpointError) -> (temporary: Temporary, descriptor: Int32) {
    let (descriptor, path) = try withFreshName(in: folder, for: name) { path throws(CheckpointError) in
      let descriptor = try Kernel.create(path)
      return hold(descriptor, path) ? descriptor : nil
    }
    return (Temporary(path), descriptor)
  }

  /// A new folder, locked.
  static func folder(in folder: String, for name: String) throws(CheckpointError) -> Temporary {
    let (descriptor, path) = try withFreshName(in: folder, for: name) { path throws(CheckpointError) in
      try Kernel.makeFolder(path)
      do throws(CheckpointError) {
        let descriptor = try Kernel.open(path, followingLinks: false)
        return hold(descriptor, path) ? descriptor : nil
      } catch {
        try? Kernel.removeFolder(path)
        throw error
      }
    }
    return Temporary(path, folder: descriptor)
  }

  /// Gives a file without a name one; nil where the file system cannot.
  static func link(
    _ descriptor: Int32, in folder: String, for name: String
  ) throws(CheckpointError) -> Temporary? {
    _ = Kernel.lock(descriptor)
    var isUnable = false
    let (_, path) = try withFreshName(in: folder, for: name) { path throws(CheckpointError) -> Bool? in
      switch try Kernel.link(descriptor, to: path) {
      case .done: return true
      case .taken: return nil
      case .unable:
        isUnable = true
        return false
      }
    }
    return isUnable ? nil : Temporary(path)
  }

  /// Gives a folder that is to be removed such a name first, so that a process that is killed meanwhile leaves nothing that
  /// looks whole.
  static func bury(_ folder: String) throws(CheckpointError) -> Temporary {
    let (parent, name) = PathParts.of(folder)
    let (descriptor, path) = try withFreshName(in: parent, for: name) { path throws(CheckpointError) in
      try Kernel.rename(folder, to: path, replacing: false)
      return try Kernel.open(path, followingLinks: false)
    }
    return Temporary(path, folder: descriptor)
  }

  /// It has another name now, or none.
  func forget() {
    guard isPresent else { return }
    isPresent = false
    resect_temporary_drop(slot)
    if let descriptor { Kernel.close(descriptor) }
  }

  /// Removes what still has the name.
  func remove() {
    guard isPresent else { return }
    if isFolder { Kernel.removeFlatFolder(path) } else { try? Kernel.unlink(path) }
    forget()
  }

  deinit { remove() }

  /// Locks what was just made. False where somebody who tidies up was faster: it is gone then.
  private static func hold(_ descriptor: Int32, _ path: String) -> Bool {
    switch Kernel.lock(descriptor) {
    case .unable: return true
    case .held:
      // What cannot be told is no sign that it is gone.
      guard let own = try? Kernel.status(descriptor, path),
        case .success(let seen) = Result(catching: { () throws(CheckpointError) in
          try Kernel.look(path, followingLinks: false)
        })
      else { return true }
      if seen?.isSame(as: own) == true { return true }
    case .refused: break
    }
    Kernel.close(descriptor)
    return false
  }

  // MARK: Names

  /// Runs `make` on names in `folder` until one is free; it gives nil where the name was taken from it.
  private static func withFreshName<Value>(
    in folder: String, for name: String, _ make: (_ path: String) throws(CheckpointError) -> Value?
  ) throws(CheckpointError) -> (made: Value, path: String) {
    var last: CheckpointError?
    for _ in 0..<16 {
      let path = folder + "/" + fresh(name)
      if Kernel.exists(path) { continue }
      do throws(CheckpointError) {
        if let made = try make(path) { return (made, path) }
      } catch {
        // Someone took the name meanwhile: the next one. Anything else will not get better.
        if !Kernel.exists(path) { throw error }
        last = error
      }
    }
    throw last ?? CheckpointError(.unwritable, "found no free temporary name", at: .init(file: folder))
  }

  /// The longest part of `name` that leaves room for the rest.
  private static func fresh(_ name: String) -> String {
    let room = longestName - 1 - mark.utf8.count - letters
    var kept = ""
    for scalar in name.unicodeScalars {
      if kept.utf8.count + UTF8.width(scalar) > room { break }
      kept.unicodeScalars.append(scalar)
    }
    let random = (0..<letters).map { _ in "abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x" }
    return "." + kept + mark + String(random)
  }

  /// Whether a name is one that `fresh` makes.
  static func isName(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    let end = bytes.count - letters
    guard bytes.first == UInt8(ascii: "."), end > mark.utf8.count + 1 else { return false }
    return bytes[..<end].suffix(mark.utf8.count).elementsEqual(mark.utf8)
      && bytes[end...].allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      }
  }

  // MARK: What others left

  /// Removes what processes that were killed left in a folder: files and folders of this user under such names that nobody
  /// holds. As far as that can be done; it is no failure of the output.
  static func sweep(_ folder: String) {
    // What lies in an output that is being made is its own.
    guard !isName(PathParts.of(folder).name), let names = try? Kernel.names(in: folder) else { return }
    for name in names where isName(name) { sweep(path: folder + "/" + name) }
  }

  private static func sweep(path: String) {
    guard let seen = try? Kernel.look(path, followingLinks: false),
      seen.kind == .file || seen.kind == .folder,
      let descriptor = try? Kernel.open(path, followingLinks: false)
    else { return }
    defer { Kernel.close(descriptor) }
    guard Kernel.isOwn(descriptor), Kernel.lock(descriptor) == .held,
      let own = try? Kernel.status(descriptor, path), let now = try? Kernel.look(path, followingLinks: false),
      now.isSame(as: own), now.kind == seen.kind
    else { return }
    if now.kind == .folder { Kernel.removeFlatFolder(path) } else { try? Kernel.unlink(path) }
  }
}

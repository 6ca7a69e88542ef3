// SPDX-License-Identifier: Apache-2.0
internal import CSystem
internal import Glibc

/// What a report of a fault should say of the machine; nothing of who uses it, where, or for what.
public struct Machine: Codable, Sendable {
  /// `Linux 6.1.0-18-amd64`.
  public var kernel: String
  /// `x86_64`.
  public var architecture: String
  /// `glibc 2.36`.
  public var libc: String
  /// The processor's own name; absent where it tells none.
  public var processor: String?
  /// Of x86-64, 1 to 4 by the psABI; absent elsewhere.
  public var level: Int?
  /// Those that kernels may look at, in GCC's words: `avx2`.
  public var features: [String]
  /// How many there are.
  public var processors: Int
  /// On how many of them the process may run (`taskset`, containers).
  public var allowedProcessors: Int
  /// Bytes of memory.
  public var memory: Int
  /// Soft limit of the address space in bytes, `ulimit -v`; absent where there is none, as in the two after it.
  public var addressSpaceLimit: Int?
  /// Bytes of the largest file that may be written, `ulimit -f`.
  public var fileSizeLimit: Int?
  /// Files that may be open at once, `ulimit -n`.
  public var openFilesLimit: Int?
  /// Bytes that are free where temporary files go (`TMPDIR`); absent where that cannot be told.
  public var freeTemporary: Int?

  /// Looks at the machine that runs this process.
  public init() {
    var seen = resect_machine()
    unsafe resect_look_at_machine(&seen)
    kernel = Self.text(seen.kernel)
    architecture = Self.text(seen.architecture)
    libc = Self.text(seen.libc)
    let name = Self.text(seen.processor)
    processor = name.isEmpty ? nil : name
    level = seen.level > 0 ? Int(seen.level) : nil
    features = Self.text(seen.features).split(separator: " ").map(String.init)
    (processors, allowedProcessors) = (Int(seen.online), Int(seen.allowed))
    memory = Int(seen.memory)
    addressSpaceLimit = Self.known(seen.address_space)
    fileSizeLimit = Self.known(seen.file_size)
    openFilesLimit = Self.known(seen.open_files)
    freeTemporary = Self.known(unsafe resect_free_bytes(Kernel.temporaryFolder))
  }

  private static func known(_ value: Int64) -> Int? { value < 0 ? nil : Int(value) }

  /// The letters of a C array up to its 0; what is no UTF-8 shows as U+FFFD.
  private static func text<Letters>(_ letters: Letters) -> String {
    unsafe withUnsafeBytes(of: letters) { bytes in
      unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import Glibc
import TestSupport
import Testing

@testable import Checkpoints

@Suite struct OutputFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ bytes: [UInt8], replacing: Bool = false) throws {
    let file = try OutputFile(folder(name), replacing: replacing, inputs: [])
    try file.write(bytes, at: 0)
    try file.commit()
  }

  private var mode: mode_t {
    let mask = umask(0)
    umask(mask)
    return 0o666 & ~mask
  }

  @Test func `a file has no name until it is whole`() throws {
    let file = try OutputFile(folder("a"), replacing: false, inputs: [])
    try file.write([1, 2], at: 0)
    // Where the file system has no such files there is a temporary name.
    #expect(folder.names.allSatisfy { $0.hasPrefix(".a.resect-") })
    try file.commit()
    #expect(folder.names == ["a"])
    var status = stat()
    #expect(unsafe stat(folder("a"), &status) == 0 && status.st_mode & 0o777 == mode)
  }

  @Test func `a name that was taken meanwhile is replaced only on request`() throws {
    for replacing in [false, true] {
      let file = try OutputFile(folder("a"), replacing: replacing, inputs: [])
      try file.write([1], at: 0)
      try File.write([2], to: folder("a"))
      if replacing {
        try file.commit()
      } else {
        do {
          try file.commit()
          Issue.record("it replaced a file")
        } catch { #expect(error == CheckpointError(.unwritable, "")) }
      }
      #expect(try File.bytes(at: folder("a")) == (replacing ? [1] : [2]))
      #expect(folder.names == ["a"])
      try Kernel.unlink(folder("a"))
    }
  }

  @Test func `a pipe that took the name meanwhile stays`() throws {
    try File.write([2], to: folder("a"))
    let file = try OutputFile(folder("a"), replacing: true, inputs: [])
    try file.write([1], at: 0)
    try Kernel.unlink(folder("a"))
    #expect(unsafe mkfifo(folder("a"), 0o600) == 0)
    do {
      try file.commit()
      Issue.record("it replaced a pipe")
    } catch { #expect(error == CheckpointError(.wouldOverwrite, "")) }
    #expect(Kernel.status(at: folder("a"))?.kind == .pipe)
    #expect(folder.names == ["a"])
  }

  @Test func `a socket is refused too`() throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
      unsafe path.copyBytes(from: Array(folder("socket").utf8))
    }
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(bound == 0)
    for replacing in [false, true] {
      #expect(throws: CheckpointError(.wouldOverwrite, "")) {
        try OutputFile.check(folder("socket"), replacing: replacing, inputs: [])
      }
      #expect(throws: CheckpointError(.wouldOverwrite, "")) {
        try OutputFolder.check(folder("socket"), replacing: replacing)
      }
    }
  }

  @Test func `a link stays and what it leads to is replaced in its own folder`() throws {
    try Kernel.makeFolder(folder("far"))
    try File.write([2], to: folder("far/b"))
    #expect(unsafe symlink("far/b", folder("a")) == 0)
    try write("a", [1], replacing: true)
    #expect(try File.bytes(at: folder("far/b")) == [1])
    #expect(try Kernel.target(ofLink: folder("a")) == "far/b")
    #expect(OutputPlace.target(ofLink: folder("a")) == folder("far/b"))
    #expect(try Kernel.names(in: folder("far")) == ["b"])
    #expect(folder.names == ["a", "far"])
  }

  #if DEBUG
    @Test(arguments: [EOPNOTSUPP, EISDIR, EINVAL, ENOSYS])
    func `file systems without nameless files get a temporary name`(_ error: Int32) throws {
      try KernelFault.$current.withValue(KernelFault(every: .createUnnamed, errorNumber: error)) {
        let file = try OutputFile(folder("a"), replacing: false, inputs: [])
        try file.write([1], at: 0)
        #expect(folder.names.count == 1 && folder.names[0].hasPrefix(".a.resect-"))
        try file.commit()
        try write("a", [2], replacing: true)
        #expect(throws: CheckpointError(.wouldOverwrite, "")) { try write("a", [3]) }
        _ = try OutputFile(folder("c"), replacing: false, inputs: [])
      }
      #expect(try File.bytes(at: folder("a")) == [2])
      #expect(folder.names == ["a"])
    }

    @Test(arguments: [EXDEV, EOPNOTSUPP, EPERM])
    func `and where nameless files cannot be named, the bytes move`(_ error: Int32) throws {
      let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }
      try KernelFault.$current.withValue(KernelFault(every: .link, errorNumber: error)) {
        try write("a", bytes)
        try write("a", Array(bytes.reversed()), replacing: true)
        try write("empty", [])
      }
      #expect(try File.bytes(at: folder("a")) == bytes.reversed())
      #expect(folder.names == ["a", "empty"])
    }

    @Test(arguments: Kernel.Call.allCases)
    func `whichever call fails there, nothing is left`(_ call: Kernel.Call) throws {
      for rules in ["createUnnamed:*:95", "link:*:18"] {
        for number in 1...50 {
          try? Kernel.unlink(folder("a"))
          let fault = try #require(KernelFault("\(rules),\(call.rawValue):\(number):28"))
          try? KernelFault.$current.withValue(fault) { try write("a", [1], replacing: true) }
          #expect(folder.names.isEmpty || folder.names == ["a"], "\(call) \(number) under \(rules)")
          if !fault.struck { break }
        }
      }
    }

    @Test func `where nothing can be locked, work goes on and nothing is swept`() throws {
      try File.write([], to: folder(".x.resect-abcdefghij"))
      try KernelFault.$current.withValue(KernelFault(every: .lock, errorNumber: ENOLCK)) {
        try write("a", [1])
        try write("a", [2], replacing: true)
      }
      #expect(folder.names == [".x.resect-abcdefghij", "a"])
      try write("b", [1])
      #expect(folder.names == ["a", "b"])
    }

    @Test func `what cannot be looked at is not taken for absent`() throws {
      for call in [Kernel.Call.stat, .readLink] {
        #expect(unsafe symlink("b", folder("a\(call)")) == 0)
        KernelFault.$current.withValue(KernelFault(call, number: 1, errorNumber: EACCES)) {
          let error = #expect(throws: CheckpointError(.unwritable, "")) {
            try OutputFile.check(folder("a\(call)"), replacing: true, inputs: [])
          }
          #expect(error?.reason.hasSuffix("Permission denied") == true)
        }
      }
    }
  #endif

  @Test(arguments: [
    ("-", true), ("/dev/stdout", true), ("//dev//stderr", true), ("/dev/../dev/stdin", true),
    ("/dev/fd/7", true),
    ("/proc/self/fd/1", true), ("/proc/self/task/../fd/1", true), ("./-", false), ("x/-", false),
    ("stdout", false),
    ("/tmp/stdout", false), ("/dev/shm/fd", false), ("/tmp/dev/stdout", false),
  ])
  func `names of streams are wrong words`(_ path: String, _ isStream: Bool) throws {
    var code: CheckpointError.Code?
    do throws(CheckpointError) { _ = try OutputPlace(path) } catch { code = error.code }
    #expect(code == (isStream ? .wrongWords : nil))
  }
}

// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import CommandKit
import Foundation
import Testing

/// `doctor`: what a report of a fault should say of the machine.
@Suite struct DoctorTests {
  private func report(_ program: String, _ before: String = "") throws -> DoctorReport {
    let folder = try Shell.Folder()
    let result = try Shell.run("\(before) \(program) doctor --json", in: folder.path)
    #expect(result.exitCode == 0 && result.errors.isEmpty)
    return try JSONDecoder().decode(DoctorReport.self, from: Data(result.output.joined().utf8))
  }

  @Test(arguments: ["resect", "resect-train"])
  func `versions, libraries and limits stand in it`(program: String) throws {
    let report = try report(program)
    #expect(report.program == program && report.schema == 1)
    #expect(report.version == Program.version)
    #expect(report.machine.kernel.hasPrefix("Linux ") && report.machine.libc.hasPrefix("glibc 2."))
    #expect(report.machine.memory > 1 << 28)
    #expect(1...report.machine.processors ~= report.machine.allowedProcessors)
    let names = report.libraries.map(\.name)
    #expect(names.starts(with: ["libzip", "libdeflate", "libcrypto", "xxHash", "libyaml"]))
    #expect(names.contains("OpenBLAS") == (program == "resect-train"))
    for library in report.libraries {
      #expect(library.version.contains { $0.isNumber }, "\(library.name) says \(library.version)")
    }
    #expect((report.kernels == nil) == (program == "resect"))
  }

  @Test func `limits and variables that are set are those of the shell`() throws {
    let report = try report(
      "resect", "ulimit -n 77; ulimit -v 4000000; OMP_NUM_THREADS=3 OPENBLAS_CORETYPE=Haswell")
    #expect(report.machine.openFilesLimit == 77)
    #expect(report.machine.addressSpaceLimit == 4_000_000 * 1024)
    #expect(report.variables["OMP_NUM_THREADS"] == "3")
    #expect(report.variables["OPENBLAS_CORETYPE"] == "Haswell")
  }

  @Test func `processors that may not be used are told`() throws {
    let report = try report("resect", "taskset 1")
    #expect(report.machine.allowedProcessors == 1)
  }

  /// Whoever pastes it into a public page gives nothing away.
  @Test(arguments: ["resect", "resect-train"])
  func `no name of a user, host or folder stands in it`(program: String) throws {
    let folder = try Shell.Folder()
    let secret = "anna-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/\(secret)", withIntermediateDirectories: true)
    let place = "\(folder.path)/\(secret)"
    let result = try Shell.run(
      "cd \(secret); export HOME=\(place) USER=\(secret) TMPDIR=\(place) HF_TOKEN=\(secret) HOSTNAME=\(secret); "
        + "\(program) doctor; \(program) doctor --json; hostname", in: folder.path)
    let lines = result.output.dropLast()
    #expect(lines.count > 10)
    #expect(!lines.contains { $0.contains(secret) || $0.contains(folder.path) })
    let host = try #require(result.output.last)
    #expect(host.count < 5 || !lines.contains { $0.contains(host) })
  }
}

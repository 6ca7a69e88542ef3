// SPDX-License-Identifier: Apache-2.0
import CMPI
import Glibc
import Training

/// The processes that `mpirun` or `srun` started. One on its own, where neither did.
final class MPIProcesses: Collective {
  let rank: Int
  let count: Int
  let threads: Int?

  /// Nil where MPI does not start. Only one may be made, and only the thread that made it may call it.
  init?() {
    var (rank, count, beside): (Int32, Int32, Int32) = (0, 1, 1)
    guard unsafe cmpi_begin(&rank, &count, &beside) else { return nil }
    self.rank = Int(rank)
    self.count = Int(count)
    threads = Self.threads(beside: Int(beside))
  }

  /// The processors that this process is bound to; its share of all, where processes are not bound.
  private static func threads(beside: Int) -> Int? {
    let all = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let bound = Int(cmpi_processors())
    return (1..<all).contains(bound) ? bound : max(1, all / beside)
  }

  func gather<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] {
    guard isShared else { return mine }
    return unsafe received(mine, count: mine.count * count) { from, to in
      unsafe cmpi_gather(from.baseAddress, to.baseAddress, Self.size(from.count))
    }
  }

  func exchange<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] {
    guard isShared else { return mine }
    precondition(mine.count % count == 0, "equally long parts")
    return unsafe received(mine, count: mine.count) { from, to in
      unsafe cmpi_exchange(from.baseAddress, to.baseAddress, Self.size(from.count / count))
    }
  }

  func broadcast<Element: BitwiseCopyable & Sendable>(_ mine: [Element]) -> [Element] {
    guard isShared else { return mine }
    var all = mine
    unsafe all.withUnsafeMutableBytes { bytes in
      unsafe cmpi_broadcast(bytes.baseAddress, Self.size(bytes.count))
    }
    return all
  }

  /// Ends this process, or with an exit code other than 0 all of them.
  func end(_ code: Int32) -> Never {
    if code != 0 { cmpi_abort(code) }
    cmpi_end()
    exit(code)
  }

  private func received<Element: BitwiseCopyable & Sendable>(
    _ mine: [Element], count: Int, _ move: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Void
  ) -> [Element] {
    unsafe [Element](unsafeUninitializedCapacity: count) { target, filled in
      unsafe mine.withUnsafeBytes { unsafe move($0, UnsafeMutableRawBufferPointer(target)) }
      filled = count
    }
  }

  private static func size(_ bytes: Int) -> Int32 {
    guard let size = Int32(exactly: bytes) else { preconditionFailure("more than MPI takes at once") }
    return size
  }
}

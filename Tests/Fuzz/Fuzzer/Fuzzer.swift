// SPDX-License-Identifier: Apache-2.0
import FuzzTargets
import Glibc

/// What is fuzzed, by the word in `FUZZ_TARGET`: one program for all, which is linked once.
private let target = unsafe getenv("FUZZ_TARGET").flatMap { unsafe FuzzTarget(rawValue: String(cString: $0)) }

/// What libFuzzer calls first. `Fuzzer targets` prints the words of all targets.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafePointer<Int32>, _ words: UnsafePointer<UnsafePointer<UnsafePointer<CChar>>>
) -> Int32 {
  let all = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
  if unsafe count.pointee > 1, unsafe String(cString: words.pointee[1]) == "targets" {
    print(all)
    exit(0)
  }
  guard target != nil else {
    print("FUZZ_TARGET names no target of \(all)")
    exit(2)
  }
  return 0
}

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  target?.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

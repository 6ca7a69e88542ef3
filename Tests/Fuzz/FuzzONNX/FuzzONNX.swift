// SPDX-License-Identifier: Apache-2.0
import FuzzTargets

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  FuzzTarget.onnx.run(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

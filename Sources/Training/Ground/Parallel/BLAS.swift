// SPDX-License-Identifier: Apache-2.0
import CKernels

/// OpenBLAS, made ready once: one thread a call, kernels that fit the processor.
package enum BLAS {
  private static let isReady: Bool = {
    ck_blas_ready()
    return true
  }()

  /// To be called before any product. `Workers` do so before they have threads, since it changes the environment for a
  /// moment; a product without workers does so itself.
  static func ready() { _ = isReady }

  /// The kernels in use, for example "SkylakeX".
  package static var core: String {
    ready()
    return unsafe String(cString: ck_blas_core())
  }

  /// Version and options of its build, as it says them itself.
  static var configuration: String { unsafe String(cString: ck_blas_config()) }
}

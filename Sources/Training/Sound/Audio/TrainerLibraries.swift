// SPDX-License-Identifier: Apache-2.0
package import Checkpoints
import CSndFile
import CSoxr

/// The libraries of others that the trainer uses beside those of `Checkpoints`.
package enum TrainerLibraries {
  package static var all: [LinkedLibrary] {
    unsafe [
      .init("OpenBLAS", BLAS.configuration),
      .init("libsndfile", sf_version_string().map { unsafe String(cString: $0) } ?? "unknown"),
      .init("libsoxr", soxr_version().map { unsafe String(cString: $0) } ?? "unknown"),
    ]
  }
}

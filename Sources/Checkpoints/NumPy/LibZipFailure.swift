// SPDX-License-Identifier: Apache-2.0
import CLibZip

/// libzip's error codes as errors for people.
enum LibZipFailure {
  static func error(_ code: Int32, opening path: String) -> CheckpointError {
    var error = unsafe zip_error_t()
    unsafe zip_error_init_with_code(&error, code)
    let why = unsafe String(cString: zip_error_strerror(&error))
    unsafe zip_error_fini(&error)
    switch code {
    case ZIP_ER_NOENT: return CheckpointError(.unreadable, "there is no such file", at: .init(file: path))
    case ZIP_ER_EXISTS:
      return CheckpointError(
        .wouldOverwrite, "the file is there already", at: .init(file: path), hint: "--force, or another name")
    case ZIP_ER_OPEN, ZIP_ER_READ:
      return CheckpointError(.unreadable, "cannot be opened: \(why)", at: .init(file: path))
    default: return CheckpointError(.corrupt, "no sound zip archive: \(why)", at: .init(file: path))
    }
  }
}

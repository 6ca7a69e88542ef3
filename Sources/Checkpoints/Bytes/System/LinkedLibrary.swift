// SPDX-License-Identifier: Apache-2.0
internal import CCrypto
internal import CDeflate
internal import CLibZip
internal import CXXHash
internal import CYAML

/// A library of others that a program uses, and the version that it runs with.
public struct LinkedLibrary: Codable, Sendable {
  /// `libzip`.
  public var name: String
  /// As the library says it; libdeflate says it to compilers alone.
  public var version: String

  package init(_ name: String, _ version: String) { (self.name, self.version) = (name, version) }

  /// Those that `Checkpoints` uses.
  public static var ofCheckpoints: [LinkedLibrary] {
    let xxHash = Int(XXH_versionNumber())
    return [
      .init("libzip", unsafe String(cString: zip_libzip_version())),
      .init("libdeflate", LIBDEFLATE_VERSION_STRING),
      .init(
        "libcrypto", unsafe OpenSSL_version(OPENSSL_VERSION).map { unsafe String(cString: $0) } ?? "unknown"),
      .init("xxHash", "\(xxHash / 10_000).\(xxHash / 100 % 100).\(xxHash % 100)"),
      .init("libyaml", unsafe String(cString: yaml_get_version_string())),
    ]
  }
}

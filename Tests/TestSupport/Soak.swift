// SPDX-License-Identifier: Apache-2.0
import Glibc

/// `make soak`, by hand: what takes long is done whole, of which the usual tests do a part.
package enum Soak {
  package static let isOn = unsafe getenv("RESECT_SOAK").map { unsafe String(cString: $0) } == "1"
}

// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Checkpoints

/// JSON values come back as they were.
struct JSONValueTests {
  private func readBack(_ value: JSONValue) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(JSONText.of(value).utf8))
  }

  @Test func `the negative zero stays one, beside integers and other zeros`() throws {
    let value = JSONValue.array([.double(-0.0), .int(0), .object(["a": .double(-0.0)]), .double(-0.5)])
    guard case .array(let items) = try readBack(value), case .double(let zero) = items[0],
      case .object(let members) = items[2], case .double(let inner)? = members["a"]
    else {
      Issue.record("the kinds differ")
      return
    }
    #expect(zero.sign == .minus && inner.sign == .minus)
    #expect(items[1] == .int(0))
    #expect(items[3] == .double(-0.5))
  }

  @Test(
    arguments: [
      .null, .bool(true), .bool(false), .int(.min), .int(.max), .double(1e300),
      .double(.leastNonzeroMagnitude), .string("x"),
      .array([]), .object([:]), .object(["a": .array([.null, .int(1)])]),
    ] as [JSONValue])
  func `every kind comes back as it was`(value: JSONValue) throws {
    #expect(try readBack(value) == value)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Checkpoints

@Suite struct LongValueTests {
  private func shown(_ sample: Sample) throws -> String {
    let exhibit = try Sample.dict(["value": sample]).document.exhibit("value")
    return try JSONText.of(exhibit.value ?? .null)
  }

  private func notes(_ text: String) -> Int { text.split(separator: "not shown").count - 1 }

  @Test("a long list is shown up to its bound and cut once")
  func longList() throws {
    let text = try shown(.list((0..<150_000).map { .int($0) }))
    #expect(notes(text) == 1 && text.contains("99999,\"(50000 more not shown)\"]"))
  }

  @Test("a long list of lists is cut once a level, not once an item")
  func listOfLists() throws {
    let text = try shown(.list((0..<120_000).map { .list([.int($0), .int(1)]) }))
    #expect(notes(text) <= 2 && text.contains("[[0,1],[1,1]"))
  }

  @Test("a dict beyond the bound says how much is missing under a key of its own")
  func longDict() throws {
    var document = Sample.dict(["value": .dict(["...": .int(7)])]).document
    guard case .mapping(let top) = document[document.root],
      case .mapping(var inner) = document[top.entries[0].value]
    else {
      Issue.record("no dict")
      return
    }
    for index in 0..<110_000 {
      inner.entries.append(.init(key: document.add(.string("k\(index)")), value: document.add(.int(1))))
    }
    document[top.entries[0].value] = .mapping(inner)
    let exhibit = try document.exhibit("value")
    guard case .object(let parts) = exhibit.value else {
      Issue.record("no object")
      return
    }
    #expect(parts["..."] == .int(7) && parts["...."] == .string("(10001 more not shown)"))
  }

  @Test("a list that holds itself ends")
  func cycle() throws {
    var document = Sample.dict(["value": .list([.int(1)])]).document
    guard case .mapping(let top) = document[document.root] else {
      Issue.record("no dict")
      return
    }
    let node = top.entries[0].value
    document[node] = .list([node, node])
    let text = try JSONText.of(document.exhibit("value").value ?? .null)
    #expect(text.utf8.count < 4_000_000)
  }
}

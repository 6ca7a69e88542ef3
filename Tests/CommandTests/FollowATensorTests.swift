// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Holds `docs/follow-a-tensor.md` to the sources: every stop names files that exist and functions that they declare.
@Suite struct FollowATensorTests {
  private static let page = "docs/follow-a-tensor.md"

  private struct Stop {
    var title: String
    var places: [(shown: String, file: String, functions: [String])] = []
  }

  /// The stops of each journey: what stands below `## `, by `### `.
  private static func journeys() throws -> [[Stop]] {
    var journeys: [[Stop]] = []
    for line in try Markdown.lines(page) {
      if line.hasPrefix("## ") {
        journeys.append([])
      } else if line.hasPrefix("### ") {
        try #require(!journeys.isEmpty)
        journeys[journeys.count - 1].append(Stop(title: String(line.dropFirst(4))))
      } else if let found = line.wholeMatch(
        of: /\[(?<shown>[^\]]+)\]\(\.\.\/Sources\/(?<file>[^)]+)\): (?<functions>.*?)\\?/)
      {
        let functions = found.functions.matches(of: /`([A-Za-z0-9]+)`/).map { String($0.1) }
        let last = try #require(journeys.last?.indices.last, "\(line)")
        journeys[journeys.count - 1][last].places.append(
          (String(found.shown), String(found.file), functions))
      }
    }
    return journeys
  }

  @Test func `two journeys have ten stops each, in order`() throws {
    let journeys = try Self.journeys()
    #expect(journeys.count == 2)
    for stops in journeys {
      #expect(stops.map { $0.title.prefix { $0 != "." } } == (1...10).map { "\($0)" })
    }
  }

  @Test func `every stop names files that are there and functions that they declare`() throws {
    for stop in try Self.journeys().joined() {
      #expect(!stop.places.isEmpty, "\(stop.title)")
      for place in stop.places {
        #expect(place.shown == place.file, "\(stop.title)")
        #expect(!place.functions.isEmpty, "\(place.file)")
        let source = try String(contentsOfFile: Markdown.root + "/Sources/" + place.file, encoding: .utf8)
        for function in place.functions {
          let declaration = function == "init" ? "init[?(<]" : "(func|var) \(function)\\b"
          #expect(try source.contains(Regex(declaration)), "\(place.file) declares no \(function)")
        }
      }
    }
  }

  @Test func `the weight goes where the page says`() throws {
    try Console.check(Self.page, atLeast: 1)
  }
}

// SPDX-License-Identifier: Apache-2.0
import Checkpoints
import Testing

/// Pickles made to exhaust a reader: depth, doubling, huge indices and lengths.
///
/// None has a time limit, which would count the wait for a core among eight hundred other tests. What would not be
/// linear is large enough to take hours.
@Suite struct PickleLimitTests {
  /// How deep the chain of first items below `id` goes.
  private func depth(_ graph: PickleGraph) -> Int {
    var id = graph.root
    var depth = 0
    while true {
      switch graph[id] {
      case .tuple(let items), .list(let items):
        guard let first = items.first else { return depth }
        id = first
      case .dict(let pairs):
        guard let first = pairs.first else { return depth }
        id = first.value
      case .object(let object): id = object.arguments
      default: return depth
      }
      depth += 1
    }
  }

  @Test func `a million nested tuples`() throws {
    let bytes = [0x29] + [UInt8](repeating: 0x85, count: 1_000_000) + [0x2E]
    #expect(depth(try PickleMachine.run(bytes)) == 1_000_000)
  }

  @Test func `a million nested lists, dicts and calls`() throws {
    let lists =
      [UInt8](repeating: 0x5D, count: 1_000_001) + [UInt8](repeating: 0x61, count: 1_000_000) + [0x2E]
    #expect(depth(try PickleMachine.run(lists)) == 1_000_000)
    var dicts: [UInt8] = []
    for _ in 0..<1_000_000 { dicts += [0x7D, 0x4E] }
    dicts += [0x7D] + [UInt8](repeating: 0x73, count: 1_000_000) + [0x2E]
    #expect(depth(try PickleMachine.run(dicts)) == 1_000_000)
    var calls = Array("ca\nb\nq\u{0})".utf8)
    for _ in 0..<1_000_000 { calls += [0x85] }
    #expect(depth(try PickleMachine.run(calls + [0x52, 0x2E])) == 1_000_001)
  }

  @Test func `memo doubling stays small`() throws {
    // Forty lists, each of the one before, twice: 2^40 values to whoever follows the paths.
    var bytes: [UInt8] = [0x5D, 0x71, 0]
    for index: UInt8 in 1...40 { bytes += [0x5D, 0x68, index - 1, 0x61, 0x68, index - 1, 0x61, 0x71, index] }
    let graph = try PickleMachine.run(bytes + [0x2E])
    #expect(graph.nodes.count < 100)
    #expect(depth(graph) == 40)
  }

  @Test func `huge memo indices allocate little`() throws {
    var bytes: [UInt8] = [0x4E]
    for index: UInt32 in [0, 1, 1 << 28, 1 << 31, .max, 5000, 2] {
      bytes += [0x72] + (0..<4).map { UInt8(truncatingIfNeeded: index >> (8 * $0)) }
    }
    bytes += [0x6A, 0, 0, 0, 0x80, 0x86, 0x2E]
    #expect(try PickleMachine.run(bytes).text == "(None, None)")
  }

  @Test func `indices in any order are found again`() throws {
    // Downwards, upwards with gaps, and over again: array and dictionary must agree.
    var bytes: [UInt8] = []
    var indices: [Int] = []
    for step in 0..<300 { indices.append((step * 7919) % 1009) }
    for (value, index) in indices.enumerated() {
      bytes += [
        0x4D, UInt8(value & 255), UInt8(value >> 8), 0x72, UInt8(index & 255), UInt8(index >> 8), 0, 0, 0x30,
      ]
    }
    bytes += [0x28]
    for index in indices { bytes += [0x6A, UInt8(index & 255), UInt8(index >> 8), 0, 0] }
    let graph = try PickleMachine.run(bytes + [0x74, 0x2E])
    var last: [Int: Int] = [:]
    for (value, index) in indices.enumerated() { last[index] = value }
    #expect(graph.text == "(" + indices.map { "\(last[$0] ?? -1)" }.joined(separator: ", ") + ")")
  }

  @Test func `each limit is an error`() {
    func code(_ bytes: [UInt8], _ change: (inout PickleLimits) -> Void) -> String? {
      var limits = PickleLimits.standard
      change(&limits)
      do throws(CheckpointError) { _ = try PickleMachine.run(bytes, limits: limits) } catch {
        return error.description
      }
      return nil
    }
    let nones = [UInt8](repeating: 0x4E, count: 100) + [0x2E]
    #expect(code(nones) { $0.opcodes = 101 } == nil)
    #expect(code(nones) { $0.opcodes = 100 } == "byte 100: STOP: more than 100 opcodes")
    #expect(code(nones) { $0.stack = 99 } == "byte 99: NONE: more than 99 items on the stack")
    #expect(code([0x28, 0x28, 0x28]) { $0.stack = 2 } == "byte 2: MARK: more than 2 marks")
    // Three nodes stand for None, True and False.
    #expect(
      code([0x5D, 0x5D, 0x2E]) { $0.nodes = 4 } == "byte 1: EMPTY_LIST: the pickle builds more than 4 values")
    let text: [UInt8] = [0x42, 0, 0, 32, 0] + [UInt8](repeating: 0, count: 1 << 21) + [0x2E]
    #expect(code(text) { $0.memory = 1 << 20 } == "byte 0: BINBYTES: the pickle needs more than 1 MiB")
    let puts = [0x4E] + [UInt8](repeating: 0x94, count: 1 << 18)
    #expect(code(puts) { $0.memory = 1 << 20 } == "byte 131073: MEMOIZE: the pickle needs more than 1 MiB")
  }

  @Test func `filling one container bit by bit takes linear time`() throws {
    let count = 1_000_000
    var list: [UInt8] = [0x5D]
    var dict: [UInt8] = [0x7D]
    var object = Array("ca\nb\n)R".utf8)
    for _ in 0..<count {
      list += [0x4E, 0x61]
      dict += [0x4E, 0x4E, 0x73]
      object += [0x4E, 0x61, 0x4E, 0x4E, 0x73, 0x4E, 0x62]
    }
    guard case .list(let items) = try PickleMachine.run(list + [0x2E]).nodes.last else {
      throw CheckpointError(.corrupt, "no list")
    }
    #expect(items.count == count)
    #expect(try PickleMachine.run(dict + [0x2E]).byteCount == dict.count + 1)
    #expect(try PickleMachine.run(object + [0x2E]).byteCount == object.count + 1)
  }

  @Test func `a node of the document takes what its pickle was charged for`() {
    #expect(PickleMachine.documentNode == MemoryLayout<Checkpoints.Node>.stride)
  }
}

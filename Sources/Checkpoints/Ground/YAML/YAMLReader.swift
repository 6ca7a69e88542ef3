// SPDX-License-Identifier: Apache-2.0

/// Makes libyaml's events into values, as PyYAML's safe loader does. There is no recursion: collections that are open
/// stand on a list of our own.
///
/// Two things are stricter than PyYAML. A key that stands twice in one mapping is refused, where PyYAML lets the last
/// one win without a word; and tags of Python's and of other programs are refused, where a full loader would run code.
struct YAMLReader {
  /// What a document may hold, so that a few hundred bytes cannot take a machine's memory.
  struct Bounds {
    /// Collections in each other. 3D-Speaker's configurations come to 5.
    var depth = 64
    /// Values, those behind aliases counted each time that they are named: nine aliases nine deep are 10^9 values.
    var values = 100_000
    /// Lines that may be directives. Files have one, or none.
    var directives = 1000
  }

  /// A value that is ready, and what it counts.
  private struct Built {
    var value: YAMLValue
    /// `<<` or `=`, which are more than values where they stand as keys.
    var special: Special?
    /// Values in it, itself too.
    var count = 1
    /// Collections in each other, itself too; 0 for a scalar.
    var height = 0
    var line: Int
  }

  private enum Special { case merge, equals }

  /// A collection that is open.
  private struct Open {
    var isMapping: Bool
    var anchor: String?
    var line: Int
    var count = 1
    var height = 1
    var items: [YAMLValue] = []
    var pairs = YAMLPairs()
    var key: Built?
  }

  private let events: YAMLEvents
  private let bounds: Bounds
  private var open: [Open] = []
  private var anchors: [String: Built] = [:]
  private var total = 0
  private var root: Built?

  /// The one value that a text holds; null where it holds none.
  ///
  /// - Throws: `corrupt` for what is no YAML; `unsupported` for tags that stand for objects and for numbers beyond 64
  ///   bits; `limit`. Each names its line.
  static func value(of text: [UInt8], _ bounds: Bounds = Bounds()) throws(CheckpointError) -> YAMLValue {
    // libyaml compares each directive with all before it.
    let directives = text.indices.lazy.filter { text[$0] == UInt8(ascii: "%") && isStart($0, of: text) }
    guard directives.prefix(bounds.directives + 1).count <= bounds.directives else {
      throw CheckpointError(.limit, "more than \(bounds.directives) lines begin with `%`")
    }
    var reader = YAMLReader(events: try YAMLEvents(text), bounds: bounds)
    return try reader.read()
  }

  /// Whether a line begins there.
  private static func isStart(_ index: Int, of text: [UInt8]) -> Bool {
    index == 0 || text[index - 1] == UInt8(ascii: "\n") || text[index - 1] == UInt8(ascii: "\r")
  }

  private init(events: YAMLEvents, bounds: Bounds) {
    self.events = events
    self.bounds = bounds
  }

  private mutating func read() throws(CheckpointError) -> YAMLValue {
    var documents = 0
    while true {
      let (event, line) = try events.next()
      switch event {
      case .start, .documentEnd: continue
      case .end: return root?.value ?? .null
      case .documentStart:
        documents += 1
        guard documents == 1 else { throw wrong(.unsupported, "a second document begins; one is read", line) }
      case .alias(let name): try put(alias(name, line))
      case .scalar(let scalar):
        let built = try YAMLTag.build(scalar, line)
        try finish(Built(value: built.value, special: special(scalar, built), line: line), scalar.anchor)
      case .sequence(let start): try begin(start, isMapping: false, line)
      case .mapping(let start): try begin(start, isMapping: true, line)
      case .sequenceEnd, .mappingEnd: try close()
      }
    }
  }

  private func special(_ scalar: YAMLEvent.Scalar, _ built: YAMLTag.Scalar) -> Special? {
    switch built.resolved {
    case .merge: .merge
    case .equals: .equals
    default: nil
    }
  }

  // MARK: Collections

  private mutating func begin(
    _ start: YAMLEvent.Start, isMapping: Bool, _ line: Int
  ) throws(CheckpointError) {
    try YAMLTag.check(start.tag, isMapping: isMapping, line)
    guard open.count < bounds.depth else {
      throw wrong(.limit, "collections lie more than \(bounds.depth) deep in each other", line)
    }
    try count(1, line)
    if let anchor = start.anchor { try checkNew(anchor, line) }
    open.append(Open(isMapping: isMapping, anchor: start.anchor, line: line))
  }

  private mutating func close() throws(CheckpointError) {
    guard let done = open.popLast() else { return }
    let value: YAMLValue = done.isMapping ? .map(done.pairs.entries) : .list(done.items)
    try put(
      Built(value: value, count: done.count, height: done.height, line: done.line), anchor: done.anchor)
  }

  private mutating func finish(_ scalar: Built, _ anchor: String?) throws(CheckpointError) {
    try count(1, scalar.line)
    if let anchor { try checkNew(anchor, scalar.line) }
    try put(scalar, anchor: anchor)
  }

  /// Puts a value where it belongs: into the collection that is open, or as the document's own.
  private mutating func put(_ built: Built, anchor: String? = nil) throws(CheckpointError) {
    if let anchor { anchors[anchor] = built }
    guard var last = open.popLast() else {
      try checkPlain(built)
      root = built
      return
    }
    last.count += built.count
    // What `<<` takes in lies beside the keys, not in one of them.
    last.height = max(last.height, last.key?.special == .merge ? built.height : built.height + 1)
    if !last.isMapping {
      try checkPlain(built)
      last.items.append(built.value)
    } else if let key = last.key {
      last.key = nil
      if key.special == .merge {
        try last.pairs.merge(built.value, line: built.line)
      } else {
        try checkPlain(built)
        try last.pairs.add(key.value, built.value, line: key.line)
      }
    } else {
      last.key = built
    }
    open.append(last)
  }

  private func checkPlain(_ built: Built) throws(CheckpointError) {
    guard let special = built.special else { return }
    throw wrong(
      .corrupt, "`\(special == .merge ? "<<" : "=")` stands where a value belongs", built.line,
      hint: "quotes around it, if it is a text")
  }

  // MARK: Aliases

  private mutating func alias(_ name: String, _ line: Int) throws(CheckpointError) -> Built {
    guard var built = anchors[name] else {
      if open.contains(where: { $0.anchor.map { Text($0) } == Text(name) }) {
        throw wrong(
          .unsupported, "`*\(name)` stands inside what `&\(name)` names, which would never end", line)
      }
      throw wrong(.corrupt, "`*\(name)` names nothing that stands before it", line)
    }
    guard open.count + built.height <= bounds.depth else {
      throw wrong(
        .limit, "with `*\(name)` collections lie more than \(bounds.depth) deep in each other", line)
    }
    try count(built.count, line)
    built.line = line
    return built
  }

  private func checkNew(_ anchor: String, _ line: Int) throws(CheckpointError) {
    guard anchors[anchor] == nil, !open.contains(where: { $0.anchor == anchor }) else {
      throw wrong(.corrupt, "`&\(anchor)` stands twice", line)
    }
  }

  private mutating func count(_ values: Int, _ line: Int) throws(CheckpointError) {
    total += values
    guard total <= bounds.values else {
      throw wrong(.limit, "with what its aliases name it holds more than \(bounds.values) values", line)
    }
  }

  private func wrong(
    _ code: CheckpointError.Code, _ reason: String, _ line: Int, hint: String? = nil
  ) -> CheckpointError {
    CheckpointError(code, reason, at: .init(member: "line \(line)"), hint: hint)
  }
}
